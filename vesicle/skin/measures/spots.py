"""Pigmented spots: how much melanin stands out of the skin around it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.frame import COARSE, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import local_mean
from vesicle.skin.measures.colour import COLOUR_PX_PER_MM
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.pigments import BLOOD, BLOOD_ROW, MELANIN
from vesicle.skin.measures.prepared import Prepared
from vesicle.skin.measures.regional import NOTHING, mean
from vesicle.skin.once import once

INSIDE_MM, COLOUR_MM, AROUND_MM = 0.5, 1.5, 3.0
LONG_MM = 5.0
"""Darkness that goes on for so long in any direction is a line, a fold, a shadow or the edge of hair: no spot."""
THRESHOLD, EDGE = 0.015, 0.03
LEAST_MM2 = 0.5
WEIGHTS = (0.4, 1.0, 0.5)
"""Of the channels: blue shows melanin best, but is the noisiest, in dark skin above all."""
_DARKER: Floats = np.array(WEIGHTS, np.float32) / np.float32(np.dot(WEIGHTS, MELANIN))
_FAINT = 0.004
_DIRECTIONS = 16
_OFF = 1.2
"""A line between two of the directions, or one that bends, seems to go on with less than all of its darkness."""
_REDDEST = 0.6
"""Of what is as red as blood nothing counts; of what is less red by this share of its darkness, all of it."""
_EDGE_MM, _AT_EDGE, _AWAY = 2.0, 0.65, 0.9


@once
def darker(prepared: Prepared) -> Floats:
    """Return by how much the skin is darker than that around, as melanin (unit optical density), rows x columns.

    All three channels together are hardly noisy, but they see lines, shadows and blood as well (see ``counting``).
    """
    return _above(prepared.density @ _DARKER, prepared, INSIDE_MM)


@once
def counting(where: Prepared) -> Floats:
    """Return how much of the darkness counts as a spot's, 0 to 1, rows x columns.

    Shape and colour say which part of the darkness counts, never how much there is: colour is the noisiest thing in a
    photograph (files keep a quarter of its pixels), so it is asked at a wider scale.
    """
    return _compact(darker(where), where.px_per_mm) * _not_blood(where) * _away_from_edges(where)


def _compact(dark: Floats, px_per_mm: float) -> Floats:
    """Return 1 where darkness ends within a few millimetres in every direction, 0 where it goes on in one.

    The highest of openings by line segments in all directions keeps what is long and loses what is compact.
    """
    half = cv2.resize(dark, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    goes_on = np.zeros_like(half)
    for turn in np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS:
        segment = _segment(LONG_MM * px_per_mm / 2, float(turn))
        goes_on = cv2.max(goes_on, cv2.morphologyEx(half, cv2.MORPH_OPEN, segment))
    share = np.clip(1 - np.float32(_OFF) * goes_on / np.maximum(half, np.float32(_FAINT)), 0, 1)
    return cv2.resize(share, dark.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _segment(length_px: float, turn: float) -> NDArray[np.uint8]:
    reach = round(length_px / 2)
    drawn = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    x, y = round(reach * float(np.cos(turn))), round(reach * float(np.sin(turn)))
    return np.asarray(cv2.line(drawn, (reach - x, reach - y), (reach + x, reach + y), 1), np.uint8)


def _not_blood(where: Prepared) -> Floats:
    amount = _above(where.density @ _DARKER, where, COLOUR_MM)
    blood = _above(where.density @ BLOOD_ROW, where, COLOUR_MM)
    share = np.float32(np.dot(_DARKER, BLOOD)) * blood / np.maximum(amount, np.float32(_FAINT))
    return np.clip((1 - share) / np.float32(_REDDEST), 0, 1)


def _away_from_edges(where: Prepared) -> Floats:
    # Beside a brow the surroundings lie all on one side, and the shading of the face would look like darkness.
    small = cv2.resize(where.skin.astype(np.float32), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = cv2.GaussianBlur(small, (0, 0), _EDGE_MM * where.px_per_mm / 4)
    share = np.clip((around - np.float32(_AT_EDGE)) / np.float32(_AWAY - _AT_EDGE), 0, 1)
    return cv2.resize(share, where.skin.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _above(amount: Floats, prepared: Prepared, blur_mm: float) -> Floats:
    px = prepared.px_per_mm
    amount = (amount - local_mean(amount, prepared.skin, AROUND_MM * px)) * prepared.skin
    return cv2.GaussianBlur(amount, (0, 0), blur_mm * px)


def excess(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells by how much melanin stands above the skin around, counting what ``where`` shows as spots."""
    share = counting(where)
    return lambda prepared: darker(prepared) * share


def stands_out(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells the melanin of spots: above a fixed threshold, in thousandths of optical density."""
    share = counting(where) * np.float32(1000)
    return lambda prepared: np.maximum(darker(prepared) - np.float32(THRESHOLD), 0) * share


def covered(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells 100 where skin belongs to a spot, 0 where not; softly, so that noise cannot flip a pixel."""
    share = counting(where) * np.float32(100)
    edge = np.float32(EDGE)
    return lambda prepared: np.clip((darker(prepared) - edge) / edge + np.float32(0.5), 0, 1) * share


def count(signal: Floats, mask: Mask) -> float:
    """Return the spots on a square centimetre of a region, from their excess of melanin."""
    if not mask.any():
        return NOTHING
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    here = (slice(top, top + height), slice(left, left + width))
    inside = ((signal[here] > EDGE) & mask[here]).view(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    # The first one is what is no spot.
    large = int((found[1:, cv2.CC_STAT_AREA] >= LEAST_MM2 * COARSE**2).sum())
    return float(large / (mask.sum() / (COARSE * 10) ** 2))


_PARAMETERS: dict[str, float | str | tuple[float, ...]] = {
    "inside_mm": INSIDE_MM,
    "colour_mm": COLOUR_MM,
    "around_mm": AROUND_MM,
    "long_mm": LONG_MM,
    "weights": WEIGHTS,
    "threshold": THRESHOLD,
    "edge": EDGE,
}
SPOTS = Method(
    name="spots",
    unit="mOD",
    better="lower",
    label="Pigmented spots",
    explanation="Melanin that stands out of the skin around it, over the whole region, in thousandths of density.",
    version="spots/2",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=lambda prepared: stands_out(prepared)(prepared),
    at=stands_out,
    value=mean,
    parameters=_PARAMETERS,
)
AREA = Method(
    name="spot_area",
    unit="%",
    better="lower",
    label="Area of spots",
    explanation="Share of the region's skin that pigmented spots cover.",
    version="spot_area/2",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=lambda prepared: covered(prepared)(prepared),
    at=covered,
    value=mean,
    parameters=_PARAMETERS,
)
COUNT = Method(
    name="spot_count",
    unit="1/cm²",
    better="lower",
    label="Number of spots",
    explanation="Pigmented spots of half a square millimetre or more on a square centimetre of skin.",
    version="spot_count/2",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=lambda prepared: excess(prepared)(prepared),
    at=excess,
    value=count,
    parameters={**_PARAMETERS, "least_mm2": LEAST_MM2},
)
METHODS = (SPOTS, AREA, COUNT)
