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

WIDEST_MM = 0.37
"""Blur (standard deviation) that still leaves a trace of lines of 0.35 mm; lids in focus have 0.15 to 0.35."""
MOTION_MM, MOTION_PX = 0.2, 1.4
"""What a movement must widen edges to across it, in the two widest of six directions."""
MOVED, NOT_FOCUS = 0.40, 0.30
"""Evenness of the blur over directions: below the first it may be a movement, below the second it is likely one."""
_DIRECTIONS = 6
_FIRST, _AGAIN = 1.0, 2.0
_STRONG = 0.25
# Some edges are soft by nature (brows, lids): the sharpest of each direction tell of the camera.
_SHARPEST = 12.0
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
    known = widths[~np.isnan(widths)]
    middle, even = float(np.median(known)), _evenness(widths)
    # One direction alone may hold only soft edges: a movement widens its neighbour too.
    wide = float(np.sort(known)[-min(2, len(known))])
    facts.update(blur_px=middle, blur_mm=middle / px, blur_wide_px=wide, blur_evenness=even)
    facts["sharpness"] = px / max(middle, 0.5)
    found = []
    if middle > WIDEST_MM * px:
        found.append(Problem(
            "blurred", f"Out of focus: edges around the eyes are {2 * middle / px:.1f} mm wide.",
            "Focus on the eyes and hold still.", None, middle / px, WIDEST_MM,
        ))  # fmt: skip
    if wide > MOTION_PX and wide > MOTION_MM * px and even < MOVED:
        moved = Problem(
            "motion", "The camera or the head moved while the photo was taken.",
            "Hold still, rest the elbows, or add light.", None, wide / px, MOTION_MM,
        )  # fmt: skip
        # Both are said where few pixels do not tell one from the other: the likelier first.
        found.insert(0 if even < NOT_FOCUS else len(found), moved)
    return found


def _evenness(widths: NDArray[np.float64]) -> float:
    """Return 1 for a blur alike in all directions, towards 0 for one in a single direction.

    The squared width of a movement goes with the cosine of twice the angle; the second of the sharpest directions
    beside it keeps one noisy direction from deciding.
    """
    known = ~np.isnan(widths)
    if known.sum() < 4:
        return 1.0
    turn = 2 * np.pi * np.arange(_DIRECTIONS)[known] / _DIRECTIONS
    waves = np.stack([np.ones(len(turn)), np.cos(turn), np.sin(turn)], 1)
    (level, *swing), *_ = np.linalg.lstsq(waves, widths[known] ** 2, rcond=None)
    depth = float(np.hypot(*swing))
    across = np.sqrt(max(level - depth, 0.0) / max(level + depth, 1e-9))
    ordered = np.sort(widths[known])
    return float(across * ordered[1] / max(float(ordered[-1]), 1e-9))


def around_eyes(look: Look) -> Floats:
    """Return eyes and brows at full resolution, grey as shown (rows x columns, 0 to 255)."""
    side, up, down = (mm * look.face.px_per_mm for mm in _EYES_MM)
    x, y = (float(v) for v in look.face.eyes.mean(0))
    left, top = max(0, round(x - side)), max(0, round(y - up))
    part = look.image.srgb[top : round(y + down), left : round(x + side)]
    if part.size == 0:
        return np.zeros((0, 0), np.float32)
    return cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY).astype(np.float32)
