"""The statistics of an outcome: a mixed model over repeated measures, and plain paired changes where it does not hold.

The model has a random intercept for each person and a mean for each week. It uses everything seen of a person, also of
those who were lost later, and is right when being lost depends on what was seen of them before (missing at random); it
cannot know what nobody saw. Its intervals are taken with Student's t, and never narrower than those of the paired
changes, because people differ in how much they respond, which a random intercept alone leaves out.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vesicle.results.outcomes.domain import Cohort, outcome_at

LEVEL = 0.95
Estimate = tuple[float, float, float]


def estimates(cohort: Cohort, weeks: Sequence[int]) -> tuple[Literal["mixed", "paired"], Mapping[int, Estimate]]:
    """Return by which method, and for each week the mean with its 95 % interval."""
    paired = {week: mean_interval(_seen(cohort, week)) for week in weeks}
    fitted = _fitted(cohort, weeks) if len(weeks) + (cohort.kind == "change") > 1 else None
    if fitted is None:
        return "paired", paired
    found = {}
    for week, (estimate, error) in fitted.items():
        _, low, high = paired[week]
        half = max(_t(len(_seen(cohort, week)) - 1) * error, (high - low) / 2)
        found[week] = (estimate, estimate - half, estimate + half)
    return "mixed", found


def _seen(cohort: Cohort, week: int) -> list[float]:
    found = (outcome_at(cohort, person, week) for person in cohort.values)
    return [value for value in found if value is not None]


def _fitted(cohort: Cohort, weeks: Sequence[int]) -> dict[int, tuple[float, float]] | None:
    """Return each week's mean and standard error, or ``None`` where the model cannot be fitted."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    is_change = cohort.kind == "change"
    rows: list[tuple[int, int, float]] = []
    for person, seen in cohort.values.items():
        if is_change and 0 not in seen:
            continue
        rows += [(person, week, value) for week, value in seen.items() if week in weeks or (is_change and week == 0)]
    values = np.array([value for _, _, value in rows])
    spread = float(values.std())
    if not spread > 0:
        return None
    columns = [np.ones(len(rows))] if is_change else []
    columns += [np.array([float(week == at) for _, week, _ in rows]) for at in weeks]
    design: NDArray[np.float64] = np.column_stack(columns)
    people = np.array([person for person, _, _ in rows])
    with warnings.catch_warnings():
        # Whatever it complains of, a model that did not come to rest is not used.
        warnings.simplefilter("ignore")
        try:
            fit = MixedLM(values / spread, design, groups=people).fit(reml=True, method=["lbfgs", "powell"])
        except (np.linalg.LinAlgError, ValueError):
            return None
    means, errors = np.asarray(fit.fe_params)[is_change:], np.asarray(fit.bse_fe)[is_change:]
    if not fit.converged or not np.all(np.isfinite(means)) or not np.all(np.isfinite(errors)):
        return None
    return {
        week: (float(mean * spread), float(error * spread))
        for week, mean, error in zip(weeks, means, errors, strict=True)
    }


def mean_interval(values: Sequence[float]) -> Estimate:
    """Return the mean of two or more values with its 95 % interval."""
    found = np.asarray(values, dtype=float)
    half = _t(len(found) - 1) * float(found.std(ddof=1)) / len(found) ** 0.5
    mean = float(found.mean())
    return mean, mean - half, mean + half


def welch_interval(ours: Sequence[float], others: Sequence[float], comparisons: int) -> Estimate:
    """Return the difference of two means, variances not pooled, with an interval for so many comparisons together."""
    a, b = np.asarray(ours, dtype=float), np.asarray(others, dtype=float)
    parts = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    apart, error = float(a.mean() - b.mean()), sum(parts) ** 0.5
    if not error > 0:
        return apart, apart, apart
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    half = _t(freedom, comparisons) * error
    return apart, apart - half, apart + half


def _t(freedom: float, comparisons: int = 1) -> float:
    from scipy.stats import t

    return float(t.ppf(1 - (1 - LEVEL) / 2 / comparisons, max(freedom, 1)))
