"""Lines and wrinkles: how deep the skin's light dips along lines, whatever their direction."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.frame import COARSE, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import local_mean
from vesicle.skin.measures.detail import AROUND_MM, WEIGHTS, detail
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.prepared import Prepared

ACROSS_MM, ALONG_MM = 0.3, 1.2
DIRECTIONS = 16
THRESHOLD = 0.005
"""Depth that grain and pores answer with, too."""
BESIDE_MM, EDGE_MM = 1.0, 0.6
"""Over how much skin it is carried on beyond its border, and how near the border nothing is a line."""


def _shift(values: Floats, right: int, down: int, pad: int) -> Floats:
    rows, columns = values.shape[0] - 2 * pad, values.shape[1] - 2 * pad
    return values[pad + down : pad + down + rows, pad + right : pad + right + columns]


def lines(prepared: Prepared) -> Floats:
    """Return the depth of lines in optical density, rows x columns of float32, 0 where there is none.

    Second derivatives across, averaged along each of sixteen directions; the mean over all directions is taken off,
    so that round spots answer little (after Ng et al., ACCV 2014, doi:10.1007/978-3-319-16811-1_28).
    """
    px = prepared.px_per_mm
    grey = detail(prepared)
    # Cut off at its border, skin in the shadow of lids or hair would end in a line as deep as that shadow.
    beyond = local_mean(grey, prepared.skin, BESIDE_MM * px)
    grey = np.where(prepared.skin, grey, beyond)
    answer = _oriented(grey, prepared.sigma_px(ACROSS_MM), ACROSS_MM * px, ALONG_MM * px)
    inner = cv2.distanceTransform(prepared.skin.astype(np.uint8), cv2.DIST_L2, 3) > EDGE_MM * px
    return np.maximum(answer - np.float32(THRESHOLD), 0) * inner


def _oriented(grey: Floats, blur: float, across: float, along: float) -> Floats:
    smooth = cv2.GaussianBlur(grey, (0, 0), blur)
    # Scaled so that a line as wide as the filter answers with about its depth.
    scale = -2.0 * across**2
    xx = cv2.filter2D(smooth, cv2.CV_32F, np.array([[1, -2, 1]], np.float32)) * np.float32(scale)
    yy = cv2.filter2D(smooth, cv2.CV_32F, np.array([[1], [-2], [1]], np.float32)) * np.float32(scale)
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1, ksize=3, scale=scale / 4)
    spread = float(np.sqrt(max(along**2 - across**2, 0.0)))
    step = max(1.0, across)
    taps = np.arange(-int(2.5 * spread / step), int(2.5 * spread / step) + 1) * step
    weights = np.exp(-(taps**2) / (2 * spread**2))
    weights /= weights.sum()
    pad = int(np.ceil(np.abs(taps).max())) + 1
    strongest = np.full(grey.shape, -np.inf, np.float32)
    total = np.zeros_like(grey)
    for turn in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        # The line runs along (cos, sin); its second derivative is taken across.
        c, s = float(np.cos(turn)), float(np.sin(turn))
        bent = xx * np.float32(s * s) - xy * np.float32(2 * c * s) + yy * np.float32(c * c)
        padded = cv2.copyMakeBorder(bent, pad, pad, pad, pad, cv2.BORDER_REFLECT)
        answer = np.zeros_like(grey)
        for tap, weight in zip(taps, weights, strict=True):
            cv2.scaleAdd(_shift(padded, round(tap * c), round(tap * s), pad), float(weight), answer, answer)
        np.maximum(strongest, answer, out=strongest)
        total += answer
    return strongest - total / np.float32(DIRECTIONS)


def value(signal: Floats, mask: Mask) -> float:
    """Return the mean depth of lines over a region, in thousandths of optical density."""
    return float(signal[mask].mean() * 1000.0) if mask.any() else float("nan")


METHOD = Method(
    name="wrinkles",
    unit="mOD",
    better="lower",
    label="Lines and wrinkles",
    explanation="Mean depth of dark lines over the region's skin, in thousandths of optical density.",
    version="wrinkles/2",
    px_per_mm=COARSE,
    least_px_per_mm=5.0,
    map=lines,
    value=value,
    parameters={
        "around_mm": AROUND_MM, "across_mm": ACROSS_MM, "along_mm": ALONG_MM, "directions": DIRECTIONS,
        "threshold": THRESHOLD, "beside_mm": BESIDE_MM, "edge_mm": EDGE_MM, "weights": WEIGHTS,
    },
)  # fmt: skip
