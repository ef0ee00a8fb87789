"""Where skin can be measured in a frame: without eyes, brows, lips, nostrils, hair, shine and clipped pixels.

Everything is judged against the density of the skin around it, never against a fixed brightness: what is hair on light
skin must not be called hair on dark skin because it is dark.
"""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.frame import Frame, Mask
from vesicle.skin.landmarks import Floats

BLOWN, CRUSHED = 0.98, 0.005
"""Linear light outside which a channel holds no measure."""
_AROUND_MM = 6.0
_DARKER, _LIGHTER = 0.22, 0.10
_GROWN_MM = 0.6


def skin(frame: Frame, density: Floats) -> Mask:
    """Return where skin can be measured.

    Parameters
    ----------
    frame : Frame
        As the camera gave it (clipping is judged before calibration).
    density : ndarray of float32, rows x columns x 3
        Optical density of the frame.

    Returns
    -------
    ndarray of bool, rows x columns
    """
    low, high = (frame.linear.min(axis=2), frame.linear.max(axis=2))
    usable = frame.oval() & ~frame.not_skin()
    clipped = (high > BLOWN) | (low < CRUSHED)
    grey = density @ np.full(3, 1 / 3, np.float32)
    around = local_mean(grey, usable & ~clipped, _AROUND_MM * frame.px_per_mm)
    # A second look without what the first one found keeps a hairline from darkening its own surroundings.
    odd = (grey - around > _DARKER) | (around - grey > _LIGHTER)
    around = local_mean(grey, usable & ~clipped & ~odd, _AROUND_MM * frame.px_per_mm)
    odd = (grey - around > _DARKER) | (around - grey > _LIGHTER)
    grown = _opened(odd | clipped, frame.px_per_mm)
    return usable & ~clipped & ~grown


def _opened(odd: Mask, px_per_mm: float) -> Mask:
    # Single pixels are noise, not hair: what survives is widened over its soft border.
    size = max(1, round(0.3 * px_per_mm))
    small = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(_GROWN_MM * px_per_mm) + 1,) * 2)
    opened = cv2.morphologyEx(odd.astype(np.uint8), cv2.MORPH_OPEN, small)
    return cv2.dilate(opened, wide).astype(bool)


def local_mean(values: Floats, mask: Mask, sigma_px: float) -> Floats:
    """Return the Gaussian mean of ``values`` over ``mask`` around every pixel (rows x columns of float32).

    Pixels outside the mask count nothing, so that a brow does not lighten or darken the skin beside it. Wide means are
    taken at a lower resolution: they have no detail to lose.
    """
    step = max(1, int(sigma_px // 4))
    weight = mask.astype(np.float32)
    pair = np.dstack([values * weight, weight])
    rows, columns = values.shape
    if step > 1:
        pair = cv2.resize(pair, (-(-columns // step), -(-rows // step)), interpolation=cv2.INTER_AREA)
    pair = cv2.GaussianBlur(pair, (0, 0), sigma_px / step, borderType=cv2.BORDER_REFLECT)
    mean = pair[..., 0] / np.maximum(pair[..., 1], 1e-4)
    return mean if step == 1 else cv2.resize(mean, (columns, rows), interpolation=cv2.INTER_LINEAR)
