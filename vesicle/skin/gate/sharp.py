"""Whether the photograph is sharp, and if not, whether the focus or a movement is to blame.

The width of edges is read from how much they lose when blurred once more, after Zhuo & Sim, "Defocus map estimation
from a single image" (Pattern Recognition 44, 2011): the contrast of the edge cancels. It is read apart for edges that
run in different directions, since a movement widens only those across it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.landmarks import Floats

WIDEST_MM = 0.45
"""Standard deviation of the blur with which lines of 0.35 mm still leave a trace."""
WIDEST_PX = 3.4
MOTION_RATIO = 1.35
_DIRECTIONS = 6
_FIRST, _AGAIN = 1.0, 2.0
_STRONG = 0.25
_SHARPEST = 30.0
_LEAST_EDGES = 12
_UNKNOWN = 20.0
_EYES_MM = (56.0, 32.0, 24.0)


def edge_widths(grey: Floats) -> NDArray[np.float64]:
    """Return the blur across edges of each direction, as standard deviation in pixels.

    Parameters
    ----------
    grey : ndarray of float32, rows x columns

    Returns
    -------
    ndarray of float64, 6
        For edges whose slope points to 0, 30, ... 150 degrees; nan where there are too few.
    """
    once = cv2.GaussianBlur(grey, (0, 0), _FIRST)
    twice = cv2.GaussianBlur(grey, (0, 0), float(np.hypot(_FIRST, _AGAIN)))
    dx, dy = cv2.Scharr(once, cv2.CV_32F, 1, 0), cv2.Scharr(once, cv2.CV_32F, 0, 1)
    steep = cv2.magnitude(dx, dy)
    strong = steep > _STRONG * np.percentile(steep, 99.7)
    crest = strong & (steep >= 0.98 * cv2.dilate(steep, np.ones((3, 3), np.uint8)))
    rows, columns = np.nonzero(crest)
    dx2, dy2 = cv2.Scharr(twice, cv2.CV_32F, 1, 0), cv2.Scharr(twice, cv2.CV_32F, 0, 1)
    ratio = steep[rows, columns] / np.maximum(cv2.magnitude(dx2, dy2)[rows, columns], 1e-6)
    width = np.sqrt(np.clip(_AGAIN**2 / np.maximum(ratio**2 - 1, 1e-3) - _FIRST**2, 0, _UNKNOWN**2))
    angle = np.degrees(np.arctan2(dy[rows, columns], dx[rows, columns])) % 180
    step = 180 / _DIRECTIONS
    bins = np.round(angle / step).astype(int) % _DIRECTIONS
    found = np.full(_DIRECTIONS, np.nan)
    for direction in range(_DIRECTIONS):
        there = width[bins == direction]
        if len(there) >= _LEAST_EDGES:
            found[direction] = np.percentile(there, _SHARPEST)
    return found


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return whether lashes, brows and the rim of the iris are blurred."""
    px = look.face.px_per_mm
    band = around_eyes(look)
    if min(band.shape) < 24:
        return []
    widths = edge_widths(band)
    if np.isnan(widths).all():
        return [Problem("blurred", "No sharp edge was found around the eyes.", "Focus on the eyes.")]
    narrow, wide = float(np.nanmin(widths)), float(np.nanmax(widths))
    facts.update(blur_px=narrow, blur_across_px=wide, blur_mm=narrow / px, sharpness=px / max(narrow, 0.3))
    limit = min(WIDEST_MM * px, WIDEST_PX) if px > 4 else max(WIDEST_MM * px, 1.6)
    if narrow > limit:
        return [
            Problem("blurred", f"Out of focus: edges are {narrow / px:.1f} mm wide.", "Focus on the eyes and hold still.",
                    None, narrow / px, limit / px)
        ]  # fmt: skip
    if wide > limit and wide > MOTION_RATIO * narrow:
        return [
            Problem("motion", "The camera or the head moved while the photo was taken.",
                    "Hold still, rest the elbows, or add light.", None, wide / px, limit / px)
        ]  # fmt: skip
    return []


def around_eyes(look: Look) -> Floats:
    """Return eyes and brows at full resolution, grey as shown (rows x columns, 0 to 255)."""
    side, up, down = (mm * look.face.px_per_mm for mm in _EYES_MM)
    x, y = (float(v) for v in look.face.eyes.mean(0))
    left, top = max(0, round(x - side)), max(0, round(y - up))
    part = look.image.srgb[top : round(y + down), left : round(x + side)]
    if part.size == 0:
        return np.zeros((0, 0), np.float32)
    return cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY).astype(np.float32)
