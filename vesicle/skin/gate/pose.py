"""How the head is held, how far it is, and what the face does."""

from __future__ import annotations

import numpy as np

from vesicle.skin.face import EYES_APART_MM, Face
from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Pose, Problem
from vesicle.skin.landmarks import Floats

NEUTRAL_PITCH = -14.0
"""Pitch the mesh model gives a face that looks straight ahead."""
MOST_ROLL, MOST_YAW, MOST_PITCH = 9.0, 9.0, 14.0
# A view is named after the side of the person that it shows: to show the left, the head turns to its own right.
_EXPECTED_YAW = {"front": 0.0, "left-oblique": -40.0, "right-oblique": 40.0, "left": -80.0, "right": 80.0}


def pose_of(face: Face) -> Pose:
    """Return pose and expression of a face."""
    points = face.points / np.float32(face.px_per_mm * EYES_APART_MM)

    def apart(one: int, other: int) -> float:
        return float(np.linalg.norm(points[one] - points[other]))

    return Pose(
        yaw=face.yaw,
        pitch=face.pitch - NEUTRAL_PITCH,
        roll=face.roll,
        px_per_mm=face.px_per_mm,
        mouth_width=apart(61, 291),
        mouth_corners=_corners(points),
        mouth_open=apart(13, 14),
        brows=(apart(105, 133) + apart(334, 362)) / 2,
        lids=(apart(159, 145) + apart(386, 374)) / 2,
    )


def _corners(points: Floats) -> float:
    """Return how far the corners of the mouth stand above its middle, along the face."""
    down = points[152] - points[168]
    down = down / np.linalg.norm(down)
    middle = (points[13] + points[14]) / 2
    return float(((middle - points[61]) + (middle - points[291])) @ down / 2)


def check(look: Look, view: str, reference: Pose | None, facts: dict[str, float]) -> list[Problem]:
    """Return what is wrong with how the head is held and how far it is."""
    pose = pose_of(look.face)
    found = []
    facts.update(yaw=pose.yaw, pitch=pose.pitch, roll=pose.roll, px_per_mm=pose.px_per_mm)
    if abs(pose.roll) > MOST_ROLL:
        found.append(
            Problem("tilted", f"The head leans {abs(pose.roll):.0f}° to the side.", "Hold head and camera upright.",
                    None, pose.roll, MOST_ROLL)
        )  # fmt: skip
    expected = reference.yaw if reference else _EXPECTED_YAW[view]
    turned = pose.yaw - expected
    if abs(turned) > (MOST_YAW if view == "front" else 15.0):
        since = "from the last photo" if reference else ("to the side" if view == "front" else "from this view")
        found.append(
            Problem("turned", f"The head is turned {abs(turned):.0f}° {since}.", "Turn the head as in the guide.",
                    None, turned, MOST_YAW)
        )  # fmt: skip
    nod = pose.pitch - (reference.pitch if reference else 0.0)
    if abs(nod) > MOST_PITCH:
        how = "lowered" if nod > 0 else "raised"
        found.append(
            Problem("nodding", f"The chin is {how} by {abs(nod):.0f}°.", "Look straight at the camera.",
                    None, nod, MOST_PITCH)
        )  # fmt: skip
    return found
