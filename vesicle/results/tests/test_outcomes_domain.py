"""Outcome curves on simulated clinics whose truth is known: intervals, losses, what is too little to say."""

from datetime import date, timedelta

import numpy as np
import pytest

from vesicle.results.outcomes.domain import (
    FEWEST_IN_A_GROUP,
    Cohort,
    Treated,
    compare,
    curve,
    losses,
    may_be_public,
)

WEEKS = (4, 12, 26)
TRUTH = {4: -2.0, 12: -6.0, 26: -4.0}


def treated(people, **more):
    given = {"provider": "Noor", "products": (), "version": "1.0.0", "due": frozenset(WEEKS)}
    return tuple(Treated(n, n, date(2026, 1, 1) + timedelta(days=n), **given | more) for n in range(people))


def clinic(dice, people=40, *, responders=2.0, noise=2.0, leaves=None):
    """A clinic: levels differ between people (SD 8), responses too, and ``leaves(change, dice)`` ends a person's."""
    values = {}
    for person in range(people):
        level, response = dice.normal(50, 8), dice.normal(1, responders / 6)
        seen = {0: level + dice.normal(0, noise)}
        for week in WEEKS:
            if leaves is not None and leaves(seen, dice):
                break
            seen[week] = level + TRUTH[week] * response + dice.normal(0, noise)
        values[person] = seen
    return Cohort(treated(people), values, WEEKS)


def test_the_interval_holds_the_truth_about_nineteen_times_in_twenty():
    dice = np.random.default_rng(5)
    held = []
    for _ in range(80):
        found = curve(clinic(dice, people=30))
        assert found.method == "mixed"
        held += [point.low <= TRUTH[point.week] <= point.high for point in found.points]
    assert len(held) == 240
    assert 0.92 <= np.mean(held) <= 0.985


def test_it_still_does_when_who_is_seen_to_do_badly_leaves():
    """Lost by what was seen of them (missing at random): the model knows it, the mean of those left does not."""

    def leaves(seen, dice):
        change = seen[max(seen)] - seen[0]
        return len(seen) > 1 and dice.random() < (0.6 if change > -2 else 0.05)

    dice = np.random.default_rng(6)
    held, model, plain = [], [], []
    for _ in range(40):
        cohort = clinic(dice, people=60, responders=0, leaves=leaves)
        point = next(point for point in curve(cohort).points if point.week == 12)
        held.append(point.low <= TRUTH[12] <= point.high)
        model.append(point.estimate)
        plain.append(np.mean([seen[12] - seen[0] for seen in cohort.values.values() if 12 in seen]))
    assert np.mean(held) >= 0.9
    assert abs(np.mean(model) - TRUTH[12]) < abs(np.mean(plain) - TRUTH[12])


def test_who_was_lost_is_counted_of_everybody_and_what_they_had_done_is_shown():
    dice = np.random.default_rng(7)
    found = curve(clinic(dice, people=80, responders=6, leaves=lambda seen, _: len(seen) > 1 and seen[4] > seen[0] - 2))
    at_12 = next(point for point in found.points if point.week == 12)
    assert (at_12.loss.treated, at_12.loss.due) == (80, 80)
    assert at_12.loss.lost == 80 - at_12.people > 10
    # Nearer to nought than what those who came back say.
    assert at_12.estimate < at_12.if_lost_unchanged < 0
    missing = next(one for one in found.missing if one.week == 12)
    assert missing.of_lost > missing.of_kept, "those who left had done worse"


def test_people_whose_time_has_not_come_are_not_lost():
    cohort = clinic(np.random.default_rng(8), people=20)
    young = Cohort(treated(20, due=frozenset({4})), cohort.values, WEEKS)
    assert [(one.due, one.lost) for one in losses(young)] == [(20, 0), (0, 0), (0, 0)]


def test_a_person_without_a_value_before_counts_as_not_seen():
    cohort = Cohort(treated(2), {0: {12: 4.0}, 1: {0: 5.0, 12: 4.0}}, WEEKS)
    assert next(one for one in losses(cohort) if one.week == 12).lost == 1


