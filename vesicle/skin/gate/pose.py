"""How the head is held and how far it is from the camera."""

from __future__ import annotations

import numpy as np

from vesicle.skin import landmarks
from vesicle.skin.face import EYES_APART_MM, Face
from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Pose, Problem
from vesicle.skin.landmarks import Floats
from vesicle.skin.regions import OVAL

NEUTRAL_PITCH = -14.0
"""Pitch the mesh model gives a face that looks straight ahead."""
MOST_ROLL, MOST_YAW, MOST_PITCH = 9.0, 9.0, 15.0
MOST_NOD = 10.0
MOST_OBLIQUE = 15.0
"""Degrees by which views other than the front may miss theirs."""
MOST_CARD = 13.0
LEAST_ASPECT = 0.98
"""Width by height against the last photo: the mesh of a good capture keeps it to 0.5 %, a picture turned by 16 degrees
loses 2 %."""
LEAST_PX_PER_MM = 2.0
LARGEST_SHARE = 0.75
"""Of the picture's width or height that the mesh may fill."""
LEAST_DISTANCE_MM = 350.0
MOST_DISTANCE_CHANGE = 0.2
# A view is named after the side of the person that it shows: to show the left, the head turns to its own right.
_EXPECTED_YAW = {"front": 0.0, "left-oblique": -40.0, "right-oblique": 40.0, "left": -75.0, "right": 75.0}
_FILM_DIAGONAL_MM = 43.27
_RIGHT, _HIGH, _LOW = (33, 133, 127, 234, 93, 116, 123, 21, 54), (10, 151, 67, 297, 109, 338), (2, 97, 326, 98, 327)


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
        aspect=_aspect(face.points),
    )


def _aspect(points: Floats) -> float:
    """Return width by height of the upper face as the picture shows them: no mouth and no chin, which move."""
    across = (points[list(_RIGHT), :2] - points[landmarks.mirror()[list(_RIGHT)], :2]).mean(0)
    down = points[list(_LOW), :2].mean(0) - points[list(_HIGH), :2].mean(0)
    # Roll apart, a sheared face is no wider than an upright one.
    return float(abs(across[0] * down[1] - across[1] * down[0]) / (down @ down))


def _corners(points: Floats) -> float:
    """Return how far the corners of the mouth stand above its middle, along the face."""
    down = points[152] - points[168]
    down = down / np.linalg.norm(down)
    middle = (points[13] + points[14]) / 2
    return float(((middle - points[61]) + (middle - points[291])) @ down / 2)


def check(look: Look, view: str, reference: Pose | None, facts: dict[str, float]) -> list[Problem]:
    """Return what is wrong with how the head is held and how far it is."""
    pose = pose_of(look.face)
    facts.update(yaw=pose.yaw, pitch=pose.pitch, roll=pose.roll, px_per_mm=pose.px_per_mm)
    return _held(look, pose, view, reference, facts) + _distance(look, reference, facts)


