"""How far skin moved between two frames that nearly coincide, to a fraction of a pixel."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.landmarks import Bytes, Floats

MOST_MM = 3.0
"""The longest way the flow may go."""
SMOOTH_MM = 2.0
"""Of the first, coarse search."""

_SEARCH_PX_PER_MM = 2.0
# Width of the windows in which skin is matched, and how far each step may stray from the one before (both mm).
# The same window again leaves a fraction of what was left; a narrower one would follow the noise instead.
_WINDOWS = ((5.0, 0.5), (3.0, 0.3), (3.0, 0.3), (2.5, 0.2), (2.5, 0.2), (2.5, 0.1))
_FINEST_MM, _SURROUNDINGS_MM = 0.15, 2.0
_NODES_PER_MM = 1.0


def grid(shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the column and row of every pixel, rows x columns x 2."""
    columns, rows = np.meshgrid(np.arange(shape[1], dtype=np.float64), np.arange(shape[0], dtype=np.float64))
    return np.stack([columns, rows], axis=-1)


def feature(grey: Bytes, px: float) -> Floats:
    """Return what is matched in a grey frame: log light between .15 and 2 mm, over its own contrast around."""
    light = np.log(grey.astype(np.float32) + np.float32(2.0))
    fine = cv2.GaussianBlur(light, (0, 0), _FINEST_MM * px)
    band = fine - _wide(light, _SURROUNDINGS_MM * px)
    contrast = np.sqrt(_wide(band * band, 2 * _SURROUNDINGS_MM * px))
    return band / (contrast + np.float32(0.01))


def _wide(values: Floats, sigma: float) -> Floats:
    """Return a wide Gaussian blur, made at a quarter of the pixels."""
    small = cv2.resize(values, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / 4)
    return cv2.resize(small, (values.shape[1], values.shape[0]), interpolation=cv2.INTER_LINEAR)


def searched(here: Floats, there: Floats, px: float) -> Floats:
    """Return a first flow (rows x columns x 2, pixels) from one feature to another: dense inverse search, smoothed."""
    factor = _SEARCH_PX_PER_MM / px
    shown = [
        cv2.resize(np.clip(one * 42 + 128, 0, 255).astype(np.uint8), None, fx=factor, fy=factor,
                   interpolation=cv2.INTER_AREA)
        for one in (here, there)
    ]  # fmt: skip
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    # To the last pixel: skin that moves by 2 mm within 20 is lost at half of them.
    search.setFinestScale(0)
    flow = _limited(search.calc(shown[0], shown[1], None), MOST_MM * _SEARCH_PX_PER_MM)
    flow = cv2.GaussianBlur(flow, (0, 0), SMOOTH_MM * _SEARCH_PX_PER_MM)
    return cv2.resize(flow, (here.shape[1], here.shape[0])) / np.float32(factor)


def _limited(flow: Floats, most: float) -> Floats:
    length = np.linalg.norm(flow, axis=2, keepdims=True)
    return flow * np.minimum(1, most / np.maximum(length, 1e-6)).astype(np.float32)


def refined(here: Floats, there: Floats, flow: Floats, weight: Floats, px: float, *, last: int = 0) -> Floats:
    """Return the flow after Lucas-Kanade steps in ever smaller windows.

    Parameters
    ----------
    here, there : ndarray of float32, rows x columns
        What is matched (``feature``).
    flow : ndarray of float32, rows x columns x 2
        Where to start, in pixels.
    weight : ndarray of float32, rows x columns
        0 where nothing may pull.
    px : float
        Pixels a millimetre.
    last : int
        How many of the steps to take; 0 takes all.

    Notes
    -----
    Lucas & Kanade (IJCAI 1981) with the mean of both gradients. Each step is drawn towards no movement by as much as
    the noise leaves in doubt, so that bare skin follows its surroundings.
    """
    step_x, step_y = _slopes(here)
    for window, stray in _WINDOWS[-last:]:
        seen = carried(there, flow)
        seen_x, seen_y = _slopes(seen)
        x, y, missing = (step_x + seen_x) / 2, (step_y + seen_y) / 2, here - seen
        # A highlight or hair in one of the two must not pull.
        sure = weight / (1 + missing * missing)
        small = (round(here.shape[1] * _NODES_PER_MM / px), round(here.shape[0] * _NODES_PER_MM / px))
        xx, xy, yy, xm, ym = (
            cv2.GaussianBlur(
                cv2.resize(sure * one, small, interpolation=cv2.INTER_AREA), (0, 0), window * _NODES_PER_MM
            )
            for one in (x * x, x * y, y * y, x * missing, y * missing)
        )
        noise = float(np.median(np.abs(missing[weight > 0]))) * 1.48
        drawn = np.float32(1e-6 + noise**2 / ((stray * px) ** 2 * 4 * np.pi * (window * px) ** 2 / 8))
        xx, yy = xx + drawn, yy + drawn
        determinant = xx * yy - xy * xy
        step = np.stack([(yy * xm - xy * ym) / determinant, (xx * ym - xy * xm) / determinant], axis=-1)
        step = cv2.resize(_limited(step, 2 * px), (here.shape[1], here.shape[0]), interpolation=cv2.INTER_CUBIC)
        flow = _limited(flow + step, MOST_MM * px)
    return flow


def _slopes(values: Floats) -> tuple[Floats, Floats]:
    return tuple(cv2.Scharr(values, cv2.CV_32F, *way) / np.float32(32) for way in ((1, 0), (0, 1)))


def carried(values: Floats, flow: Floats) -> Floats:
    """Return values (rows x columns, any channels) taken from where the flow points."""
    where = flow + grid(flow.shape[:2]).astype(np.float32)
    return cv2.remap(values, where, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def inverse(flow: Floats) -> Floats:
    """Return the flow that undoes a smooth one."""
    back = -flow
    for _ in range(2):
        back = -carried(flow, back)
    return back