@pytest.mark.parametrize("people", [0, 1, 9])
def test_a_few_people_make_no_curve(people):
    found = curve(clinic(np.random.default_rng(9), people=people))
    assert found.points == ()
    assert len(found.losses) == 3


def test_a_time_with_fewer_than_five_has_no_point():
    cohort = clinic(np.random.default_rng(10), people=20)
    values = {person: seen if person < 4 else {0: seen[0], 4: seen[4]} for person, seen in cohort.values.items()}
    found = curve(Cohort(cohort.treated, values, WEEKS))
    assert [point.week for point in found.points] == [4]
    assert found.too_few == {12: 4, 26: 4}


def test_values_that_no_model_fits_are_compared_pair_by_pair_or_said_as_they_are():
    same = Cohort(treated(12), {n: {0: 3.0, 4: 3.0} for n in range(12)}, WEEKS)
    found = curve(same)
    assert (found.method, found.points[0].estimate, found.points[0].low) == ("paired", 0.0, 0.0)


def test_a_scale_that_speaks_of_change_itself_needs_no_value_before():
    dice = np.random.default_rng(11)
    values = {n: {week: float(dice.integers(-1, 4)) for week in (4, 12)} for n in range(25)}
    found = curve(Cohort(treated(25), values, WEEKS, "level"))
    assert [point.people for point in found.points] == [25, 25]
    assert all(-1 <= point.low <= point.estimate <= point.high <= 3 for point in found.points)
    assert all(point.if_lost_unchanged is None for point in found.points)


class TestGroups:
    def halves(self, dice, size, *, better=0.0):
        cohort = clinic(dice, people=2 * size)
        values = {
            person: {week: value - better * (person >= size and week > 0) for week, value in seen.items()}
            for person, seen in cohort.values.items()
        }
        by = {person: "Noor" if person < size else "Iris" for person in range(2 * size)}
        return Cohort(cohort.treated, values, WEEKS), by

    def test_are_not_compared_below_twenty_people_each_and_each_says_what_it_has(self):
        cohort, by = self.halves(np.random.default_rng(12), FEWEST_IN_A_GROUP - 1, better=10)
        found = compare(cohort, by, 12)
        assert found.groups == ()
        assert [(one.name, one.people) for one in found.left_out] == [("Iris", 19), ("Noor", 19)]

    def test_that_are_equal_seldom_differ_and_those_that_do_are_found(self):
        dice = np.random.default_rng(13)
        false = [any(one.differs for one in compare(*self.halves(dice, 25), 12).groups) for _ in range(200)]
        assert np.mean(false) <= 0.09
        true = [compare(*self.halves(dice, 25, better=5), 12).groups[0].differs for _ in range(20)]
        assert np.mean(true) >= 0.9

    def test_that_lost_many_are_not_compared(self):
        cohort, by = self.halves(np.random.default_rng(14), 50)
        values = {p: {0: seen[0]} if p < 25 else seen for p, seen in cohort.values.items()}
        found = compare(Cohort(cohort.treated, values, WEEKS), by, 12)
        assert found.groups == ()
        assert [(one.name, one.lost) for one in found.left_out] == [("Iris", False), ("Noor", True)]


class TestInPublic:
    def test_the_latest_time_with_enough_people_is_shown_and_not_the_best(self):
        found = curve(clinic(np.random.default_rng(15), people=40))
        assert may_be_public(found).week == 26

    def test_below_twenty_people_or_with_more_lost_than_seen_nothing_is(self):
        assert may_be_public(curve(clinic(np.random.default_rng(16), people=19))) is None
        cohort = clinic(np.random.default_rng(17), people=50)
        lost = {p: seen if p < 22 else {0: seen[0]} for p, seen in cohort.values.items()}
        assert may_be_public(curve(Cohort(cohort.treated, lost, WEEKS))) is None