def _held(look: Look, pose: Pose, view: str, reference: Pose | None, facts: dict[str, float]) -> list[Problem]:
    found = []
    lean = pose.roll - (reference.roll if reference else 0.0)
    if abs(lean) > MOST_ROLL:
        found.append(Problem(
            "tilted", f"The head leans {abs(lean):.0f}° to the side.", "Hold head and camera upright.", None, lean,
            MOST_ROLL,
        ))  # fmt: skip
    turned = pose.yaw - (reference.yaw if reference else _EXPECTED_YAW[view])
    most = MOST_YAW if view == "front" else MOST_OBLIQUE
    since = "from the last photo" if reference else ("to the side" if view == "front" else "away from this view")
    if abs(turned) > most:
        found.append(Problem(
            "turned", f"The head is turned {abs(turned):.0f}° {since}.", "Turn the head as in the guide.", None, turned,
            most,
        ))  # fmt: skip
    elif view == "front" and reference and (squeezed := _squeezed(pose, reference)) < LEAST_ASPECT:
        facts["aspect_change"] = squeezed - 1
        found.append(Problem(
            "turned", f"The face is {1 - squeezed:.0%} narrower than in the last photo: head or camera is turned.",
            "Turn the head as in the guide.", None, _turn(squeezed), _turn(LEAST_ASPECT),
        ))  # fmt: skip
    elif view == "front" and (tilt := look.calibration.turned) is not None:
        facts["card_turned"] = tilt
        if tilt > MOST_CARD:
            found.append(Problem(
                "turned", f"The colour card, and perhaps the head, is turned {tilt:.0f}° to the side.",
                "Hold the card and the camera facing each other.", None, tilt, MOST_CARD,
            ))  # fmt: skip
    nod = pose.pitch - (reference.pitch if reference else 0.0)
    if view in ("front", "left-oblique", "right-oblique") and abs(nod) > (MOST_NOD if reference else MOST_PITCH):
        found.append(Problem(
            "nodding", f"The chin is {'lowered' if nod > 0 else 'raised'} by {abs(nod):.0f}°.",
            "Look straight at the camera.", None, nod, MOST_NOD if reference else MOST_PITCH,
        ))  # fmt: skip
    return found


def _turn(narrower: float) -> float:
    return float(np.degrees(np.arccos(narrower)))


def _squeezed(pose: Pose, reference: Pose) -> float:
    """Return width by height against an earlier photograph, beyond what the angles of both explain."""
    if not pose.aspect or not reference.aspect:
        return 1.0

    def upright(one: Pose) -> float:
        return one.aspect * float(np.cos(np.radians(one.pitch)) / np.cos(np.radians(one.yaw)))

    return upright(pose) / upright(reference)


def _distance(look: Look, reference: Pose | None, facts: dict[str, float]) -> list[Problem]:
    width, height = look.image.size
    oval = look.face.points[list(OVAL), :2]
    low, high = oval.min(0), oval.max(0)
    share = float(max((high[0] - low[0]) / width, (high[1] - low[1]) / height))
    cut = bool((low < 0.01 * width).any() or high[0] > 0.99 * width or high[1] > 0.99 * height)
    facts["face_share"] = share
    if share > LARGEST_SHARE or cut:
        return [Problem(
            "too-close", "The camera is too close: the face does not fit into the picture.",
            "Step back to half a metre or more.", None, share, LARGEST_SHARE,
        )]  # fmt: skip
    film = look.image.camera.focal_length_35mm
    if film is not None and film >= 10:
        distance = film / _FILM_DIAGONAL_MM * float(np.hypot(width, height)) / look.face.px_per_mm
        facts["distance_mm"] = distance
        if distance < LEAST_DISTANCE_MM:
            return [Problem(
                "too-close", f"The camera is about {distance / 10:.0f} cm away: that close, it distorts the face.",
                "Step back to half a metre or more.", None, distance, LEAST_DISTANCE_MM,
            )]  # fmt: skip
    if reference is not None and reference.face_width:
        change = (high[0] - low[0]) / width / reference.face_width - 1
        facts["distance_change"] = change
        if abs(change) > MOST_DISTANCE_CHANGE:
            code, step = ("too-close", "back") if change > 0 else ("too-far", "closer")
            return [Problem(
                code, f"The face is {abs(change):.0%} {'larger' if change > 0 else 'smaller'} than in the last photo.",
                f"Step {step}.", None, change, MOST_DISTANCE_CHANGE,
            )]  # fmt: skip
    if look.face.px_per_mm < LEAST_PX_PER_MM:
        return [Problem(
            "too-far", f"The face has only {look.face.px_per_mm:.1f} pixels a millimetre; skin needs 3, lines 5.",
            "Step closer or use a camera with more pixels.", None, look.face.px_per_mm, LEAST_PX_PER_MM,
        )]  # fmt: skip
    return []
