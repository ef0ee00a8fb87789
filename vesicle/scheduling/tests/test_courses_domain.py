"""Courses against trying every way by hand, over changes of clock, February 29 and the year's end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.scheduling.domain import (
    Booked,
    CourseWish,
    FreeTime,
    NoPlan,
    Session,
    Spacing,
    gaps_hold,
    plan_course,
    shift,
)
from vesicle.scheduling.domain.courses import CHANGED, DAY_OFF, OTHER_WEEKDAY

PORTLAND = ZoneInfo("America/Los_Angeles")
AROUND = [date(2026, 10, 28), date(2027, 3, 10), date(2026, 12, 28), date(2028, 2, 26), date(2027, 6, 1)]
"""Days before a change of clocks, a turn of the year, a February 29, and nothing of the kind."""


def free(day, clock="10:00", providers=(1,)):
    hour, minute = (int(part) for part in clock.split(":"))
    start = datetime.combine(day, time(hour, minute), PORTLAND).astimezone(UTC)
    return FreeTime(start, day, hour * 60 + minute, tuple(providers))


def session(day, clock="10:00", provider=1):
    at = free(day, clock)
    return Session(at.start, at.day, at.minute, provider)


rows = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["09:00", "10:30", "15:00"]), st.sampled_from([(1,), (2,), (1, 2)])),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:2],
)
calendars = st.builds(
    lambda first, rows: (first, [free(first + timedelta(days=row[0]), *row[1:]) for row in sorted(rows)]),
    st.sampled_from(AROUND),
    rows,
)
"""A few free times within two weeks, some with two providers."""
wishes = st.builds(
    CourseWish,
    sessions=st.integers(1, 4),
    spacing=st.sampled_from([Spacing(2, 4), Spacing(3, 3), Spacing(1, 6)]),
    same_provider=st.booleans(),
    aim=st.sampled_from(["middle", "soonest"]),
    weekday=st.none() | st.integers(0, 6),
    minute=st.none() | st.sampled_from([540, 700]),
)


def cost_of(wish, plan):
    """What a plan costs, added up as the rules say it."""
    weekday = plan[0].day.weekday() if wish.weekday is None else wish.weekday
    minute = plan[0].minute if wish.minute is None else wish.minute
    cost = sum(OTHER_WEEKDAY * (one.day.weekday() != weekday) + abs(one.minute - minute) for one in plan)
    for before, after in pairwise(plan):
        days = (after.day - before.day).days
        middle = (wish.spacing.least + wish.spacing.most) / 2
        cost += DAY_OFF * (abs(days - middle) if wish.aim == "middle" else days - wish.spacing.least)
    return cost


def every_plan(wish, first, later):
    """Every plan there is, by trying all of them."""
    everyone = sorted({who for at in [*first, *later] for who in at.providers}) if wish.same_provider else [None]
    for who in everyone:
        for times in product(first, *[later] * (wish.sessions - 1)):
            if who is not None and not all(who in at.providers for at in times):
                continue
            gaps = [(b.day - a.day).days for a, b in pairwise(times)]
            if all(wish.spacing.least <= gap <= wish.spacing.most for gap in gaps):
                yield [Session(at.start, at.day, at.minute, who or min(at.providers)) for at in times]


@given(calendars, wishes)
def test_the_plan_is_the_best_of_all_there_are(calendar, wish):
    first_day, times = calendar
    first = [at for at in times if at.day <= first_day + timedelta(days=4)]
    found = plan_course(wish, first, times, first_day + timedelta(days=14))
    ways = list(every_plan(wish, first, times))
    if not ways:
        assert isinstance(found, NoPlan)
        return
    assert found == min(ways, key=lambda way: (cost_of(wish, way), [s.start for s in way], [s.provider for s in way]))


@given(calendars, wishes)
def test_where_there_is_no_plan_it_says_which_session_finds_nothing_and_where(calendar, wish):
    first_day, times = calendar
    until = first_day + timedelta(days=14)
    found = plan_course(wish, times[:1], times, until)
    if not isinstance(found, NoPlan):
        return
    shorter = replace(wish, sessions=found.session - 1)
    if shorter.sessions:
        assert list(every_plan(shorter, times[:1], times)), "one session fewer would have been possible"
    assert not list(every_plan(replace(wish, sessions=found.session), times[:1], times))
    assert found.beyond == (found.last > until)
    assert found.anybody == (
        wish.same_provider and bool(list(every_plan(replace(wish, same_provider=False), times[:1], times)))
    )
    if found.near:
        assert found.near in {at.day for at in times}


@given(calendars, st.integers(0, 2), st.integers(-4, 8), st.booleans())
def test_a_shift_changes_as_few_sessions_as_can_be(calendar, moved, by, same_provider):
    first_day, times = calendar
    spacing = Spacing(2, 5)
    booked = [Booked(session(first_day + timedelta(days=3 * n)), fixed=n == 0 and moved != 0) for n in range(3)]
    to = session(first_day + timedelta(days=3 * moved + by), "15:00")
    found = shift(booked, moved, to, times, spacing, same_provider=same_provider, until=first_day + timedelta(days=14))
    ways = [way for way in every_shift(booked, moved, to, times, same_provider) if spaced(way, spacing)]
    if not ways:
        assert isinstance(found, NoPlan)
        return
    assert found[moved] == to
    assert spaced(found, spacing)
    assert shift_cost(booked, found, moved) == min(shift_cost(booked, way, moved) for way in ways)


def every_shift(booked, moved, to, times, same_provider):
    choices = []
    for number, one in enumerate(booked):
        if number == moved:
            choices.append([to])
        elif one.fixed:
            choices.append([one.session])
        else:
            who = one.session.provider if same_provider else None
            others = [
                Session(at.start, at.day, at.minute, who or min(at.providers))
                for at in times
                if who in (None, *at.providers)
            ]
            choices.append([one.session, *others])
    return [list(way) for way in product(*choices)]


def spaced(way, spacing):
    return gaps_hold([one.day for one in way], spacing) is None


def shift_cost(booked, way, moved):
    cost = 0
    for number, (one, new) in enumerate(zip(booked, way, strict=True)):
        if number != moved and new != one.session:
            other_day = new.day.weekday() != one.session.day.weekday()
            cost += CHANGED + OTHER_WEEKDAY * other_day + abs(new.minute - one.session.minute)
        if number:
            old = (one.session.day - booked[number - 1].session.day).days
            cost += DAY_OFF * abs((new.day - way[number - 1].day).days - old)
    return cost


class TestPattern:
    def every_day(self, first, count, clocks=("09:00", "10:00", "14:00")):
        return [free(first + timedelta(days=n), clock) for n in range(count) for clock in clocks]

    @pytest.mark.parametrize("first", [date(2026, 10, 8), date(2026, 12, 10), date(2028, 2, 10), date(2027, 3, 4)])
    def test_thursdays_at_ten_stay_thursdays_at_ten_on_the_wall(self, first):
        assert first.weekday() == 3
        wish = CourseWish(3, Spacing.of_weeks(3, 6))
        plan = plan_course(wish, [free(first)], self.every_day(first, 100), first + timedelta(days=100))
        assert [one.day.weekday() for one in plan] == [3, 3, 3]
        assert [one.start.astimezone(PORTLAND).strftime("%H:%M") for one in plan] == ["10:00"] * 3
        # Four weeks and five are equally near to the middle of three to six; the earlier one is taken.
        assert [(b.day - a.day).days for a, b in pairwise(plan)] == [28, 28]

    def test_soonest_takes_the_least_gap(self):
        first = date(2027, 6, 3)
        plan = plan_course(
            CourseWish(3, Spacing(21, 42), aim="soonest"),
            [free(first)],
            self.every_day(first, 90),
            first + timedelta(days=90),
        )
        assert [one.day for one in plan] == [first, first + timedelta(days=21), first + timedelta(days=42)]

    def test_a_week_with_a_change_of_clocks_is_still_seven_days(self):
        first = date(2026, 10, 29)
        plan = plan_course(
            CourseWish(2, Spacing(7, 7)), [free(first)], self.every_day(first, 9), first + timedelta(days=9)
        )
        assert plan[1].start - plan[0].start == timedelta(days=7, hours=1)

    def test_weeks_become_whole_days_within_them(self):
        assert Spacing.of_weeks(2.5, 4.5) == Spacing(18, 31)
        assert Spacing.of_weeks(4, 4) == Spacing(28, 34), "four weeks: the day, or one of the six after it"
        assert Spacing.of_weeks(3, None) == Spacing(21, 49)


class TestWhyNot:
    def test_a_provider_who_has_no_second_time_is_said_so_with_who_else_could(self):
        first = date(2027, 6, 3)
        later = [free(first + timedelta(days=28), providers=(2,)), free(first + timedelta(days=50), providers=(1,))]
        why = plan_course(
            CourseWish(2, Spacing(21, 42)), [free(first, providers=(1, 2))], later[1:], first + timedelta(days=60)
        )
        assert (why.session, why.first, why.last) == (2, first + timedelta(days=21), first + timedelta(days=42))
        assert (why.anybody, why.near, why.fewer) == (False, first + timedelta(days=50), 1)
        wish = CourseWish(3, Spacing(21, 42))
        both = [free(first, providers=(1,)), *later, free(first + timedelta(days=56), providers=(1,))]
        why = plan_course(wish, both[:1], both, first + timedelta(days=90))
        assert (why.session, why.anybody) == (2, True)

    def test_a_gap_that_no_longer_holds_names_the_session(self):
        days = [date(2027, 6, 3), date(2027, 6, 24), date(2027, 9, 1)]
        assert gaps_hold(days, Spacing(21, 42)) == 3
        assert gaps_hold(days[:2], Spacing(21, 42)) is None
