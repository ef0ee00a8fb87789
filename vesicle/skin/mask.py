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
AROUND_MM = 6.0
DARKER, LIGHTER = 0.22, 0.10
"""Density by which hair and highlights differ from the skin around."""
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
    low, high = _extremes(frame.linear)
    face = frame.oval() & ~frame.not_skin()
    seen = face & (low > CRUSHED) & (high < BLOWN)
    grey = -np.log10(np.maximum(frame.linear @ np.full(3, 1 / 3, np.float32), np.float32(1e-3)))
    usual = seen
    for _ in range(2):
        # The second look has its surroundings without what the first one found.
        above = grey - local_mean(grey, usual, AROUND_MM * frame.px_per_mm)
        usual = seen & (above < DARKER) & (above > -LIGHTER)
    hair = _grown((above >= DARKER) | (low <= CRUSHED), frame.px_per_mm)
    shine = _grown((above <= -LIGHTER) | (high >= BLOWN), frame.px_per_mm)
    bare = face & ~hair
    return bare & ~shine & seen, bare


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
