"""When reminders go out: by the clinic's times, by day, and only while they make sense."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.people.domain import is_quiet
from vesicle.scheduling.domain import reminders as domain

PORTLAND, SYDNEY, PHOENIX = "America/Los_Angeles", "Australia/Sydney", "America/Phoenix"
ZONES = (PORTLAND, "America/New_York", SYDNEY, "Europe/Berlin", PHOENIX, "Asia/Kolkata")
HOUR = timedelta(hours=1)


def at(zone, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestBefore:
    @pytest.mark.parametrize(
        ("zone", "day"), [(PORTLAND, (2027, 3, 14)), (PORTLAND, (2026, 11, 1)), (SYDNEY, (2026, 10, 4))]
    )
    def test_a_day_before_nine_is_nine_where_the_clock_changes_that_night(self, zone, day):
        due = domain.before(at(zone, *day, 9), domain.DAY, zone).astimezone(ZoneInfo(zone))
        assert (due.time(), due.day) == (time(9), (datetime(*day) - timedelta(days=1)).day)  # noqa: DTZ001 - a date

    def test_hours_are_hours(self):
        starts = at(PORTLAND, 2027, 3, 14, 9)
        assert starts - domain.before(starts, 180, PORTLAND) == 3 * HOUR

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)), st.integers(1, 30), st.sampled_from(ZONES))  # noqa: DTZ001
    def test_days_before_are_that_many_days_before_on_the_wall(self, moment, days, zone):
        starts = moment.replace(tzinfo=UTC)
        due = domain.before(starts, days * domain.DAY, zone)
        wall = starts.astimezone(ZoneInfo(zone)).date() - due.astimezone(ZoneInfo(zone)).date()
        assert wall.days == days
        assert abs(starts - due - timedelta(days=days)) <= HOUR


class TestPlan:
    def plan(self, starts, now=None, zone=PORTLAND, patient_zone=None, **times):
        return domain.plan(
            starts,
            email_before=times.get("email", ()),
            sms_before=times.get("sms", ()),
            zone=zone,
            patient_zone=patient_zone or zone,
            now=now or starts - timedelta(days=40),
        )

    def test_has_one_for_each_time_and_way(self):
        starts = at(PORTLAND, 2026, 12, 10, 14)
        found = self.plan(starts, email=(7 * domain.DAY, 2880), sms=(180, 2880))
        assert [(one.channel, one.minutes_before) for one in found] == [
            ("email", 10080),
            ("email", 2880),
            ("sms", 2880),
            ("sms", 180),
        ]
        assert found[-1].due_at == starts - 3 * HOUR

    def test_leaves_out_what_is_past_when_somebody_books_late(self):
        starts = at(PORTLAND, 2026, 12, 10, 14)
        found = self.plan(starts, now=starts - 20 * HOUR, email=(2880, 1440), sms=(180,))
        assert [one.minutes_before for one in found] == [180]

    def test_what_falls_in_the_night_goes_out_in_the_morning_or_the_evening_before(self):
        early, late = at(PORTLAND, 2026, 12, 10, 9), at(PORTLAND, 2026, 12, 10, 16)
        [evening] = self.plan(early, sms=(180,))
        assert evening.due_at == at(PORTLAND, 2026, 12, 9, 20)
        [morning] = self.plan(late, sms=(600,))
        assert morning.due_at == at(PORTLAND, 2026, 12, 10, 8)

    def test_leaves_the_patients_own_night_alone(self):
        [one] = self.plan(at(PORTLAND, 2026, 12, 10, 14), email=(1440,), patient_zone="Europe/Berlin")
        # Two in the afternoon in Portland is eleven at night in Berlin.
        assert one.due_at == at("Europe/Berlin", 2026, 12, 10, 8)

    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
        st.sets(st.integers(domain.SHORTEST, domain.LONGEST), max_size=6),
        st.sets(st.integers(domain.SHORTEST, domain.LONGEST), max_size=6),
        st.sampled_from(ZONES),
        st.sampled_from(ZONES),
        st.integers(0, domain.LONGEST),
    )
    def test_nothing_is_planned_by_night_after_the_start_or_in_the_past(self, start, email, sms, zone, own, booked):
        starts = start.replace(tzinfo=UTC)
        now = starts - timedelta(minutes=booked)
        for one in self.plan(starts, now=now, zone=zone, patient_zone=own, email=email, sms=sms):
            assert now < one.due_at < starts
            assert not is_quiet(one.due_at, own)
            assert one.due_at < domain.latest(starts, one.minutes_before, email | sms, zone)


class TestLate:
    starts = at(PORTLAND, 2026, 12, 10, 14)

    def test_one_that_is_an_hour_late_still_goes_out(self):
        last = domain.latest(self.starts, 180, [180], PORTLAND)
        due = self.starts - 3 * HOUR
        assert domain.at_sending(due + HOUR, last, PORTLAND) == due + HOUR

    def test_not_once_half_the_way_is_gone_or_the_next_one_is_due(self):
        last = domain.latest(self.starts, 180, [180], PORTLAND)
        assert domain.at_sending(last, last, PORTLAND) is None
        assert domain.latest(self.starts, 2880, [2880, 1800, 180], PORTLAND) == self.starts - 30 * HOUR

    @given(st.integers(domain.SHORTEST, domain.LONGEST), st.integers(0, 100_000), st.sampled_from(ZONES))
    def test_never_at_or_after_the_start(self, minutes, late, zone):
        now = self.starts - timedelta(minutes=minutes) + timedelta(minutes=late)
        moment = domain.at_sending(now, domain.latest(self.starts, minutes, [minutes], zone), zone)
        assert moment is None or now <= moment < self.starts


class TestDayOf:
    starts = at(PORTLAND, 2026, 12, 10, 9)

    def test_is_said_where_it_is_so_on_both_clocks(self):
        assert domain.day_of(self.starts, at(PORTLAND, 2026, 12, 9, 9), {PORTLAND}) == "tomorrow"
        assert domain.day_of(self.starts, at(PORTLAND, 2026, 12, 10, 8), {PORTLAND}) == "today"
        # In Sydney it is the next day already, on which the visit is "tomorrow" there and "today" here.
        assert (
            domain.day_of(at(PORTLAND, 2026, 12, 10, 15), at(PORTLAND, 2026, 12, 10, 2), {PORTLAND, SYDNEY}) == "later"
        )

    @given(st.integers(0, 4000), st.sampled_from(ZONES), st.sampled_from(ZONES))
    def test_the_words_are_right_until_the_day_ends(self, minutes, one, other):
        now = self.starts - timedelta(minutes=minutes)
        said = domain.day_of(self.starts, now, {one, other})
        last = domain.end_of_day(now, {one, other}) - timedelta(seconds=1)
        assert last >= now
        assert domain.day_of(self.starts, last, {one, other}) == said


class TestTimesInWords:
    def test_are_read_as_people_write_them(self):
        assert domain.read_times("7 days, 48 hours; 3h\n90 min") == [10080, 2880, 180, 90]
        assert domain.read_times(" , ") == []

    @pytest.mark.parametrize("text", ["soon", "3", "3 moons", "5 min", "40 days", "-3 h", "1h,2h,3h,4h,5h,6h,7h"])
    def test_what_is_none_is_refused_with_a_sentence(self, text):
        with pytest.raises(ValueError, match=r"\.$"):
            domain.read_times(text)

    @given(st.sets(st.integers(domain.SHORTEST, 9999), max_size=domain.MOST_TIMES))
    def test_are_read_back_as_they_are_shown(self, minutes):
        assert domain.read_times(domain.in_words(sorted(minutes))) == sorted(minutes, reverse=True)


@pytest.mark.parametrize(
    ("moment", "is_same"), [((2026, 12, 10, 9), False), ((2026, 7, 10, 9), True), ((2026, 3, 8, 1), False)]
)
def test_portland_and_phoenix_show_the_same_time_in_summer(moment, is_same):
    assert domain.same_clock(at(PORTLAND, *moment), PORTLAND, PHOENIX) is is_same
