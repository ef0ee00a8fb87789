"""Colour cards in a photograph: found, placed on their grid, and read in linear light.

OpenCV's ``mcc`` says where a chart may be; each patch is then looked for on its own and a grid is fitted to what was
found, because the detector's corners are off by a tenth of a patch and more.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import Face
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Bytes, Floats
from vesicle.skin.once import once

PATCHES: Bytes = np.array(
    [
        (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
        (214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46),
        (56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161),
        (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
    ],
    np.uint8,
)  # fmt: skip
"""The 24 patches of the classic colour chart in sRGB, row by row (McCamy, Marcus & Davidson 1976)."""

ROWS, COLUMNS = 4, 6
_SEARCH_SIDE = 700
_CHEST_MM = (140.0, 20.0, 240.0)
_CORES = 32
_CORE_SHARE = 0.28
_LEAST_PATCH_PX = 5.0
_LEAST_CORRELATION = 0.9


@dataclass(frozen=True, slots=True)
class Card:
    """A chart that was found.

    Attributes
    ----------
    kind : str
        ``"card"`` (24 patches) or ``"grey"``.
    centres : ndarray of float32, patches x 2
        In pixels of the photograph.
    linear : ndarray of float64, patches x 3
        Mean linear light of each patch.
    usable : ndarray of bool, patches
        False where a channel is clipped or the patch is not even (shadow, finger, reflection).
    patch_px : float
        Pitch of the patches, pixels.
    """

    kind: str
    centres: Floats
    linear: NDArray[np.float64]
    usable: NDArray[np.bool_]
    patch_px: float

    @property
    def turned(self) -> float:
        """Degrees the card is turned about its vertical, from its columns being closer than its rows."""
        grid = self.centres.reshape(ROWS, COLUMNS, 2)
        across = np.linalg.norm(grid[:, -1] - grid[:, 0], axis=1).mean() / (COLUMNS - 1)
        down = np.linalg.norm(grid[-1] - grid[0], axis=1).mean() / (ROWS - 1)
        return float(np.degrees(np.arccos(min(across / down, 1.0))))


@once
def find_card(image: Image, face: Face | None = None) -> Card | None:
    """Return the 24-patch card of a photograph, or None.

    Parameters
    ----------
    image : Image
    face : Face, optional
        Where it is known, the chest below is searched first.
    """
    for left, top, right, bottom in _places(image, face):
        part = image.srgb[top:bottom, left:right]
        if min(part.shape[:2]) < 40:
            continue
        scale = min(1.0, _SEARCH_SIDE / max(part.shape[:2]))
        small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for centres in _candidates(small):
            placed = _refined(small, centres)
            if placed is None:
                continue
            offset = np.array([left, top], np.float32)
            card = _read(image.srgb, (placed + 0.5) / scale - 0.5 + offset)
            if card is not None:
                return card
    return None


def _places(image: Image, face: Face | None) -> list[tuple[int, int, int, int]]:
    width, height = image.size
    everywhere = (0, 0, width, height)
    if face is None:
        return [everywhere]
    side, above, below = (mm * face.px_per_mm for mm in _CHEST_MM)
    x, y = (float(v) for v in face.points[152, :2])
    chest = (
        max(0, round(x - side)), max(0, round(y - above)), min(width, round(x + side)), min(height, round(y + below))
    )  # fmt: skip
    return [chest, everywhere]


def _candidates(small: Bytes) -> list[Floats]:
    """Return for each chart the detector sees the centres of its 24 patches, row by row (24 x 2)."""
    detector = cv2.mcc.CCheckerDetector.create()
    if not detector.process(np.ascontiguousarray(small[..., ::-1]), cv2.mcc.MCC24, 2):
        return []
    charts = detector.getListColorChecker()
    return [np.asarray(chart.getColorCharts(), np.float32).reshape(24, 4, 2).mean(1) for chart in charts]


_GRID = np.stack(np.meshgrid(np.arange(COLUMNS), np.arange(ROWS)), -1).reshape(-1, 2).astype(np.float32)


def _refined(small: Bytes, centres: Floats) -> Floats | None:
    """Return patch centres moved to the middle of the even areas around them, on one plane grid."""
    pitch = _pitch(centres)
    if pitch < _LEAST_PATCH_PX:
        return centres
    found, where = [], []
    reach = round(pitch)
    for index, (x, y) in enumerate(centres):
        left, top = max(0, round(float(x)) - reach), max(0, round(float(y)) - reach)
        part = small[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
        seed = (round(float(x)) - left, round(float(y)) - top)
        if not (0 <= seed[0] < part.shape[1] and 0 <= seed[1] < part.shape[0]):
            continue
        mask = np.zeros((part.shape[0] + 2, part.shape[1] + 2), np.uint8)
        steps = (14, 14, 14)
        flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
        cv2.floodFill(cv2.blur(part, (3, 3)), mask, seed, (0, 0, 0), steps, steps, flags)
        rows, columns = np.nonzero(mask[1:-1, 1:-1])
        if not 0.2 * pitch**2 < len(rows) < 1.1 * pitch**2:
            continue
        middle = ((columns.min() + columns.max()) / 2 + left, (rows.min() + rows.max()) / 2 + top)
        mean = (float(columns.mean()) + left, float(rows.mean()) + top)
        if np.hypot(middle[0] - mean[0], middle[1] - mean[1]) < 0.12 * pitch:
            found.append(mean)
            where.append(index)
    if len(found) < 10:
        return centres
    plane, _ = cv2.findHomography(_GRID[where], np.array(found, np.float32), cv2.RANSAC, 0.12 * pitch)
    if plane is None:
        return centres
    return cv2.perspectiveTransform(_GRID[None], plane)[0]


def _pitch(centres: Floats) -> float:
    grid = centres.reshape(ROWS, COLUMNS, 2)
    return float(min(np.median(np.linalg.norm(np.diff(grid, axis=axis), axis=-1)) for axis in (0, 1)))


def _read(srgb: Bytes, centres: Floats) -> Card | None:
    """Read the patches at full resolution, the right way up; None where they do not look like the chart."""
    best: Card | None = None
    for turned in (centres, centres[::-1]):
        card = _read_once(srgb, np.ascontiguousarray(turned, np.float32))
        if card is None:
            return None
        likeness = _likeness(card)
        if likeness > _LEAST_CORRELATION and (best is None or likeness > _likeness(best)):
            best = card
    return best


def _read_once(srgb: Bytes, centres: Floats) -> Card | None:
    plane, _ = cv2.findHomography(_GRID, centres)
    if plane is None:
        return None
    offsets = np.linspace(-_CORE_SHARE, _CORE_SHARE, _CORES, dtype=np.float32)
    core = np.stack(np.meshgrid(offsets, offsets), -1).reshape(-1, 2)
    spots = (_GRID[:, None] + core).reshape(1, -1, 2)
    spots = cv2.perspectiveTransform(spots, plane)[0]
    low = np.floor(spots.min(0)).astype(int) - 1
    high = np.ceil(spots.max(0)).astype(int) + 2
    if (low < 0).any() or high[0] > srgb.shape[1] or high[1] > srgb.shape[0]:
        return None
    part = to_linear(srgb[low[1] : high[1], low[0] : high[0]])
    spots = (spots - low).astype(np.float32).reshape(24, -1, 2)
    values = cv2.remap(part, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR).astype(np.float64)
    middle = np.median(values, axis=1, keepdims=True)
    away = np.abs(values - middle)
    # One step of an 8-bit value is no outlier, however even the rest.
    spread = np.median(away, axis=1, keepdims=True) * 1.4826 + 0.01 * middle + 5e-4
    inside = (away < 3 * spread).all(axis=2)
    count = np.maximum(inside.sum(1), 1)
    linear = (values * inside[..., None]).sum(1) / count[:, None]
    even = (inside.mean(1) > 0.6) & (spread[:, 0] < 0.25 * linear + 0.02).all(1)
    usable = even & (linear.max(1) < 0.97) & (linear.max(1) > 0.005)
    return Card("card", centres, linear, usable, _pitch(centres))


def _likeness(card: Card) -> float:
    """Return how well the patches follow the chart, whatever the light's colour: mean correlation of the channels."""
    published = np.log(to_linear(PATCHES).astype(np.float64) + 0.01)
    seen = np.log(np.maximum(card.linear, 0) + 0.003)
    keep = card.usable
    if keep.sum() < 12:
        return 0.0
    return float(np.mean([np.corrcoef(published[keep, c], seen[keep, c])[0, 1] for c in range(3)]))
