"""The quality gate: a photograph that would give a wrong number is refused, with a sentence that says why.

One module per family of checks. Each gets the same look at the photograph, adds what it found to the facts, and
returns problems.
"""

from __future__ import annotations

from vesicle.skin.colour import calibrate
from vesicle.skin.errors import Refused
from vesicle.skin.face import locate
from vesicle.skin.gate import covering, encoding, light, pose, sharp
from vesicle.skin.gate.look import look
from vesicle.skin.gate.pose import pose_of
from vesicle.skin.gate.quality import VIEWS, Pose, Problem, Quality
from vesicle.skin.image import Image, Source, as_image

__all__ = ["VIEWS", "Pose", "Problem", "Quality", "check", "pose_of"]


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
        face = locate(image)
    except Refused as refused:
        return Quality(False, (Problem(refused.code, refused.message),))
    earlier = reference
    if earlier is not None and not isinstance(earlier, Pose):
        earlier = pose_of(locate(as_image(earlier)))
    here = look(image, face, calibrate(image, face))
    facts: dict[str, float] = {}
    problems = pose.check(here, view, earlier, facts) + light.check(here, facts)
    problems += sharp.check(here, facts) + encoding.check(here, facts) + covering.check(here, facts)
    return Quality(not problems, tuple(problems), facts, pose_of(face))
