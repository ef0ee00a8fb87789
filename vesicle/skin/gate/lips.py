"""The line between the lips, followed in the picture itself: a mesh model draws a small smile half away."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import Face
from vesicle.skin.frame import warp
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats

_PX_PER_MM = 2.0
_HALF_WIDTH_MM, _HALF_HEIGHT_MM = 20.0, 14.0
_FINE_MM, _COARSE_MM = 0.7, 4.0
_STEP_COST = 0.03
LEAST_DARK = 0.04
"""How much darker than around it the line must be on the average (decadic logarithm): else nothing is said of it."""


def rise(image: Image, face: Face) -> float | None:
    """Return how far the line between the lips rises from its middle to 20 mm beside it, mm; None if it is not seen.

    Upward is positive: a smile lifts it by 2 mm and more; a mouth at rest is level or hangs by up to 2.5 mm.
    """
    patch, px = _patch(image, face), _PX_PER_MM
    grey = np.log10(np.maximum(patch.mean(axis=2), 1e-3)).astype(np.float32)
    dark = cv2.GaussianBlur(grey, (0, 0), _COARSE_MM * px) - cv2.GaussianBlur(grey, (0, 0), _FINE_MM * px)
    path = _darkest(dark)
    columns = np.arange(len(path))
    if float(dark[path, columns].mean()) < LEAST_DARK:
        return None
    x = (columns - (len(path) - 1) / 2) / px
    bend = float(np.polyfit(x, path / px, 2)[0])
    return -bend * _HALF_WIDTH_MM**2


def _patch(image: Image, face: Face) -> Floats:
    """Return the mouth, its corners of the mesh level, in linear light."""
    corners = face.points[[61, 291], :2].astype(np.float64)
    middle = face.points[[61, 291, 13, 14], :2].mean(0)
    cosine, sine = (corners[1] - corners[0]) / np.linalg.norm(corners[1] - corners[0])
    turn = _PX_PER_MM / face.px_per_mm * np.array([[cosine, sine], [-sine, cosine]])
    half = np.array([_HALF_WIDTH_MM, _HALF_HEIGHT_MM]) * _PX_PER_MM
    shape = round(2 * half[1]) + 1, round(2 * half[0]) + 1
    return warp(image, np.column_stack([turn, half - turn @ middle]), shape)


def _darkest(dark: Floats) -> NDArray[np.intp]:
    """Return the row of the darkest connected line in each column; it climbs at most one row a column."""
    rows, columns = dark.shape
    total = dark.astype(np.float64)
    came = np.zeros((rows, columns), np.intp)
    for column in range(1, columns):
        before = np.pad(total[:, column - 1], 1, constant_values=-np.inf)
        ways = np.stack([before[:-2] - _STEP_COST, before[1:-1], before[2:] - _STEP_COST])
        best = ways.argmax(0)
        came[:, column] = np.arange(rows) + best - 1
        total[:, column] += ways.max(0)
    path = np.empty(columns, np.intp)
    path[-1] = total[:, -1].argmax()
    for column in range(columns - 1, 0, -1):
        path[column - 1] = came[path[column], column]
    return path
