"""One change with its interval and verdict, and the comparison that holds them all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np

from vesicle.skin.registration import Registration
from vesicle.skin.report import Report

REAL, WITHIN, NOT_MEASURABLE = "real-change", "within-noise", "not-measurable"
Verdict = Literal["real-change", "within-noise", "not-measurable"]
FALSE_DISCOVERIES = 0.05
NAN = float("nan")
PAIRED = "paired/1"
"""Version of the comparison itself, beside those of its measures; raise it when a verdict may change."""


class Why(str):
    """A reason as an English sentence that also knows its code and facts, so that others can say it their own way.

    Attributes
    ----------
    code : str
        Stays when the words change.
    facts : dict of str to (float or str)
        What the sentence says, by name.

    Examples
    --------
    >>> why = Why("Taken on day 3.", "swelling-window", day=3)
    >>> why, why.code, why.facts
    ('Taken on day 3.', 'swelling-window', {'day': 3})
    """

    __slots__ = ("code", "facts")
    code: str
    facts: dict[str, float | str]

    def __new__(cls, sentence: str, code: str = "", **facts: float | str) -> Self:
        """Return the sentence with its code."""
        made = super().__new__(cls, sentence)
        made.code, made.facts = code, facts
        return made


@dataclass(frozen=True, slots=True)
class Change:
    """How one measure of one region changed between two visits.

    Attributes
    ----------
    before, after, difference : float
        In ``unit``, on the skin seen at both visits; NaN when not measurable.
    percent, low, high : float
        The difference in per cent of ``before``, and its 95 % interval.
    sdc : float
        Smallest detectable change in per cent of ``before``: what decides the verdict.
    published : float
        What repeated real photographs were found to need, in per cent of ``before``; NaN where nothing is published
        or a retest of this clinic stands in its place.
    p : float
        Chance of so large a difference where nothing changed.
    verdict : str
        ``"real-change"``, ``"within-noise"`` or ``"not-measurable"``.
    why : Why
        The verdict's reason: a sentence for people, with its code and facts.
    basis : str
        Where ``sdc`` comes from: ``"pair"`` (this very pair's own noise) or the name of a retest.
    method : str
        Method and version.
    """

    before: float
    after: float
    difference: float
    percent: float
    low: float
    high: float
    sdc: float
    published: float
    p: float
    unit: str
    verdict: Verdict
    why: Why
    basis: str
    method: str

    @property
    def beyond_published(self) -> bool:
        """Whether it is larger than what repeated real photographs differed by elsewhere, too."""
        return bool(abs(self.percent) > self.published)

    def as_dict(self) -> dict[str, object]:
        """Return the change as plain values, ``None`` for what is unknown."""
        names = (
            "before", "after", "difference", "percent", "low", "high", "sdc", "published", "p", "unit", "verdict",
            "why", "basis", "method",
        )  # fmt: skip
        plain = {name: getattr(self, name) for name in names} | {"why": str(self.why)}
        return {
            name: None if isinstance(value, float) and math.isnan(value) else value for name, value in plain.items()
        }


def not_measurable(why: Why, *, unit: str, method: str) -> Change:
    """Return the change of what cannot be measured, with the reason."""
    return Change(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, unit, "not-measurable", why, "none", method)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two visits.

    Attributes
    ----------
    changes : dict of str to dict of str to Change
        By region and measure.
    before, after : Report
        Of the first capture of each visit, measured alone.
    registration : Registration or None
        Of the second visit's first capture on the first's; ``None`` when there was none.
    light : str
        ``"card"``, ``"grey"``, or ``"relative"``: colour compared with skin outside the regions.
    blur_mm : float
        How much softer the second visit was before both were made alike; negative when sharper.
    captures : tuple of int
        How many photographs each visit has.
    primary : tuple of str
        Outcomes named before: a measure, or ``"region:measure"``.
    notes : tuple of str
        What holds of all changes.
    refused : Why or None
        Why nothing at all could be compared; every change then says the same.
    face : dict of str to Change
        By measure, over all regions that could be compared, each weighted by its skin. What is too little to be told
        from noise in any one region may be told here; what is treated in one region only is better looked for there.
    """

    changes: dict[str, dict[str, Change]]
    before: Report
    after: Report
    registration: Registration | None
    light: str
    blur_mm: float
    captures: tuple[int, int]
    primary: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: Why | None = None
    face: dict[str, Change] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Return the comparison as plain values that JSON can hold."""
        residual = self.registration.residual_mm if self.registration else NAN
        return {
            "changes": {
                region: {name: change.as_dict() for name, change in found.items()}
                for region, found in self.changes.items()
            },
            "face": {name: change.as_dict() for name, change in self.face.items()},
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "registration": None if math.isnan(residual) else {"residual_mm": residual},
            "light": self.light,
            "blur_mm": None if math.isnan(self.blur_mm) else self.blur_mm,
            "captures": list(self.captures),
            "primary": list(self.primary),
            "notes": list(self.notes),
        }


def is_primary(region: str, measure: str, primary: Iterable[str]) -> bool:
    """Return whether an outcome was named before, by its measure or as ``"region:measure"``."""
    return bool({measure, f"{region}:{measure}"} & set(primary))


def discovered(
    changes: Mapping[str, Mapping[str, Change]], primary: tuple[str, ...]
) -> dict[str, dict[str, Change]]:  # fmt: skip
    """Return the changes with those outcomes that nobody named before held to a false-discovery rate of 5 %.

    Of 88 outcomes four look real by chance. Without named outcomes every verdict stands for itself alone, and the
    reader is told so.

    Notes
    -----
    Benjamini & Hochberg (J R Stat Soc B 57, 1995).
    """
    kept = {region: dict(found) for region, found in changes.items()}
    if not primary:
        return kept
    rest = [
        (region, name)
        for region, found in changes.items()
        for name, change in found.items()
        if change.verdict != NOT_MEASURABLE and not is_primary(region, name, primary)
    ]
    if not rest:
        return kept
    # Here, because it takes most of the time that loading this library would, and only outcomes in plenty need it.
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(np.clip([changes[region][name].p for region, name in rest], 0, 1))
    for (region, name), chance in zip(rest, adjusted, strict=True):
        change = kept[region][name]
        if change.verdict == REAL and chance > FALSE_DISCOVERIES:
            said = f"{change.why} Among {len(rest)} outcomes nobody named before, so large a change comes by chance."
            why = Why(said, "among-many", **change.why.facts, count=len(rest))
            kept[region][name] = replace(change, verdict="within-noise", why=why)
    return kept
