"""Utilization on ticks against counting every five minutes by hand; days with 23 and 25 hours; rates and quartiles."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vesicle.scheduling.domain import figures
from vesicle.scheduling.domain.ticks import Window

ZONES = ["America/Los_Angeles", "America/Phoenix", "Australia/Lord_Howe", "Europe/Berlin"]
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
"""The days on which the clock changes in Los Angeles."""


def row(weekday, opens, closes, first=None, last=None):
    return SimpleNamespace(weekday=weekday, opens=opens, closes=closes, valid_from=first, valid_until=last)


ALL_DAY = [row(day, time.min, time.min) for day in range(7)]


def used(calendar, first, last, zone="America/Los_Angeles"):
    return figures.utilization(calendar, figures.Clock.of_days(first, last, zone))


def at(day, hour, minute=0, zone="America/Los_Angeles"):
    """Return the tick of a local time."""
    return int(datetime.combine(day, time(hour, minute), ZoneInfo(zone)).timestamp()) // 300


def taken(day, begin, end, *, place=0, before=0, after=0):
    low, high = at(day, begin), at(day, end)
    return figures.Taken(place, low - before // 5, high + after // 5, low, high)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_on_which_the_clock_changes_has_23_or_25_hours(day, hours):
    found = used(figures.Calendar(figures.opening(ALL_DAY, day, day, "America/Los_Angeles")), day, day)
    assert found.total.open == hours * 60
    by_hour = {hour: use.open for (_, hour), use in found.by_hour.items()}
    assert by_hour.get(2, 0) == (0 if day == SPRING else 60)
    assert by_hour[1] == (120 if day == AUTUMN else 60)


def test_closures_over_each_other_count_once_and_places_multiply():
    day = date(2026, 6, 1)
    calendar = figures.Calendar(
        [(at(day, 9), at(day, 17))],
        closed=[(at(day, 12), at(day, 14)), (at(day, 13), at(day, 15)), (at(day, 13), at(day, 14))],
        taken=[taken(day, 9, 10), taken(day, 9, 10, place=1), taken(day, 16, 17)],
        capacity=2,
    )
    total = used(calendar, day, day).total
    assert (total.open, total.booked) == (2 * 5 * 60, 3 * 60)
    assert total.share == Fraction(3, 10)


def test_buffers_are_apart_and_what_lies_outside_the_hours_does_not_lift_the_share():
    day = date(2026, 6, 1)
    calendar = figures.Calendar(
        [(at(day, 9), at(day, 17))], taken=[taken(day, 10, 11, before=15, after=10), taken(day, 16, 18)]
    )
    total = used(calendar, day, day).total
    assert (total.booked, total.with_buffers, total.outside) == (120, 145, 60)
    assert total.share <= total.share_with_buffers <= 1


def test_nothing_open_has_no_share():
    assert used(figures.Calendar([]), SPRING, SPRING).total.share is None


def test_hours_over_midnight_reach_into_the_first_day_and_new_hours_begin_on_their_day():
    monday = date(2026, 6, 1)
    late = [row(6, time(22), time(2))]
    assert figures.opening(late, monday, monday, "America/Phoenix")[0][1] == at(monday, 2, zone="America/Phoenix")
    rows = [row(0, time(9), time(17), last=date(2026, 6, 7)), row(0, time(9), time(13), first=date(2026, 6, 8))]
    spans = figures.opening(rows, monday, date(2026, 6, 8), "America/Phoenix")
    assert [(high - low) * 5 // 60 for low, high in spans] == [8, 4]


spans = st.lists(st.tuples(st.integers(-30, 700), st.integers(1, 120)).map(lambda s: (s[0], s[0] + s[1])), max_size=5)


@st.composite
def bookings(draw):
    """Bookings of up to three places, not over each other on one place, some with buffers."""
    found = []
    for place in range(3):
        tick = draw(st.integers(-20, 200))
        for _ in range(draw(st.integers(0, 4))):
            before, length, after = draw(st.integers(0, 3)), draw(st.integers(1, 30)), draw(st.integers(0, 3))
            low = tick + before
            found.append((place, tick, low + length + after, low, low + length))
            tick = low + length + after + draw(st.integers(0, 60))
    return found


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    first=st.sampled_from([SPRING, AUTUMN, date(2026, 3, 28), date(2026, 4, 4), date(2026, 12, 31)]),
    open_=spans,
    closed=spans,
    booked=bookings(),
)
def test_it_is_what_counting_every_five_minutes_by_hand_finds(zone, first, open_, closed, booked):
    last = first + timedelta(days=1)
    window = Window.of_days(first, last, zone)

    def moved(stretches):
        return [(low + window.origin, high + window.origin) for low, high in stretches]

    calendar = figures.Calendar(
        moved(open_),
        moved(closed),
        [figures.Taken(place, *(tick + window.origin for tick in ticks)) for place, *ticks in booked],
        capacity=3,
    )
    found = used(calendar, first, last, zone)
    by_hour = {}
    outside = 0
    for bit in range(window.ticks):
        is_open = any(low <= bit < high for low, high in open_) and not any(low <= bit < high for low, high in closed)
        phases = sum(low <= bit < high for _, _, _, low, high in booked)
        local = window.moment(bit).astimezone(ZoneInfo(zone))
        if not is_open:
            outside += 5 * phases
            continue
        hour = by_hour.setdefault((local.weekday(), local.hour), [0, 0, 0])
        hour[0] += 15
        hour[1] += 5 * phases
        hour[2] += 5 * sum(low <= bit < high for _, low, high, _, _ in booked)
    assert {hour: [use.open, use.booked, use.with_buffers] for hour, use in found.by_hour.items()} == by_hour
    assert found.total.outside == outside
    assert found.total.open == sum(use.open for use in found.by_hour.values())


@given(these=spans, those=spans)
def test_where_two_lists_of_stretches_meet(these, those):
    def ticks(stretches):
        return {tick for low, high in stretches for tick in range(low, high)}

    assert ticks(figures.both(these, those)) == ticks(these) & ticks(those)


def test_rates_are_of_those_who_were_still_expected():
    one = figures.Attendance(came=16, no_shows=3, cancelled=40, cancelled_late=1, open=2)
    assert (one.expected, one.no_show_share, one.lost_share) == (20, Fraction(3, 20), Fraction(1, 5))
    assert figures.Attendance(cancelled=3).no_show_share is None
    assert figures.is_late(23.9)
    assert not figures.is_late(24)


@given(st.lists(st.floats(0, 400), min_size=1, max_size=30))
def test_quartiles_lie_in_order_within_the_values(values):
    found = figures.spread(values)
    assert min(values) <= found.lower <= found.median <= found.upper <= max(values) + 1e-9
    assert found.count == len(values)


def test_a_week_begins_on_monday_also_over_the_new_year():
    assert figures.monday_of(date(2027, 1, 1)) == date(2026, 12, 28)
    assert figures.spread([]) is None
    assert figures.Demand(found=3, missed=1).share == Fraction(1, 4)
