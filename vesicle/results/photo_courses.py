"""What the photographs of one visit say over weeks: which measures matter, and what may be compared with what.

Plain Python. A value is compared only with values of the same region, view, light and version of the method.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vesicle.protocols.bank import load_bank
from vesicle.results.domain import NOISE, NOT_MEASURABLE, REAL
from vesicle.results.fading import Fading, Value, fading
from vesicle.skin import MEASURES
from vesicle.skin.repeatability import TO_SDC


@dataclass(frozen=True, slots=True)
class PhotoValue:
    """One measure of one region in one photograph; ``week`` is ``None`` before the treatment."""

    region: str
    measure: str
    view: str
    day: int
    week: int | None
    method: str
    value: float | None
    unit: str
    sem: float | None
    sdc: float | None
    basis: str
    calibration: str
    reason: str = ""

    @property
    def is_before(self) -> bool:
        """Whether it was photographed before the treatment."""
        return self.week is None


class Verdict(NamedTuple):
    """What a curve's latest value says. ``reason`` is why nothing can be said; ``percent`` is of the baseline."""

    verdict: str
    percent: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class PhotoCourse:
    """One measure of one region in one view, by the newest version of its method, in order of days."""

    region: str
    measure: str
    view: str
    method: str
    values: tuple[PhotoValue, ...]
    older: int
    """Photographs measured only by an earlier version: left out, not compared."""
    swelling_window_days: int

    def counts(self, value: PhotoValue) -> bool:
        """Whether a value may be judged: measured, and not while the skin is still swollen."""
        return value.value is not None and (value.is_before or value.day > self.swelling_window_days)

    @property
    def before(self) -> PhotoValue | None:
        """The last value before the treatment that was measured."""
        return next((one for one in reversed(self.values) if one.is_before and one.value is not None), None)

    @property
    def latest(self) -> PhotoValue | None:
        """The last photograph after the treatment that is out of the swelling window, measured or not."""
        later = [one for one in self.values if not one.is_before and one.day > self.swelling_window_days]
        return later[-1] if later else None

    @property
    def verdict(self) -> Verdict | None:
        """The latest value against the one before; ``None`` while there is nothing after the treatment to judge."""
        before, latest = self.before, self.latest
        if latest is None:
            return None
        if before is None or before.value is None:
            unmeasured = next((one.reason for one in self.values if one.is_before), "")
            return Verdict(NOT_MEASURABLE, None, unmeasured or "no photograph from before can be compared with it")
        if latest.value is None:
            return Verdict(NOT_MEASURABLE, None, latest.reason)
        if not _alike(before, latest):
            return Verdict(
                NOT_MEASURABLE, None, "colours are compared only where both photographs show the colour card"
            )
        if before.sdc is None or latest.sdc is None:
            return Verdict(NOT_MEASURABLE, None, "how much two photographs of unchanged skin differ is not known yet")
        difference = latest.value - before.value
        percent = 100 * difference / abs(before.value) if before.value else None
        real = abs(difference) > max(before.sdc, latest.sdc)
        return Verdict(REAL if real else NOISE, percent, "")

    @property
    def fading(self) -> Fading | None:
        """When the change is predicted to be gone; ``None`` without a comparable value before."""
        before = self.before
        if before is None or before.value is None or not _error(before):
            return None
        alike = [
            Value(one.day / 7, one.value, _error(one))
            for one in self.values
            if not one.is_before and self.counts(one) and one.value is not None and _error(one) and _alike(before, one)
        ]
        return fading(before.value, _error(before), alike, MEASURES[self.measure].better)


def _alike(one: PhotoValue, other: PhotoValue) -> bool:
    """Whether the colours of two photographs can be compared, where the measure depends on them."""
    return not MEASURES[one.measure].needs_card or one.calibration == other.calibration == "card"


def _error(value: PhotoValue) -> float:
    return value.sem or (value.sdc or 0.0) / TO_SDC


def courses(values: Iterable[PhotoValue], swelling_window_days: int) -> list[PhotoCourse]:
    """Return one course for each region and measure: of its views, the one with the most to compare."""
    groups: dict[tuple[str, str], dict[str, list[PhotoValue]]] = {}
    for value in values:
        groups.setdefault((value.region, value.measure), {}).setdefault(value.view, []).append(value)
    found = []
    for views in groups.values():
        made = [_course(rows, swelling_window_days) for _, rows in sorted(views.items())]
        found.append(max(made, key=lambda one: (one.before is not None, sum(map(one.counts, one.values)))))
    return found


def _course(rows: Sequence[PhotoValue], swelling_window_days: int) -> PhotoCourse:
    newest = max((row.method for row in rows), key=_version)
    kept = [row for row in rows if row.method == newest]
    seen = {(row.day, row.week) for row in kept}
    older = {(row.day, row.week) for row in rows} - seen
    kept.sort(key=lambda row: (not row.is_before, row.day))
    first = rows[0]
    return PhotoCourse(first.region, first.measure, first.view, newest, tuple(kept), len(older), swelling_window_days)


def _version(method: str) -> tuple[int, ...]:
    """The version in a method's name: "wrinkles/10" is newer than "wrinkles/9"."""
    return tuple(int(number) for number in re.findall(r"\d+", method.rpartition("/")[2]))


def matter(
    found: Iterable[PhotoCourse], measures: Iterable[str], sites: Iterable[str]
) -> tuple[list[PhotoCourse], list[PhotoCourse]]:
    """Return the courses of ``measures`` where the treatment was done, in that order, and all the others."""
    wanted = list(dict.fromkeys(measures))
    on = load_bank().sites
    regions = {region for site in sites for region in on[site].photo_regions}
    order: Mapping[str, int] = {measure: place for place, measure in enumerate(wanted)}
    first: list[PhotoCourse] = []
    rest: list[PhotoCourse] = []
    for one in found:
        (first if one.measure in order and one.region in regions else rest).append(one)
    return sorted(first, key=lambda one: (order[one.measure], one.region)), rest
