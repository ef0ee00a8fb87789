"""When a result fades: from the values after its best, when the skin is predicted to be as it was before.

A straight line is fitted to the values after the best one, each weighed by its own measurement error. The best itself
is left out: it was chosen for being the largest, so its error is likely to flatter it. The prediction is where the line
meets the baseline, and its 95 % interval is Fieller's for a ratio of two estimates (Fieller, J R Stat Soc B
1954;16:175), which knows that nothing can be said while the slope may be zero. A decay that slows down meets the
baseline later than a straight line, so the line errs towards too early.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

FEWEST_AFTER = 3
"""Values after the best: two always lie on a line, so only a third can speak against it."""
_Z = float(special.ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Value:
    """One value that counts: weeks after the treatment and the standard error of measurement."""

    week: float
    value: float
    sem: float


@dataclass(frozen=True, slots=True)
class Fading:
    """Weeks after treatment: the best so far, and the predicted return with its interval, or ``why`` there is none."""

    best_week: float | None
    weeks_since_best: float | None
    return_week: float | None
    low: float | None
    high: float | None
    why: str


def fading(baseline: float, baseline_sem: float, values: Sequence[Value], better: str) -> Fading:
    """Return when the values are predicted to meet the baseline again.

    ``better`` is ``higher`` or ``lower``; for ``neither`` there is no best and so no prediction.
    Raises ``ValueError`` for an error of measurement that is not positive.
    """
    if baseline_sem <= 0 or any(value.sem <= 0 for value in values):
        raise ValueError("An error of measurement is more than zero.")
    if better == "neither":
        return Fading(None, None, None, None, None, "more or less of this is neither better nor worse")
    sign = 1.0 if better == "higher" else -1.0
    ordered = sorted(values, key=lambda value: value.week)
    if not ordered:
        return Fading(None, None, None, None, None, "nothing that counts was measured after the treatment")
    best = max(ordered, key=lambda value: sign * (value.value - baseline))
    since = ordered[-1].week - best.week

    def none(why: str) -> Fading:
        return Fading(best.week, since, None, None, None, why)

    if sign * (best.value - baseline) <= _Z * math.hypot(best.sem, baseline_sem):
        return none("no change so far is more than measurement noise, so there is nothing that could fade")
    after = [value for value in ordered if value.week > best.week]
    if len(after) < FEWEST_AFTER or len({value.week for value in after}) < FEWEST_AFTER:
        return none(f"it takes {FEWEST_AFTER} values on different days after the best one; there are {len(after)}")
    return _crossing(baseline, baseline_sem, after, sign, best.week, since) or none(
        "the values after the best one do not show that it is fading"
    )


def _crossing(
    baseline: float, baseline_sem: float, after: Sequence[Value], sign: float, best_week: float, since: float
) -> Fading | None:
    """Return where the weighted line meets the baseline; ``None`` while its slope may be zero."""
    weeks = np.array([value.week for value in after])
    gains = sign * (np.array([value.value for value in after]) - baseline)
    weights = 1 / np.array([value.sem for value in after]) ** 2
    centre = float(np.average(weeks, weights=weights))
    height = float(np.average(gains, weights=weights))
    spread = float(np.sum(weights * (weeks - centre) ** 2))
    slope = float(np.sum(weights * (weeks - centre) * gains)) / spread
    misfit = float(np.sum(weights * (gains - height - slope * (weeks - centre)) ** 2)) / (len(after) - 2)
    worse = max(1.0, misfit)
    of_height = worse / float(np.sum(weights)) + baseline_sem**2
    of_slope = worse / spread
    # Fieller: the weeks x from the centre with (height + slope x)² <= z² (of_height + of_slope x²).
    square = slope**2 - _Z**2 * of_slope
    if slope >= 0 or square <= 0:
        return None
    half = math.sqrt(max(0.0, (height * slope) ** 2 - square * (height**2 - _Z**2 * of_height)))
    low, high = (-height * slope - half) / square, (-height * slope + half) / square
    return Fading(best_week, since, centre - height / slope, centre + low, centre + high, "")
