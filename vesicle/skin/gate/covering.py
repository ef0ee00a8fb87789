"""Whether something covers the mouth: a mask, or a hand that hides the lips."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.gate.look import LUMINANCE, Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.landmarks import Floats
from vesicle.skin.regions import LIPS

_UPPER = ("forehead", "under-eye-left", "under-eye-right", "cheek-left", "cheek-right")
_LOWER = ("perioral", "chin")
MOST_DIFFERENT = 0.10
"""Distance of the lower face's colour from the upper's: beards reach it, but leave the lips to be seen."""
LEAST_LINE, LEAST_RED = 0.12, 0.03
"""How dark the line between the lips and how red they are, in decadic logarithms: below both no mouth is to be seen."""
NO_LINE, NO_RED = 0.05, 0.004


def tones(linear: Floats) -> Floats:
    """Return log10 of R/G, of G/B and of luminance (pixels x 3): what light alone does not change in the first two."""
    light = np.maximum(linear, 1e-3)
    logs = np.log10(light)
    return np.stack([logs[:, 0] - logs[:, 1], logs[:, 1] - logs[:, 2], np.log10(light @ LUMINANCE)], 1)


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return what covers the mouth."""
    frame = look.frame
    upper = np.median(tones(np.concatenate([look.skin(region) for region in _UPPER])), axis=0)
    lower_skin = np.concatenate([look.skin(region) for region in _LOWER])
    if len(lower_skin) < 50:
        return []
    lower = np.median(tones(lower_skin), axis=0)
    mask = np.zeros(frame.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(frame.points[list(LIPS), :2]).astype(np.int32)], 1)
    around = cv2.dilate(mask, np.ones((9, 9), np.uint8)) & ~cv2.dilate(mask, np.ones((3, 3), np.uint8))
    lips, skin = tones(frame.linear[mask > 0]), tones(frame.linear[around > 0])
    red = float(np.median(lips[:, 0]) - np.median(skin[:, 0]))
    line = float(np.median(skin[:, 2]) - np.percentile(lips[:, 2], 8))
    different = float(np.hypot(*(lower - upper)[:2]))
    facts.update(lower_face_difference=different, lower_face_light=float(lower[2] - upper[2]), lips_red=red,
                 mouth_line=line)  # fmt: skip
    hidden = line < LEAST_LINE and abs(red) < LEAST_RED
    if (hidden and different > MOST_DIFFERENT) or (line < NO_LINE and abs(red) < NO_RED):
        return [Problem(
            "covered", "Something covers the mouth and the chin.", "Take off the mask and keep the hands away.",
            "perioral", different, MOST_DIFFERENT,
        )]  # fmt: skip
    return []
