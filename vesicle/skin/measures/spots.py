"""Pigmented spots: how much melanin stands out of the skin around it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from vesicle.skin.frame import COARSE, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import local_mean
from vesicle.skin.measures.colour import COLOUR_PX_PER_MM
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.pigments import MELANIN, MELANIN_ROW
from vesicle.skin.measures.prepared import Prepared
from vesicle.skin.measures.regional import NOTHING, mean

INSIDE_MM, COLOUR_MM, AROUND_MM = 0.5, 1.5, 4.0
THRESHOLD, EDGE = 0.015, 0.03
BROWN = 0.6
"""Share of a spot's darkness that its colour must bear out for all of it to count."""
LEAST_MM2 = 0.5
_DARKER = np.array(MELANIN, np.float32) / np.float32(np.dot(MELANIN, MELANIN))
_FAINT = 0.004


def darker(prepared: Prepared) -> Floats:
    """Return by how much the skin is darker than that around, as melanin (unit optical density), rows x columns.

    All three channels together are hardly noisy, but they see lines, shadows and blood as well (see ``brown``).
    """
    return _above(prepared.density @ _DARKER, prepared, INSIDE_MM)


def brown(prepared: Prepared) -> Floats:
    """Return how much of the darkness is melanin by its colour, 0 to 1, rows x columns.

    Neither lines nor blood can feign the colour, but it is the noisiest thing in a photograph: files keep a quarter of
    its pixels. So it is asked at a wider scale, and only which part of the darkness counts, never how much there is.
    """
    amount, colour = (_above(prepared.density @ row, prepared, COLOUR_MM) for row in (_DARKER, MELANIN_ROW))
    share = colour / np.maximum(amount, np.float32(_FAINT))
    return np.clip(share / np.float32(BROWN), 0, 1)


def _above(amount: Floats, prepared: Prepared, blur_mm: float) -> Floats:
    px = prepared.px_per_mm
    amount = (amount - local_mean(amount, prepared.skin, AROUND_MM * px)) * prepared.skin
    return cv2.GaussianBlur(amount, (0, 0), blur_mm * px)


def excess(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells by how much melanin stands above the skin around, with spots taken for brown as ``where``."""
    share = brown(where)
    return lambda prepared: darker(prepared) * share


def stands_out(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells the melanin of spots: above a fixed threshold, in thousandths of optical density."""
    share = brown(where) * np.float32(1000)
    return lambda prepared: np.maximum(darker(prepared) - np.float32(THRESHOLD), 0) * share


def covered(where: Prepared) -> Callable[[Prepared], Floats]:
    """Return what tells 100 where skin belongs to a spot, 0 where not; softly, so that noise cannot flip a pixel."""
    share = brown(where) * np.float32(100)
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


_PARAMETERS = {
    "inside_mm": INSIDE_MM,
    "colour_mm": COLOUR_MM,
    "around_mm": AROUND_MM,
    "brown": BROWN,
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
