"""Take from two frames of one face what the camera made different: sharpness and light.

Both are judged on skin outside the regions a treatment is measured in, and on brows, lashes and nostrils.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.frame import Frame, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.measures.prepared import density_of
from vesicle.skin.regions import REGIONS, outline

BESIDE_MM = 2.0
"""Skin nearer than this to a region is not outside it: treatments spread."""
BLOCK_MM = 14.0
"""Side of the patches in which skin outside the regions is compared."""
MOST_BLUR_MM = 0.6
"""A difference of sharpness that cannot be made good."""

_SEEN_MM, _SURROUNDINGS_MM = 0.2, 1.0
_STEPS = 3
_GREY = np.array([0.3, 0.5, 0.2], np.float32)


@dataclass(frozen=True, slots=True)
class Sharpness:
    """How much softer the second frame is.

    Attributes
    ----------
    variance_mm2 : float
        Variance of the Gaussian that takes the first frame to the second; negative when the first is the softer.
    error_mm2 : float
        Standard error.
    """

    variance_mm2: float
    error_mm2: float

    @property
    def blur_mm(self) -> float:
        """Standard deviation of that Gaussian; negative when the first frame is the softer."""
        return float(np.sign(self.variance_mm2) * np.sqrt(abs(self.variance_mm2)))


def outside(frame: Frame) -> Mask:
    """Return the face outside every region (rows x columns of bool), brows, lids and lips included."""
    within = np.zeros(frame.shape, np.uint8)
    wide = 2 * round(BESIDE_MM * frame.px_per_mm)
    for region in REGIONS:
        corners = [np.round(outline(frame.points, region)).astype(np.int32)]
        cv2.fillPoly(within, corners, 1)
        cv2.polylines(within, corners, True, 1, wide)
    return frame.oval() & (within == 0)


def blocks(mask: Mask, px_per_mm: float, *, side_mm: float = BLOCK_MM) -> NDArray[np.int32]:
    """Return the number of the square patch each pixel lies in, from 0; -1 outside the mask."""
    side = side_mm * px_per_mm
    rows, columns = mask.shape
    across = int(np.ceil(columns / side))
    number = (np.arange(rows) // side)[:, None] * across + (np.arange(columns) // side)[None, :]
    numbers = np.where(mask, number, -1).astype(np.int32)
    used = np.unique(numbers[mask])
    order = np.full(int(numbers.max(initial=0)) + 1, -1, np.int32)
    order[used] = np.arange(len(used))
    return np.where(mask, order[np.maximum(numbers, 0)], -1).astype(np.int32)


def sharpness(first: Frame, second: Frame, where: Mask) -> Sharpness:
    """Return the difference in sharpness of two frames of the same face.

    Parameters
    ----------
    first, second : Frame
        In one geometry.
    where : ndarray of bool, rows x columns
        Seen in both, outside the regions.

    Notes
    -----
    A Gaussian of variance s adds s/2 times the Laplacian: the difference of the two is regressed on the Laplacian of
    their mean, which noise of the same size in both does not bias. Repeated with the sharper one blurred until
    nothing is left.
    """
    px = first.px_per_mm
    pair = [density_of(one.linear) @ _GREY for one in (first, second)]
    patches = blocks(where, px)
    total, error = 0.0, 0.0
    for _ in range(_STEPS):
        step, error = _step(softened(pair[0], max(total, 0.0)), softened(pair[1], max(-total, 0.0)), patches, px)
        total += step
    return Sharpness(total / px**2, error / px**2)


def _step(first: Floats, second: Floats, patches: NDArray[np.int32], px: float) -> tuple[float, float]:
    first, second = (cv2.GaussianBlur(one, (0, 0), _SEEN_MM * px) for one in (first, second))
    bent = _band(cv2.Laplacian((first + second) / 2, cv2.CV_32F), px)
    missing = _band(second - first, px)
    where = patches >= 0
    count = int(patches.max(initial=-1)) + 1
    if count < 4:
        return 0.0, float("inf")
    usual = 1.48 * float(np.median(np.abs(missing[where]))) + 1e-6
    # A lash that moved is no blur.
    weight = 1 / (1 + (missing[where] / (2 * usual)) ** 2)
    up = np.bincount(patches[where], weight * missing[where] * bent[where], count)
    down = np.bincount(patches[where], weight * bent[where] ** 2, count)
    found = up.sum() / (down.sum() + 1e-12)
    spread = float(np.sqrt(((up - found * down) ** 2).sum() * count / (count - 1))) / (down.sum() + 1e-12)
    return 2 * float(found), 2 * spread


def _band(values: Floats, px: float) -> Floats:
    return values - cv2.GaussianBlur(values, (0, 0), _SURROUNDINGS_MM * px)


def softened(values: Floats, variance: float) -> Floats:
    """Return values (rows x columns, any channels) blurred by a Gaussian of exactly this variance (pixels squared).

    A sampled Gaussian narrower than half a pixel blurs far less than it says; three taps repeated do not.
    """
    if variance <= 1e-5:
        return values
    times = int(np.ceil(variance / 0.25))
    half = variance / times / 2
    taps = np.array([half, 1 - 2 * half, half], np.float32)
    for _ in range(times):
        values = cv2.sepFilter2D(values, cv2.CV_32F, taps, taps)
    return values


def equally_sharp(first: Frame, second: Frame, found: Sharpness) -> tuple[Frame, Frame]:
    """Return both frames as soft as the softer one."""
    variance = found.variance_mm2 * first.px_per_mm**2
    return (
        replace(first, linear=softened(first.linear, max(variance, 0.0))),
        replace(second, linear=softened(second.linear, max(-variance, 0.0))),
    )


def gains(first: Frame, second: Frame, where: Mask) -> NDArray[np.float32]:
    """Return the factors (3) that give the second frame the first's light on skin outside the regions."""
    if not where.any():
        return np.ones(3, np.float32)
    ratio = density_of(second.linear)[where] - density_of(first.linear)[where]
    return np.power(10.0, np.median(ratio, axis=0)).astype(np.float32)


