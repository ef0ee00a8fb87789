"""Texture and pores: the finest relief a photograph carries."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.frame import FINE, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.measures.detail import AROUND_MM, WEIGHTS, detail
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.prepared import Prepared
from vesicle.skin.measures.regional import NOTHING, mean

FINEST_MM, COARSEST_MM = 0.2, 0.6
PORE_MM, BESIDE_MM = 0.25, 0.5
PORE_THRESHOLD = 0.003
# From density to per cent of light, where both are small.
_PER_CENT = 100 * np.log(10)
LINES_PX_PER_MM, PORES_PX_PER_MM = 5.0, 8.0


def relief(prepared: Prepared) -> Floats:
    """Return the squared contrast between 0.2 and 0.6 mm without that of noise, in squares of per cent."""
    grey = detail(prepared)
    fine, coarse = (prepared.sigma_px(mm) for mm in (FINEST_MM, COARSEST_MM))
    band = cv2.GaussianBlur(grey, (0, 0), fine) - cv2.GaussianBlur(grey, (0, 0), coarse)
    # What white noise of variance 1 leaves in the difference of two Gaussian means.
    left = 1 / (4 * np.pi * fine**2) + 1 / (4 * np.pi * coarse**2) - 1 / (np.pi * (fine**2 + coarse**2))
    return (band**2 - np.float32(left * prepared.noise**2)) * np.float32(_PER_CENT**2)


def roughness(signal: Floats, mask: Mask) -> float:
    """Return the contrast of a region in per cent of its light."""
    return float(np.sqrt(max(mean(signal, mask), 0.0))) if mask.any() else NOTHING


def dots(prepared: Prepared) -> Floats:
    """Return the depth of small round dark dots, in thousandths of optical density."""
    px = prepared.px_per_mm
    grey = detail(prepared)
    smooth = cv2.GaussianBlur(grey, (0, 0), prepared.sigma_px(PORE_MM))
    scale = np.float32(-2 * (PORE_MM * px) ** 2)
    xx = cv2.filter2D(smooth, cv2.CV_32F, np.array([[1, -2, 1]], np.float32)) * scale
    yy = cv2.filter2D(smooth, cv2.CV_32F, np.array([[1], [-2], [1]], np.float32)) * scale
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1, ksize=3) * (scale / 4)
    half, root = (xx + yy) / 2, cv2.magnitude((xx - yy) / 2, xy)
    # A dot bends along both axes, a line along one only: the weaker bend tells them apart.
    return np.maximum(half - root - np.float32(PORE_THRESHOLD), 0) * np.float32(1000)


TEXTURE = Method(
    name="texture",
    unit="%",
    better="lower",
    label="Roughness",
    explanation="Contrast of the skin's fine relief, between 0.2 and 0.6 mm.",
    version="texture/1",
    px_per_mm=FINE,
    least_px_per_mm=LINES_PX_PER_MM,
    map=relief,
    value=roughness,
    parameters={"around_mm": AROUND_MM, "finest_mm": FINEST_MM, "coarsest_mm": COARSEST_MM, "weights": WEIGHTS},
)
PORES = Method(
    name="pores",
    unit="mOD",
    better="lower",
    label="Pores",
    explanation="Mean depth of small round dark dots over the region's skin.",
    version="pores/1",
    px_per_mm=FINE,
    least_px_per_mm=PORES_PX_PER_MM,
    map=dots,
    value=mean,
    parameters={"around_mm": AROUND_MM, "pore_mm": PORE_MM, "threshold": PORE_THRESHOLD, "weights": WEIGHTS},
)
METHODS = (TEXTURE, PORES)
