"""The smallest detectable change against a calculation by hand, and the three verdicts."""

import math
from datetime import date
from types import SimpleNamespace

import pytest

from vesicle.results.domain import (
    NOISE,
    NOT_MEASURABLE,
    REAL,
    Repeatability,
    change,
    expected_weeks,
    repeatability,
    window,
)


class TestRepeatability:
    def test_of_ten_pairs_agrees_with_the_hand(self):
        # Ten pairs that differ by d: each has variance d²/2, so SEM = d/√2 and SDC = 1.96·√2·d/√2 = 1.96·d.
        found = repeatability([(10.0, 10.0 + 0.5)] * 10)
        assert found.sdc == pytest.approx(1.96 * 0.5)
        assert found.repeats == 10

    def test_pools_groups_of_different_size_by_their_freedom(self):
        groups = [(1.0, 3.0)] * 5 + [(2.0, 4.0, 6.0)] * 5
        # Squares about the mean: 5·2 + 5·8 = 50; freedom: 5·1 + 5·2 = 15.
        assert repeatability(groups).sdc == pytest.approx(1.96 * math.sqrt(2) * math.sqrt(50 / 15))

    def test_says_nothing_from_nine_and_single_readings_do_not_count(self):
        assert repeatability([(1.0, 2.0)] * 9) is None
        assert repeatability([(1.0, 2.0)] * 9 + [(1.0,)] * 20) is None
        assert repeatability([]) is None

    def test_perfect_repeats_make_every_change_real(self):
        assert repeatability([(4.0, 4.0)] * 10).sdc == 0


class TestChange:
    KNOWN = Repeatability(sdc=2.0, repeats=12)

    def judged(self, value, *, better="higher", day=90, known=KNOWN, window_days=14):
        return change(baseline=10.0, value=value, better=better, known=known, day=day, swelling_window_days=window_days)

    @pytest.mark.parametrize(
        ("value", "verdict"), [(12.1, REAL), (12.0, NOISE), (11.0, NOISE), (10.0, NOISE), (8.0, NOISE), (7.9, REAL)]
    )
    def test_is_real_only_above_the_smallest_detectable_change(self, value, verdict):
        assert self.judged(value).verdict == verdict

    def test_inside_the_swelling_window_nothing_counts(self):
        assert self.judged(30.0, day=14).verdict == NOT_MEASURABLE
        assert self.judged(30.0, day=15).verdict == REAL
        assert self.judged(30.0, day=0).why.code == "swollen"

    def test_without_a_known_error_nothing_is_called_a_change(self):
        found = self.judged(30.0, known=None)
        assert found.verdict == NOT_MEASURABLE
        assert found.difference == 20.0

    @pytest.mark.parametrize(
        ("better", "value", "is_better"),
        [("higher", 13, True), ("higher", 7, False), ("lower", 13, False), ("lower", 7, True), ("neither", 13, None)],
    )
    def test_knows_which_way_is_better(self, better, value, is_better):
        assert self.judged(float(value), better=better).is_better is is_better

    def test_no_difference_is_neither_better_nor_worse(self):
        assert self.judged(10.0).is_better is None


class TestWindows:
    def test_opens_is_due_and_closes_at_nine_on_the_patients_clock(self):
        planned = SimpleNamespace(week=3, opens_days_before=3, closes_days_after=4)
        found = window(planned, date(2026, 2, 20), "America/Los_Angeles")
        # The clock goes forward on the eighth of March 2026, in between.
        assert found.due_at.isoformat() == "2026-03-13T09:00:00-07:00"
        assert found.opens_at.isoformat() == "2026-03-10T09:00:00-07:00"
        assert found.closes_at.isoformat() == "2026-03-17T09:00:00-07:00"

    def test_an_unknown_end_lasts_as_long_as_we_look(self):
        onset = SimpleNamespace(min=2)
        known = SimpleNamespace(onset_weeks=onset, lasts_months=SimpleNamespace(max=6))
        unknown = SimpleNamespace(onset_weeks=onset, lasts_months=None)
        assert expected_weeks(known, 26) == (2, pytest.approx(26.09, abs=0.01))
        assert expected_weeks(unknown, 30) == (2, 30)