def lit_alike(first: Frame, second: Frame, where: Mask, *, level: bool) -> Frame:
    """Return the second frame in the first's light.

    Parameters
    ----------
    first, second : Frame
        In one geometry.
    where : ndarray of bool, rows x columns
        Skin outside the regions, seen in both.
    level : bool
        Whether each channel's level is made equal on that skin; without, both are calibrated and only the slope of
        the light over the face is taken away.

    Notes
    -----
    Light is grey: the slope is fitted to the mean density of all channels.
    """
    if where.sum() < 200:
        return second
    across, down, centre = _slope(first, second, where)
    px = first.px_per_mm
    right = (np.arange(first.shape[1]) / px - centre[0]) * across
    below = (np.arange(first.shape[0]) / px - centre[1]) * down
    slope = np.power(10.0, right[None, :] + below[:, None]).astype(np.float32)
    sloped = replace(second, linear=second.linear * slope[..., None])
    if not level:
        return sloped
    return replace(sloped, linear=sloped.linear * gains(first, sloped, where))


def _slope(first: Frame, second: Frame, where: Mask) -> tuple[float, float, NDArray[np.float64]]:
    """Return how much denser the second gets a millimetre to the right and down, and the middle of what was seen.

    Least squares over patches, repeated with less weight for those that differ.
    """
    px = first.px_per_mm
    patches = blocks(where, px, side_mm=BLOCK_MM / 2)
    count = int(patches.max()) + 1
    rows, columns = np.nonzero(where)
    number = patches[where]
    size = np.bincount(number, minlength=count).astype(np.float64)
    missing = (density_of(second.linear[where]) - density_of(first.linear[where])).mean(axis=1)
    level, x, y = (np.bincount(number, values, count) / size for values in (missing, columns / px, rows / px))
    centre = np.array([np.average(x, weights=size), np.average(y, weights=size)])
    design = np.column_stack([np.ones(count), x - centre[0], y - centre[1]])
    weight = size
    fitted = np.zeros(3)
    for _ in range(6):
        root = np.sqrt(weight)
        fitted, *_ = np.linalg.lstsq(design * root[:, None], level * root, rcond=None)
        off = level - design @ fitted
        usual = 1.48 * float(np.median(np.abs(off))) + 1e-6
        weight = size / (1 + (off / (2 * usual)) ** 2)
    return float(fitted[1]), float(fitted[2]), centre
