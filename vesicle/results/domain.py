"""What a change means: real, within measurement noise, or not measurable. Never a bare number.

The repeatability of a measure comes from the clinic's own repeated readings: two or more of the
same person, place and week. From them follows the smallest change that is more than noise,
SDC = 1.96 · √2 · SEM (Bland and Altman, Statistics notes: Measurement error, BMJ 1996;313:744).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.protocols.schema.sections import FollowUp, Results

REAL, NOISE, NOT_MEASURABLE = "real-change", "within-noise", "not-measurable"
FEWEST_REPEATS = 10
WEEKS_A_MONTH = 365.25 / 12 / 7
_ASK_AT = time(9, 0)


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How well a measure repeats here: ``sdc`` in the measure's unit, from ``repeats`` groups of readings."""

    sdc: float
    repeats: int


def repeatability(groups: Iterable[Sequence[float]]) -> Repeatability | None:
    """Return the smallest detectable change from groups of repeated readings.

    Each group holds two or more readings of the same person, place and week. ``None`` with fewer
    than ten groups: too few to say anything.
    """
    squares, freedom, count = 0.0, 0, 0
    for group in groups:
        if len(group) < 2:
            continue
        mean = sum(group) / len(group)
        squares += sum((value - mean) ** 2 for value in group)
        freedom += len(group) - 1
        count += 1
    if count < FEWEST_REPEATS:
        return None
    return Repeatability(1.96 * math.sqrt(2) * math.sqrt(squares / freedom), count)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is so, in no language: a code, and what a sentence about it needs (see ``reasons``)."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A change since before treatment. ``why`` says what the verdict rests on."""

    verdict: str
    difference: float
    is_better: bool | None
    why: Reason


def change(
    *,
    baseline: float,
    value: float,
    better: str,
    known: Repeatability | None,
    day: int,
    swelling_window_days: int,
) -> Change:
    """Judge a change. ``better`` is ``higher``, ``lower`` or ``neither``; ``day`` counts from the treatment."""
    difference = value - baseline
    direction = None if better == "neither" or difference == 0 else (difference > 0) == (better == "higher")
    if day <= swelling_window_days:
        return Change(NOT_MEASURABLE, difference, direction, Reason("swollen", {"days": swelling_window_days}))
    if known is None:
        return Change(NOT_MEASURABLE, difference, direction, Reason("error-unknown"))
    if abs(difference) > known.sdc:
        return Change(REAL, difference, direction, Reason("more-than-error", {"sdc": f"{known.sdc:.2g}"}))
    return Change(NOISE, difference, direction, Reason("no-more-than-error", {"sdc": f"{known.sdc:.2g}"}))


@dataclass(frozen=True, slots=True)
class Window:
    """When a follow-up can be answered."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def window(planned: FollowUp, treated_on: date, zone: str) -> Window:
    """Return when a follow-up opens, is due and closes, at nine in the morning of the patient's clock."""
    due = treated_on + timedelta(weeks=planned.week)

    def morning(day: date) -> datetime:
        return datetime.combine(day, _ASK_AT, ZoneInfo(zone))

    return Window(
        morning(due - timedelta(days=planned.opens_days_before)),
        morning(due),
        morning(due + timedelta(days=planned.closes_days_after)),
    )


def expected_weeks(results: Results, last_week: float) -> tuple[float, float]:
    """Return the weeks in which a change may be expected; an unknown end lasts as long as we look."""
    lasts = results.lasts_months.max if results.lasts_months else None
    return results.onset_weeks.min, lasts * WEEKS_A_MONTH if lasts is not None else last_week
