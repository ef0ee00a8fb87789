"""The day a course is spoken of again, and the moment the letter leaves: rules without a database."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.people.domain import is_quiet
from vesicle.results.maintenance.domain import LEAD, Interval, Measured, Planned, moment, months_after, plan
from vesicle.results.maintenance.measured import of_primary
from vesicle.results.photo_courses import courses
from vesicle.results.tests.test_photo_courses import changed, on

LAST = date(2026, 12, 1)
USUAL = Interval(3, 6, is_habit=True)
PORTLAND, TOKYO = "America/Los_Angeles", "Asia/Tokyo"


def back(weeks):
    return Measured("wrinkles", "forehead", 8, 0.5, weeks, weeks - 5, weeks + 9)


def hours(*days, opens=time(9), closes=time(17)):
    return [SimpleNamespace(weekday=day, opens=opens, closes=closes, valid_from=None, valid_until=None) for day in days]


class TestTheDay:
    def test_is_the_protocols_least_interval_while_nothing_is_measured(self):
        assert plan(LAST, USUAL, None) == Planned(date(2027, 3, 1), "interval")

    def test_is_unknown_where_the_protocol_knows_none_and_nothing_is_measured(self):
        assert plan(LAST, None, None) is None

    def test_follows_the_predicted_return_with_time_to_think(self):
        assert plan(LAST, USUAL, back(24)) == Planned(LAST + timedelta(weeks=24) - LEAD, "measured")
        assert plan(LAST, None, back(60)) == Planned(LAST + timedelta(weeks=60) - LEAD, "measured")

    def test_stays_inside_the_protocols_bounds(self):
        assert plan(LAST, USUAL, back(5)).on == date(2027, 3, 1)
        assert plan(LAST, USUAL, back(90)).on == date(2027, 6, 1)
        assert plan(LAST, Interval(3, None, is_habit=False), back(90)).on == LAST + timedelta(weeks=90) - LEAD

    @given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.floats(0, 60), st.floats(-5, 400))
    def test_is_never_before_the_last_visit(self, last, least, weeks):
        for interval in (None, Interval(least, least + 3, is_habit=True)):
            assert plan(last, interval, back(weeks)).on >= last

    def test_a_month_has_the_last_day_it_has(self):
        assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
        assert months_after(date(2026, 11, 30), 1.5) == date(2027, 1, 14)
        assert months_after(date(2026, 12, 1), 12) == date(2027, 12, 1)


class TestTheMoment:
    LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

    def at(self, on, zone=PORTLAND, patient=PORTLAND, rows=None, closed=(), not_before=LONG_AGO):
        return moment(on, zone, patient, hours(*range(5)) if rows is None else rows, closed, not_before=not_before)

    @pytest.mark.parametrize("on", [date(2027, 3, 12), date(2027, 3, 15), date(2026, 10, 30), date(2026, 11, 2)])
    def test_is_ten_by_the_locations_clock_on_both_sides_of_a_change_of_clocks(self, on):
        assert self.at(on).astimezone(ZoneInfo(PORTLAND)) == datetime.combine(on, time(10), ZoneInfo(PORTLAND))

    def test_waits_for_a_day_on_which_somebody_is_there(self):
        saturday = date(2027, 3, 13)
        assert self.at(saturday).astimezone(ZoneInfo(PORTLAND)).date() == date(2027, 3, 15)
        monday = (datetime(2027, 3, 15, 7, tzinfo=UTC), datetime(2027, 3, 16, 7, tzinfo=UTC))
        assert self.at(saturday, closed=[monday]).astimezone(ZoneInfo(PORTLAND)).date() == date(2027, 3, 16)
        late = hours(0, opens=time(13), closes=time(19))
        assert self.at(saturday, rows=late).astimezone(ZoneInfo(PORTLAND)).time() == time(13)
        assert self.at(saturday, rows=[]).astimezone(ZoneInfo(PORTLAND)).date() == saturday

    def test_leaves_the_patients_night_alone(self):
        # Ten in Portland is two at night in Tokyo; the clinic closes before it is morning there only at five.
        found = self.at(date(2027, 3, 15), patient=TOKYO, rows=hours(*range(5), closes=time(18)))
        assert not is_quiet(found, TOKYO)
        assert found.astimezone(ZoneInfo(PORTLAND)).time() == time(16)

    def test_is_never_in_the_past(self):
        now = datetime(2027, 3, 15, 22, 30, tzinfo=UTC)
        assert self.at(date(2027, 1, 4), not_before=now) == now
        evening = datetime(2027, 3, 16, 2, tzinfo=UTC)
        assert self.at(date(2027, 1, 4), not_before=evening).astimezone(ZoneInfo(PORTLAND)).date() == date(2027, 3, 16)

    @given(
        st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        st.sampled_from([PORTLAND, TOKYO, "Europe/Madrid", "America/Phoenix"]),
        st.sets(st.integers(0, 6)),
        st.integers(0, 800),
    )
    def test_is_by_day_and_not_before_its_day(self, on, zone, days, later):
        now = self.LONG_AGO + timedelta(days=later)
        found = self.at(on, patient=zone, rows=hours(*days), not_before=now)
        assert found >= now
        assert not is_quiet(found, zone)
        assert found.astimezone(ZoneInfo(PORTLAND)).date() >= on


class TestWhatWasMeasured:
    FADING = ((8, -40), (12, -32), (16, -24), (20, -18), (24, -10))

    def course(self, *steps, key=("crows-feet-left", "wrinkles"), sdc=3.0):
        rows = [on(week, changed(percent, sdc=sdc, method=f"{key[1]}/1"), key=key) for week, percent in steps]
        return courses(rows, [])[0]

    def test_is_said_with_best_part_lost_and_interval(self):
        found = of_primary([self.course(*self.FADING)])
        assert (found.measure, found.best) == ("wrinkles", 8)
        assert found.lost == 0.75
        assert 24 < found.low < found.back < found.high

    def test_is_nothing_while_too_few_values_follow_the_best(self):
        assert of_primary([self.course(*self.FADING[:3])]) is None
        assert of_primary([]) is None

    def test_is_nothing_within_noise(self):
        steps = [(8, -40), *((week, -40 + week / 4) for week in (12, 16, 20, 24))]
        exact, vague = self.course(*steps, sdc=1.5), self.course(*steps, sdc=8.0)
        assert of_primary([exact]) is not None
        assert of_primary([vague]) is None

    def test_is_of_the_first_measure_where_it_is_known_most_closely(self):
        vague = self.course(*self.FADING, key=("forehead", "wrinkles"), sdc=4.0)
        close = self.course(*self.FADING, key=("chin", "wrinkles"), sdc=1.0)
        other = self.course(*self.FADING, key=("chin", "pores"), sdc=0.5)
        assert of_primary([vague, close, other]).region == "chin"
