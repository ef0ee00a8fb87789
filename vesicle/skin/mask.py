"""Where skin can be measured in a frame: without eyes, brows, lips, nostrils, hair, shine and clipped pixels.

Everything is judged against the density of the skin around it, never against a fixed brightness: what is hair on light
skin must not be called hair on dark skin because it is dark.
"""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.frame import COARSE, Frame, Mask
from vesicle.skin.landmarks import Floats

BLOWN, CRUSHED = 0.98, 0.005
"""Linear light outside which a channel holds no measure."""
AROUND_MM, SMOOTH_MM = 6.0, 0.3
DARKER, LIGHTER, PALER = 0.22, 0.12, 0.04
"""Density by which hair and highlights differ from the skin around, and by which highlights are less coloured."""
EDGE_MM = 3.0
GROWN_MM = 0.6
_LEAST_MM = 0.3


def skin(frame: Frame) -> tuple[Mask, Mask]:
    """Return where skin can be measured, and the same with highlights.

    Parameters
    ----------
    frame : Frame
        As the camera gave it: clipping is judged before calibration.

    Returns
    -------
    skin, bare : ndarray of bool, rows x columns
        ``bare`` leaves out what is no skin; ``skin`` leaves out highlights and blown pixels as well.
    """
    if frame.px_per_mm > COARSE:
        # Masks have soft borders: half the pixels tell as much.
        rows, columns = frame.shape
        return _enlarged(skin(frame.halved()), rows, columns)
    px = frame.px_per_mm
    low, high = _extremes(frame.linear)
    face = _shrunk(frame.oval(), EDGE_MM * px) & ~frame.not_skin()
    seen = face & (low > CRUSHED) & (high < BLOWN)
    light = np.maximum(cv2.GaussianBlur(frame.linear, (0, 0), SMOOTH_MM * px), np.float32(1e-3))
    density = cv2.log(light) * np.float32(-1 / np.log(10))
    grey = density.mean(axis=2)
    # Hair first: beside it, clean skin would look like a highlight.
    dark = ~seen
    for _ in range(2):
        dark = grey - local_mean(grey, seen & ~dark, AROUND_MM * px) > DARKER
    usual = seen & ~dark
    lighter = local_mean(grey, usual, AROUND_MM * px) - grey > LIGHTER
    # Light thrown back by the surface has the lamp's colour: less of the skin's yellow and red than beside it.
    colour = density[..., 2] - density[..., 0]
    paler = local_mean(colour, usual, AROUND_MM * px) - colour > PALER
    hair = _grown(dark | (low <= CRUSHED), px)
    shine = _grown((lighter & paler) | (high >= BLOWN), px)
    bare = face & ~hair
    return bare & ~shine & seen, bare


def _shrunk(mask: Mask, by_px: float) -> Mask:
    # The mesh's border wanders by a millimetre or two, and beside it the jaw's shadow would be taken for a line.
    distance = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(distance > by_px)


def _extremes(linear: Floats) -> tuple[Floats, Floats]:
    red, green, blue = cv2.split(linear)
    return cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)


def _enlarged(masks: tuple[Mask, Mask], rows: int, columns: int) -> tuple[Mask, Mask]:
    first, second = (
        cv2.resize(mask.view(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST).view(bool) for mask in masks
    )
    return first, second


def _grown(odd: Mask, px_per_mm: float) -> Mask:
    # Single pixels are noise, not hair; what survives is widened over its soft border.
    small = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(1, round(_LEAST_MM * px_per_mm)),) * 2)
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(GROWN_MM * px_per_mm) + 1,) * 2)
    opened = cv2.morphologyEx(odd.view(np.uint8), cv2.MORPH_OPEN, small)
    return cv2.dilate(opened, wide).view(bool)


def local_mean(values: Floats, mask: Mask, sigma_px: float) -> Floats:
    """Return the Gaussian mean of ``values`` over ``mask`` around every pixel (rows x columns of float32).

    Pixels outside the mask count nothing, so that a brow does not lighten or darken the skin beside it. Wide means are
    taken at a lower resolution: they have no detail to lose.
    """
    step = max(1, int(sigma_px // 3))
    weight = mask.astype(np.float32)
    rows, columns = values.shape
    pair = cv2.merge([values * weight, weight])
    if step > 1:
        pair = cv2.resize(pair, (-(-columns // step), -(-rows // step)), interpolation=cv2.INTER_AREA)
    total, share = cv2.split(cv2.GaussianBlur(pair, (0, 0), sigma_px / step, borderType=cv2.BORDER_REFLECT))
    mean: Floats = total / np.maximum(share, 1e-4)
    return mean if step == 1 else cv2.resize(mean, (columns, rows), interpolation=cv2.INTER_LINEAR)
