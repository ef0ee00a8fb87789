"""A result's return is predicted from enough values, with an interval that holds what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.results.fading import Value, fading

FALLING = [Value(4, 60, 1), Value(12, 52, 1), Value(20, 44, 1), Value(28, 36, 1)]


def simulated(seed, *, decay, sem=2.0, weeks=(4, 12, 16, 20, 24, 28)):
    noise = np.random.default_rng(seed)
    before = 20 + noise.normal(0, sem)
    return before, [Value(week, 20 + decay(week) + noise.normal(0, sem), sem) for week in weeks]


class TestPrediction:
    def test_a_straight_fall_meets_the_baseline_where_it_would(self):
        found = fading(20, 1, FALLING, "higher")
        assert found.best_week == 4
        assert found.weeks_since_best == 24
        assert found.return_week == pytest.approx(44)
        assert found.low < 44 < found.high

    def test_the_interval_holds_the_true_week_about_as_often_as_it_says(self):
        held = [
            found.low <= 44 <= found.high
            for seed in range(1500)
            if (found := fading(*(s := simulated(seed, decay=lambda week: 44 - week))[:1], 2.0, s[1], "higher")).low
        ]
        assert len(held) > 1400
        assert 0.93 <= np.mean(held) <= 0.99

    def test_a_decay_that_slows_down_is_predicted_too_early_never_too_late(self):
        def halved(week):
            return 40 * 0.5 ** ((week - 4) / 12)

        weeks = [
            found.return_week
            for seed in range(300)
            if (found := fading(*(s := simulated(seed, decay=halved))[:1], 2.0, s[1], "higher")).return_week
        ]
        left = halved(float(np.median(weeks))) / 40
        assert 0 < left < 0.35


class TestNoPrediction:
    @pytest.mark.parametrize(
        ("values", "better", "said"),
        [
            ([], "higher", "nothing that counts"),
            ([Value(4, 21, 1), *FALLING[2:]], "lower", "noise"),
            (FALLING[:3], "higher", "there are 2"),
            ([FALLING[0], Value(5, 50, 1), Value(5, 50, 1), Value(5, 49, 1)], "higher", "different days"),
            ([FALLING[0], *(Value(week, 50, 3) for week in (8, 12, 16))], "higher", "do not show"),
            (FALLING, "neither", "neither better nor worse"),
        ],
    )
    def test_says_why(self, values, better, said):
        found = fading(20, 1, values, better)
        assert found.return_week is None
        assert said in found.why

    def test_refuses_an_error_of_zero(self):
        with pytest.raises(ValueError, match="more than zero"):
            fading(20, 0, FALLING, "higher")


@given(
    values=st.lists(st.integers(22, 60), min_size=4, max_size=8),
    shift=st.integers(-100, 100),
    factor=st.sampled_from([0.25, 0.5, 2.0, 8.0]),
    later=st.integers(0, 40),
)
def test_unit_offset_direction_and_order_change_no_prediction(values, shift, factor, later):
    rows = [Value(4 * (n + 1), value, 1.0) for n, value in enumerate(values)]
    plain = fading(20, 1, rows, "higher")
    scaled = fading(
        20 * factor + shift, factor, [Value(r.week, r.value * factor + shift, factor) for r in rows[::-1]], "higher"
    )
    mirrored = fading(-20, 1, [Value(r.week, -r.value, 1.0) for r in rows], "lower")
    moved = fading(20, 1, [Value(r.week + later, r.value, 1.0) for r in rows], "higher")
    for other, offset in ((scaled, 0), (mirrored, 0), (moved, later)):
        assert (other.return_week is None) == (plain.return_week is None)
        if plain.return_week is not None:
            assert other.return_week - offset == pytest.approx(plain.return_week, rel=1e-6, abs=1e-5)
            assert other.low <= other.return_week <= other.high
