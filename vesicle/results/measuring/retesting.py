"""The retest of a clinic's own camera: people photographed again the same day, repositioned, nothing done between.

Plain Python over the photo library's statistics.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from vesicle.skin import Repeatability

PEOPLE, CAPTURES = 20, 3
"""What is asked for: the smallest detectable change is then known to within -18 and +28 per cent."""
FEWEST_PEOPLE = 10
"""Below this the figures are too uncertain to be used; between, their interval is printed and says it."""


@dataclass(frozen=True, slots=True)
class Value:
    """One stored value, as the statistics read it."""

    value: float
    unit: str
    method: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One photograph's values by region and measure."""

    measures: Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a camera's retest is."""

    camera: str
    twice: int
    complete: int

    @property
    def is_enough(self) -> bool:
        """Whether figures can be settled."""
        return self.twice >= FEWEST_PEOPLE


def camera_name(camera: Mapping[str, Any]) -> str:
    """Return a camera's make and model as its file tells them; empty where it does not."""
    parts = (str(camera.get(name) or "").strip() for name in ("make", "model"))
    return " ".join(part for part in parts if part)[:120]


def progress(again: Mapping[str, Mapping[str, Iterable[Taken]]]) -> list[Progress]:
    """Return how many people each camera took twice, and as often as asked, the furthest first."""
    counted = {camera: [len(list(taken)) for taken in people.values()] for camera, people in again.items()}
    found = [
        Progress(camera, len(counts), sum(count >= CAPTURES for count in counts)) for camera, counts in counted.items()
    ]
    return sorted(found, key=lambda one: (-one.complete, -one.twice, one.camera))


def as_stored(found: Mapping[str, Repeatability]) -> dict[str, Any]:
    """Return figures as plain JSON."""
    return {name: one.as_dict() | {"parts": [part.as_dict() for part in one.parts]} for name, one in found.items()}


def as_figures(stored: Mapping[str, Any]) -> dict[str, Repeatability]:
    """Return figures from what ``as_stored`` gave."""
    return {name: _figure(one) for name, one in stored.items()}


def _figure(stored: Mapping[str, Any]) -> Repeatability:
    known = {field.name for field in fields(Repeatability)} - {"parts"}
    values: dict[str, Any] = {
        name: math.nan if value is None else value for name, value in stored.items() if name in known
    }
    return Repeatability(**values, parts=tuple(_figure(part) for part in stored.get("parts", ())))
