"""What the photographs of one visit say over weeks: each change from before, and which measures matter.

Plain Python. A verdict comes only from photographs that were compared with each other; values of single photographs
stand in until then, and nothing is said of them. Versions of a method are never mixed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import Sections
from vesicle.results.domain import REAL
from vesicle.results.fading import Fading, Value, fading
from vesicle.skin import MEASURES, REGIONS

_LINES = ("forehead", "crows-feet-left", "crows-feet-right", "under-eye-left", "under-eye-right")
_CHEEKS = ("cheek-left", "cheek-right")
_MOST_REGIONS = 4
"""A treatment of more regions than these names its outcomes only where each is seen best.

A whole face has twelve regions and a protocol names up to ten measures: of 120 outcomes, each judged for itself, six
would look real by chance. All others are held to the false-discovery rate.
"""
_Z = 1.96
_BOTH = math.sqrt(2)
NOT_YET, SWOLLEN = "not-compared-yet", "swelling-window"
PAIR = "pair"
"""The basis of a verdict that rests on the noise of the photographs themselves."""

Key = tuple[str, str]
"""Region and measure."""


@dataclass(frozen=True, slots=True)
class PhotoValue:
    """One measure of one region in one photograph; ``week`` is ``None`` before the treatment."""

    region: str
    measure: str
    view: str
    day: int
    week: int | None
    method: str
    value: float
    unit: str
    sem: float | None


@dataclass(frozen=True, slots=True)
class PhotoChanged:
    """How a measure of a region changed from before, in per cent of before; ``half`` is half its 95 % interval.

    ``percent`` is ``None`` where it could not be measured; ``code`` and ``facts`` are the verdict's reason. ``sdc`` is
    what ``verdict`` was decided by; ``published`` what repeated real photographs differed by elsewhere.
    """

    verdict: str
    percent: float | None
    half: float
    sdc: float
    published: float | None
    basis: str
    method: str
    code: str
    facts: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def noise(self) -> float:
        """What a change has to exceed: the clinic's own retest, and until there is one published figures too."""
        return max(self.sdc, self.published or 0.0) if self.basis == PAIR else self.sdc

    @property
    def is_real(self) -> bool:
        """Whether it may be called a change."""
        return self.verdict == REAL and self.percent is not None and abs(self.percent) > self.noise

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it is beyond the noise of the photographs themselves, yet not beyond published figures."""
        return self.verdict == REAL and not self.is_real


@dataclass(frozen=True, slots=True)
class Occasion:
    """One later day on which a view was photographed, with what changed by region and measure.

    Where nothing was compared, ``code`` and ``facts`` say why. ``captures`` are how many photographs each visit has.
    """

    view: str
    week: int
    day: int
    captures: tuple[int, int]
    changes: Mapping[Key, PhotoChanged]
    code: str = ""
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One occasion as a course sees it: the change, or why there is none."""

    week: int
    day: int
    captures: tuple[int, int]
    change: PhotoChanged | None
    code: str
    facts: Mapping[str, float | str]

    @property
    def percent(self) -> float | None:
        """The change, where it was measured."""
        return self.change.percent if self.change is not None else None


@dataclass(frozen=True, slots=True)
class PhotoCourse:
    """One measure of one region in one view, by the version of its method that was used last, in order of days."""

    region: str
    measure: str
    view: str
    method: str
    steps: tuple[Step, ...]
    values: tuple[PhotoValue, ...]
    """Of single photographs: shown only until there is a change."""
    older: int
    """Occasions compared only by another version: left out."""

    @property
    def measured(self) -> list[tuple[Step, PhotoChanged, float]]:
        """The steps whose change was measured, with it and its per cent."""
        return [
            (step, step.change, step.change.percent)
            for step in self.steps
            if step.change is not None and step.change.percent is not None
        ]

    @property
    def latest(self) -> Step | None:
        """The last occasion that was compared, or could not be; ``None`` where there is none yet."""
        ended = [step for step in self.steps if step.code not in (NOT_YET, SWOLLEN)]
        return ended[-1] if ended else None

    @property
    def waits(self) -> Step | None:
        """The last occasion, if it is not compared yet."""
        return self.steps[-1] if self.steps and self.steps[-1].code == NOT_YET else None

    @property
    def fading(self) -> Fading | None:
        """When the change is predicted to be gone; ``None`` without any that may be called a change."""
        found = [(step, change, percent) for step, change, percent in self.measured if change.half > 0]
        if not any(change.is_real for _, change, _ in found):
            return None
        # A change has the error of both visits; those from before are the same in every one.
        shared = min(change.half for _, change, _ in found) / _Z / _BOTH
        alike = [Value(step.day / 7, percent, change.half / _Z / _BOTH) for step, change, percent in found]
        return fading(0.0, shared, alike, MEASURES[self.measure].better)


