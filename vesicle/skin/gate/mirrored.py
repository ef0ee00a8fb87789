"""Whether a photograph is a mirror image of the reference, as front cameras save them."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.face import locate
from vesicle.skin.frame import Mask
from vesicle.skin.gate.look import LUMINANCE, Look, look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats

SURE = 0.25
"""Correlation of what differs between the sides: above it the sides agree, below its negative they are swapped."""
BETTER = 0.04
"""By how much the mirror image has to fit better, once moved to where it fits best: a face whose sides are alike looks
swapped as soon as its middle is found a millimetre to the other side."""
_FINE_MM, _COARSE_MM, _MOVED_MM = 1.0, 5.0, 3.0


def check(here: Look, earlier: Image, facts: dict[str, float]) -> list[Problem]:
    """Return whether left and right are swapped against an earlier photograph of the same face."""
    there = look(earlier, locate(earlier), here.calibration)
    one, inside = _relief(here)
    other, _ = _relief(there)
    better = _fit(one[:, ::-1], other, inside, here) - _fit(one, other, inside, here)
    one, other = _odd(one, inside), _odd(other, inside)
    alike = float((one * other).sum() / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))
    facts["sides_alike"] = alike
    if alike < -SURE and better > BETTER:
        return [Problem(
            "mirrored", "This photo is a mirror image of the last one.", "Turn off mirroring in the camera.", None,
            alike, -SURE,
        )]  # fmt: skip
    return []


def _relief(seen: Look) -> tuple[Floats, Mask]:
    """Return moles, folds and brows of the upright face (rows x columns), and where both sides of it are."""
    frame = seen.frame
    grey = np.log(np.maximum(frame.linear @ LUMINANCE, 1e-3)).astype(np.float32)
    px = frame.px_per_mm
    band = cv2.GaussianBlur(grey, (0, 0), _FINE_MM * px) - cv2.GaussianBlur(grey, (0, 0), _COARSE_MM * px)
    return band, frame.oval() & frame.oval()[:, ::-1]


def _odd(band: Floats, inside: Mask) -> Floats:
    """Return what differs between the sides."""
    return np.where(inside, np.clip(band - band[:, ::-1], -0.3, 0.3), 0).astype(np.float32)


def _fit(band: Floats, other: Floats, inside: Mask, seen: Look) -> float:
    """Return how alike two faces are (correlation) where one is moved over the other until they fit best."""
    reach = round(_MOVED_MM * seen.frame.px_per_mm)
    one, two = (np.where(inside, np.clip(each, -0.3, 0.3), 0).astype(np.float32) for each in (band, other))
    return float(cv2.matchTemplate(two, one[reach:-reach, reach:-reach], cv2.TM_CCORR_NORMED).max())
