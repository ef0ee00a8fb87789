"""What answers amount to, as tables."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from vesicle.aftercare.domain import due_at, flags_in_order, judge, plan_on, points_on


def point(first, last, redness, swelling=2, pain=2):
    return SimpleNamespace(from_day=first, to_day=last, redness_max=redness, swelling_max=swelling, pain_max=pain)


COURSE = [point(0, 0, 3), point(0, 0, 2), point(1, 2, 2), point(3, 7, 1)]


@pytest.mark.parametrize(
    ("day", "redness", "outcome"),
    [
        (0, 3, "expected"),  # of two stretches on a day the wider counts
        (0, 4, "outside"),
        (1, 2, "expected"),
        (2, 3, "outside"),
        (3, 2, "outside"),
        (7, 1, "expected"),
        (30, 4, "expected"),  # the course says nothing about this day
    ],
)
def test_a_value_is_judged_by_the_course_of_its_day(day, redness, outcome):
    found = judge(day=day, course=COURSE, measures={"OM-REDNESS": redness}, red_flags=[])
    assert found.outcome == outcome
    assert bool(found.findings) == (outcome == "outside")


def test_a_measure_that_was_not_asked_is_not_judged():
    assert judge(day=1, course=COURSE, measures={"OM-DOWNTIME": 9}, red_flags=[]).outcome == "expected"


def test_check_ins_are_due_at_nine_on_the_patients_clock_across_the_change_of_it():
    zone, done = "America/Los_Angeles", datetime(2026, 10, 31, 20, tzinfo=UTC)
    assert due_at(date(2026, 10, 31), 0, zone, done) == done + timedelta(hours=2)
    # Clocks go back on the first of November 2026.
    assert due_at(date(2026, 10, 30), 1, zone, done).astimezone(UTC).hour == 16
    assert due_at(date(2026, 10, 31), 1, zone, done).astimezone(UTC).hour == 17


def test_stressed_signs_come_first_and_each_once():
    assert flags_in_order(["a", "b", "c"], {"c", "z"}) == ["c", "a", "b"]


def test_days_belong_to_the_stretch_that_includes_them():
    assert points_on(COURSE, 2) == [COURSE[2]]
    assert len(points_on(COURSE, 0)) == 2
    assert plan_on(COURSE, 99) == []
