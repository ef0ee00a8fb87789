"""What the gate says: problems in sentences, and the facts they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

VIEWS = ("front", "left-oblique", "right-oblique", "left", "right", "close-up")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a photograph.

    Attributes
    ----------
    code : str
        Stable name, e.g. ``"too-dark"``.
    sentence : str
        What is wrong, for people.
    advice : str
        What to do about it.
    region : str or None
        Where, if it is not the whole picture.
    value, limit : float or None
        What was found and how much is allowed, in the unit of the fact of this name.
    """

    code: str
    sentence: str
    advice: str = ""
    region: str | None = None
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Pose:
    """How a face stood in a photograph and what it did: what the next photograph is held against.

    Angles in degrees, away from a face that looks straight at the camera. The rest are lengths on the face
    in distances of the eyes; ``face_width`` is its share of the picture's width, ``aspect`` its width by its height
    as the picture shows them, ``lips_rise`` millimetres by which the line between the lips rises sidewards (None where
    it was not seen).
    """

    yaw: float
    pitch: float
    roll: float
    px_per_mm: float
    mouth_width: float = 0.0
    mouth_corners: float = 0.0
    mouth_open: float = 0.0
    brows: float = 0.0
    lids: float = 0.0
    face_width: float = 0.0
    aspect: float = 0.0
    lips_rise: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """Whether a photograph can be measured, and why not.

    Attributes
    ----------
    accepted : bool
    problems : tuple of Problem
        Worst first; empty when accepted.
    facts : dict of float
        Everything that was measured for it.
    pose : Pose or None
        None when no face was found.
    """

    accepted: bool
    problems: tuple[Problem, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)
    pose: Pose | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "accepted": self.accepted,
            "problems": [_plain(asdict(problem)) for problem in self.problems],
            "facts": _plain(self.facts),
            "pose": _plain(asdict(self.pose)) if self.pose else None,
        }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    # Numbers of an array are no numbers to JSON.
    return {name: one.item() if isinstance(one, np.generic) else one for name, one in values.items()}
