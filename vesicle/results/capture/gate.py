"""The photo library's gate, as the clinic asks it: a whole photograph, or a frame of what the camera sees now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vesicle import skin
from vesicle.results.capture import wording
from vesicle.skin.gate import Pose, Quality

FRAME_CANNOT_TELL = frozenset({"blurred", "compressed", "too-small", "too-far"})
"""What a shrunken, strongly packed frame says of itself and not of the photograph."""
NO_WHOLE_FACE = "Only a whole face can be measured; a close-up documents."


@dataclass(frozen=True, slots=True)
class Found:
    """What the gate found. ``sentences`` are empty when all is well; without a card colours are relative."""

    report: dict[str, Any]
    codes: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def has_card(self) -> bool:
        """Whether a colour card or a grey card was found, by which colours are calibrated."""
        return "colour_cast" in self.report["facts"]


def check(data: bytes, *, view: str, reference: Mapping[str, Any] | None) -> Found:
    """Judge a photograph. ``reference`` is the pose of an earlier one of the same view."""
    return _found(skin.check(data, view=view, reference=_pose(reference)))


def glance(data: bytes, *, view: str, width: int, reference: Mapping[str, Any] | None) -> Found:
    """Judge a frame, a small copy of a picture ``width`` pixels wide.

    Lengths are those of the picture itself; what a small copy cannot show is left to the check of the photograph.
    """
    try:
        image = skin.as_image(data)
    except skin.Refused as refused:
        return _found(Quality(False, (skin.Problem(refused.code, refused.message),)))
    factor = width / image.size[0]
    earlier = _pose(reference)
    if earlier is not None:
        earlier = replace(earlier, px_per_mm=earlier.px_per_mm / factor)
    quality = skin.check(image, view=view, reference=earlier)
    problems = tuple(problem for problem in quality.problems if problem.code not in FRAME_CANNOT_TELL)
    pose = replace(quality.pose, px_per_mm=quality.pose.px_per_mm * factor) if quality.pose else None
    return _found(Quality(not problems, problems, quality.facts, pose))


def document() -> Found:
    """Return what is found of a photograph without a whole face: nothing to correct, and nothing to measure."""
    return Found(Quality(False, (skin.Problem("no-measure", NO_WHOLE_FACE),)).as_dict(), (), ())


def _pose(stored: Mapping[str, Any] | None) -> Pose | None:
    """Return a pose as it was stored; one of an older form of the gate, which lacks something, is no reference."""
    try:
        return Pose(**stored) if stored else None
    except TypeError:
        return None


def _found(quality: Quality) -> Found:
    """Return what the gate found, in words: of one kind of problem two places are enough to say."""
    said: dict[str, list[str]] = {}
    for problem in quality.problems:
        said.setdefault(problem.code, []).append(wording.problem(problem))
    sentences = (sentence for places in said.values() for sentence in list(dict.fromkeys(places))[:2])
    return Found(quality.as_dict(), tuple(said), tuple(sentences))
