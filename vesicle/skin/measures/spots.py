"""Pigmented spots: how much melanin stands out of the skin around it."""

from __future__ import annotations

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
from vesicle.skin.once import once

INSIDE_MM, COLOUR_MM, AROUND_MM = 0.5, 0.8, 4.0
THRESHOLD, EDGE = 0.015, 0.03
LEAST_MM2 = 0.5
_DARKER = np.array(MELANIN, np.float32) / np.float32(np.dot(MELANIN, MELANIN))


@once
def excess(prepared: Prepared) -> Floats:
    """Return by how much melanin (unit optical density) stands above the skin around, rows x columns.

    Two answers must agree, and the smaller one counts: how much darker the spot is, which is sharp and hardly noisy
    but sees lines and shadows as well, and how much browner, which neither lines nor blood can feign.
    """
    px = prepared.px_per_mm
    darker = _above(prepared.density @ _DARKER, prepared, INSIDE_MM * px)
    browner = _above(prepared.density @ MELANIN_ROW, prepared, COLOUR_MM * px)
    return cv2.min(darker, browner)


def _above(amount: Floats, prepared: Prepared, blur_px: float) -> Floats:
    amount = (amount - local_mean(amount, prepared.skin, AROUND_MM * prepared.px_per_mm)) * prepared.skin
    return cv2.GaussianBlur(amount, (0, 0), blur_px)


def stands_out(prepared: Prepared) -> Floats:
    """Return the melanin of spots: the excess above a fixed threshold, in thousandths of optical density."""
    return np.maximum(excess(prepared) - np.float32(THRESHOLD), 0) * np.float32(1000)


def covered(prepared: Prepared) -> Floats:
    """Return 100 where skin belongs to a spot, 0 where not; a soft step, so that noise cannot flip a pixel."""
    return np.clip((excess(prepared) - np.float32(EDGE)) / np.float32(EDGE) + np.float32(0.5), 0, 1) * np.float32(100)


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
    "threshold": THRESHOLD,
    "edge": EDGE,
}
SPOTS = Method(
    name="spots",
    unit="mOD",
    better="lower",
    label="Pigmented spots",
    explanation="Melanin that stands out of the skin around it, over the whole region, in thousandths of density.",
    version="spots/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=stands_out,
    value=mean,
    parameters=_PARAMETERS,
)
AREA = Method(
    name="spot_area",
    unit="%",
    better="lower",
    label="Area of spots",
    explanation="Share of the region's skin that pigmented spots cover.",
    version="spot_area/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=covered,
    value=mean,
    parameters=_PARAMETERS,
)
COUNT = Method(
    name="spot_count",
    unit="1/cm²",
    better="lower",
    label="Number of spots",
    explanation="Pigmented spots of half a square millimetre or more on a square centimetre of skin.",
    version="spot_count/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=excess,
    value=count,
    parameters={**_PARAMETERS, "least_mm2": LEAST_MM2},
)
METHODS = (SPOTS, AREA, COUNT)
