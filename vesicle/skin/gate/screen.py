"""Whether the photograph was taken of a screen: its grid is regular, skin is not."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.landmarks import Floats

MOST_REGULAR = 7.5
"""Highest peak of the spectrum over its surroundings; skin has up to 6, a grid that the camera resolves 8 to 20."""
_SIDE = 128
_SLOWEST = 5
_SPOTS = (50, 280, 151)
"""Mesh points in the middle of the cheeks and of the forehead."""


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return whether a screen's grid lies over the skin."""
    found = []
    for x, y in np.round(look.face.points[list(_SPOTS), :2]).astype(int):
        top, left = y - _SIDE // 2, x - _SIDE // 2
        part = look.image.srgb[max(top, 0) : top + _SIDE, max(left, 0) : left + _SIDE].astype(np.float32)
        if part.shape[:2] == (_SIDE, _SIDE):
            found += [_regular(part.mean(axis=2)), _regular(part[..., 0] - part[..., 1])]
    if not found:
        return []
    regular = float(np.median(found))
    facts["regular"] = regular
    if regular > MOST_REGULAR:
        return [Problem(
            "photo-of-photo", "This is a photo of a screen: its grid lies over the skin.",
            "Send the photo itself.", None, regular, MOST_REGULAR,
        )]  # fmt: skip
    return []


def _regular(values: Floats) -> float:
    """Return the highest peak of the spectrum (rows x columns) over what is around it, blocks of 8 left out."""
    fine = values - cv2.GaussianBlur(values, (0, 0), 3.0)
    window = np.hanning(_SIDE).astype(np.float32)
    spectrum = np.abs(np.fft.rfft2(fine * np.outer(window, window))).astype(np.float32)
    spectrum[:_SLOWEST, :_SLOWEST] = spectrum[-_SLOWEST:, :_SLOWEST] = 0
    ratio = spectrum / (cv2.medianBlur(spectrum, 5) + max(float(np.median(spectrum)), 1e-6))
    # Compression repeats every 8 pixels along rows and columns.
    for wave in range(0, _SIDE + 1, _SIDE // 8):
        near = slice(max(0, wave - 1), wave + 2)
        ratio[near, :2] = ratio[:2, near] = ratio[-2:, near] = 0
    return float(ratio.max())
