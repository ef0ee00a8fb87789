"""The quality gate: a photograph that would give a wrong number is refused, with a sentence that says why.

One module per family of checks. Each gets the same look at the photograph, adds what it found to the facts, and
returns problems.
"""

from __future__ import annotations

from dataclasses import replace

import cv2

from vesicle.skin import landmarks
from vesicle.skin.colour import Calibration, calibrate
from vesicle.skin.errors import Refused
from vesicle.skin.face import Face, locate
from vesicle.skin.gate import covering, encoding, expression, light, lips, mirrored, pose, screen, sharp
from vesicle.skin.gate.look import look
from vesicle.skin.gate.pose import pose_of
from vesicle.skin.gate.quality import VIEWS, Pose, Problem, Quality
from vesicle.skin.image import Image, Source, as_image
from vesicle.skin.regions import OVAL

_SURELY_PACKED = 1.2
_PROFILE = (
    "No face was found in this profile.", "Turn back a little, until the lashes of the other eye are just seen."
)  # fmt: skip
_WITHOUT_A_FACE = {
    "left": _PROFILE,
    "right": _PROFILE,
    "close-up": (
        "A close-up without eyes and mouth documents; it cannot be checked or measured.",
        "For measuring, take a photo of the whole face.",
    ),
}

__all__ = ["VIEWS", "Pose", "Problem", "Quality", "check", "judge", "pose_of"]


def check(source: Source | Image, *, view: str = "front", reference: Source | Image | Pose | None = None) -> Quality:
    """Return whether a photograph can be measured, and why not.

    Parameters
    ----------
    source : path, bytes, file, PIL image, ndarray of uint8 (rows x columns x 3) or Image
    view : str
        One of ``VIEWS``. Of a close-up only light and sharpness are judged.
    reference : photograph or Pose, optional
        An earlier capture of the same view: pose and expression are held against it.

    Raises
    ------
    ValueError
        For a view there is not.
    """
    if view not in VIEWS:
        raise ValueError(f"There is no view {view!r}; choose one of {', '.join(VIEWS)}.")
    try:
        image = as_image(source)
    except Refused as refused:
        return Quality(False, (Problem(refused.code, refused.message),))
    try:
        face = locate(image)
    except Refused as refused:
        return Quality(False, (_no_face(image, view, refused),))
    return judge(image, face, calibrate(image, face), view=view, reference=reference)


def judge(
    image: Image,
    face: Face,
    calibration: Calibration,
    *,
    view: str = "front",
    reference: Source | Image | Pose | None = None,
) -> Quality:
    """Return what ``check`` does, for who has found face and card already."""
    here = look(image, face, calibration)
    facts: dict[str, float] = {}
    covered = False
    stands = _stands(image, face)
    problems: list[Problem] = []
    if face.others:
        problems.append(Problem("several-faces", f"There are {face.others + 1} faces.", "Only one person, please."))
    if view != "close-up":
        last = None if reference is None or isinstance(reference, Pose) else as_image(reference)
        earlier = reference if isinstance(reference, Pose) else None
        if last is not None:
            earlier = _stands(last, locate(last))
            problems += mirrored.check(here, last, facts)
        hidden = covering.check(here, facts)
        covered = bool(hidden)
        problems += hidden
        problems += pose.check(here, view, earlier, facts)
        if not covered:
            problems += expression.check(stands, earlier, facts)
    packed = encoding.check(here, facts)
    # Blocks look like a grid.
    problems += [] if packed else screen.check(here, facts)
    problems += light.check(here, facts, covered=covered) + sharp.check(here, facts)
    # Blocks that cannot be missed also look like masks and movements; faint ones follow from blur.
    surely = facts.get("blocks", 0.0) > _SURELY_PACKED * encoding.MOST_BLOCKS
    problems = packed + problems if surely else problems + packed
    return Quality(not problems, tuple(problems), facts, stands)


def _no_face(image: Image, view: str, refused: Refused) -> Problem:
    """Return why no face was found: one that is cut off is seen once the picture has an edge around it."""
    if view in _WITHOUT_A_FACE:
        return Problem(refused.code, *_WITHOUT_A_FACE[view])
    small, _ = landmarks.shrunk(image)
    edge = max(small.shape[:2]) // 3
    wider = cv2.copyMakeBorder(small, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(128, 128, 128))
    found = landmarks.find(wider)
    if found and _cut(found[0].box, edge, small.shape):
        return Problem(
            "too-close", "The camera is too close: the face does not fit into the picture.",
            "Step back to half a metre or more.",
        )  # fmt: skip
    return Problem(refused.code, refused.message)


def _cut(box: tuple[float, float, float, float], edge: int, shape: tuple[int, ...]) -> bool:
    left, top, width, height = box
    beyond = left < edge or top < edge or left + width > edge + shape[1] or top + height > edge + shape[0]
    return beyond and width > 0.5 * min(shape[:2])


def _stands(image: Image, face: Face) -> Pose:
    oval = face.points[list(OVAL), 0]
    width = float(oval.max() - oval.min()) / image.size[0]
    return replace(pose_of(face), face_width=width, lips_rise=lips.rise(image, face))