def courses(occasions: Iterable[Occasion], values: Iterable[PhotoValue]) -> list[PhotoCourse]:
    """Return one course for each region and measure: of its views, the one with the most to say."""
    views: dict[str, list[Occasion]] = defaultdict(list)
    for occasion in sorted(occasions, key=lambda one: one.day):
        views[occasion.view].append(occasion)
    single: dict[Key, dict[str, list[PhotoValue]]] = defaultdict(lambda: defaultdict(list))
    for value in values:
        single[value.region, value.measure][value.view].append(value)
    keys = dict.fromkeys(key for rows in views.values() for one in rows for key in one.changes) | dict.fromkeys(single)
    found = []
    for key in keys:
        names = {view for view, rows in views.items() if any(key in one.changes for one in rows)} | set(single[key])
        made = [_course(key, view, views[view], single[key][view]) for view in sorted(names)]
        found.append(max(made, key=_says))
    return found


def _says(one: PhotoCourse) -> tuple[float, ...]:
    """How much a view has to say; between two that say as much, the more exact, and never the larger change."""
    errors = [change.sdc for _, change, _ in one.measured]
    exact = -sum(errors) / len(errors) if errors else -math.inf
    return len(errors), exact, len(one.steps), len(one.values), one.view == "front"


def _course(key: Key, view: str, occasions: Sequence[Occasion], values: Sequence[PhotoValue]) -> PhotoCourse:
    methods = [one.changes[key].method for one in occasions if key in one.changes]
    newest = methods[-1] if methods else values[-1].method if values else ""
    steps = []
    for one in occasions:
        change = one.changes.get(key)
        if change is not None and change.method != newest:
            continue
        code, facts = (change.code, change.facts) if change is not None else (one.code or NOT_YET, one.facts)
        steps.append(Step(one.week, one.day, one.captures, change, code, facts))
    latest = values[-1].method if values else ""
    return PhotoCourse(
        key[0], key[1], view, newest, tuple(steps), tuple(one for one in values if one.method == latest),
        len(methods) - methods.count(newest),
    )  # fmt: skip


def primary(sections: Sections, areas: Iterable[str]) -> tuple[str, ...]:
    """Return the outcomes a protocol names for the treated areas, as ``"region:measure"``, the most wanted first.

    They are the photo measures that could show a concern the protocol addresses, where the treatment was done.
    """
    bank = load_bank()
    sites = {site for area in areas if area in bank.areas for site in bank.areas[area].sites}
    treated = {region for site in sites for region in bank.sites[site].photo_regions}
    known = (bank.concerns[addressed.concern] for addressed in sections.concerns)
    measures = dict.fromkeys(measure for concern in known for measure in concern.photo_measures)
    return tuple(f"{region}:{measure}" for measure in measures for region in _seen_best(measure, treated))


def _seen_best(measure: str, treated: set[str]) -> list[str]:
    best = set(_LINES if measure == "wrinkles" else _CHEEKS) & treated
    chosen = best if best and len(treated) > _MOST_REGIONS else treated
    return [region for region in REGIONS if region in chosen]


def matter(found: Iterable[PhotoCourse], named: Sequence[str]) -> tuple[list[PhotoCourse], list[PhotoCourse]]:
    """Return the courses of the outcomes that were named, in that order, and all the others."""
    order = {name: place for place, name in enumerate(named)}
    first: list[tuple[int, PhotoCourse]] = []
    rest: list[PhotoCourse] = []
    for one in found:
        place = order.get(f"{one.region}:{one.measure}")
        if place is None:
            rest.append(one)
        else:
            first.append((place, one))
    return [one for _, one in sorted(first, key=lambda placed: placed[0])], rest
