"""A face ready for measuring: what every measure needs, computed once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import cv2
import numpy as np

from vesicle.skin.face import Face
from vesicle.skin.frame import FINE, Frame, Mask, face_frame
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import skin
from vesicle.skin.regions import outline

DARKEST = 1e-3
"""Linear light below which density is not told apart."""
USUAL_BLUR_PX2 = 0.3
"""Variance of a careful photograph's blur, squares of its pixels: 0 to 0.6 in clinics' captures."""
_LEAST_OF_FILTER = 0.5


class Calibration(Protocol):
    """From the camera's linear light to reflectance."""

    @property
    def kind(self) -> str:
        """``"card"``, ``"grey"`` or ``"none"``."""

    def apply(self, linear: Floats) -> Floats:
        """Return calibrated linear light (rows x columns x 3)."""


@dataclass(frozen=True, slots=True)
class Uncalibrated:
    """Light as the camera gave it."""

    kind: str = "none"

    def apply(self, linear: Floats) -> Floats:
        """Return ``linear`` itself."""
        return linear


@dataclass(frozen=True, slots=True)
class Prepared:
    """A face in its frame, calibrated, with what several measures share.

    Attributes
    ----------
    frame : Frame
        In calibrated linear light.
    density : ndarray of float32, rows x columns x 3
        Optical density, -log10 of linear light.
    skin : ndarray of bool, rows x columns
        Where skin can be measured.
    bare : ndarray of bool, rows x columns
        The same with highlights.
    noise : float
        Standard deviation of the grain in mean density, a pixel of the frame, over the skin.
    calibration : str
        ``"card"``, ``"grey"`` or ``"none"``.
    blur_mm2 : float
        Variance of the photograph's and the frame's blur together, in square millimetres.
    kept : dict
        What several measures ask of it (``once.once``); a copy with anything replaced begins anew.
    """

    frame: Frame
    density: Floats
    skin: Mask
    bare: Mask
    noise: float
    calibration: str
    blur_mm2: float = 0.0
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def px_per_mm(self) -> float:
        """Pixels a millimetre of the frame."""
        return self.frame.px_per_mm

    def sigma_px(self, mm: float) -> float:
        """Return the Gaussian, in pixels of the frame, that together with the blur there is has a width of ``mm``."""
        return self.px_per_mm * float(np.sqrt(max(mm**2 - self.blur_mm2, (_LEAST_OF_FILTER * mm) ** 2)))

    def region(self, name: str, *, shine: bool = False) -> Mask:
        """Return the skin of a region that can be measured, rows x columns of bool; with highlights if ``shine``."""
        inside = np.zeros(self.skin.shape, np.uint8)
        corners = np.round(outline(self.frame.points, name)).astype(np.int32)
        cv2.fillPoly(inside, [corners], 1)
        return inside.astype(bool) & (self.bare if shine else self.skin)

    def halved(self) -> Prepared:
        """Return the same face at half the pixels a millimetre."""
        frame = self.frame.halved()
        return replace(
            self,
            frame=frame,
            density=density_of(frame.linear),
            skin=_halved(self.skin),
            bare=_halved(self.bare),
            noise=self.noise / 2,
            # The mean of two neighbours is their values half a pixel away.
            blur_mm2=self.blur_mm2 + 0.25 / self.px_per_mm**2,
        )


def _halved(mask: Mask) -> Mask:
    half = cv2.resize(mask.astype(np.uint8) * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(half > 192)


def density_of(linear: Floats) -> Floats:
    """Return the optical density (-log10) of linear light, same shape, at most 3."""
    density: Floats = np.maximum(linear, np.float32(DARKEST))
    np.log10(density, out=density)
    return np.negative(density, out=density)


def prepare(
    image: Image | None,
    face: Face | None,
    calibration: Calibration = Uncalibrated(),
    *,
    px_per_mm: float = FINE,
    frame: Frame | None = None,
    blur_px2: float | None = None,
) -> Prepared:
    """Return a face ready for measuring.

    Parameters
    ----------
    image, face : Image, Face
        Not needed when ``frame`` is given.
    calibration : Calibration
    px_per_mm : float
        Of the frame to make.
    frame : Frame, optional
        A frame already made, in the camera's light (a second photograph warped into the first one's frame).
    blur_px2 : float, optional
        Variance of the photograph's blur in squares of its pixels (``edges.blur_variance``); without, that of a usual
        camera.
    """
    if frame is None:
        if image is None or face is None:
            raise ValueError("Give a picture with its face, or a frame.")
        frame = face_frame(image, face, px_per_mm=px_per_mm)
    kept, bare = skin(frame)
    calibrated = frame
    if calibration.kind != "none":
        calibrated = replace(frame, linear=calibration.apply(frame.linear))
    density = density_of(calibrated.linear)
    blur = (USUAL_BLUR_PX2 if blur_px2 is None else blur_px2) + _of_shrinking(frame)
    blur_mm2 = blur / frame.native_px_per_mm**2
    return Prepared(calibrated, density, kept, bare, grain(density, kept), calibration.kind, blur_mm2)


def _of_shrinking(frame: Frame) -> float:
    # What ``frame.warp`` blurs before it takes fewer pixels, in pixels of the photograph.
    shrink = frame.native_px_per_mm / frame.px_per_mm
    return float((0.5 * np.sqrt(shrink**2 - 1) + 0.05) ** 2) if shrink > 1 else 0.0


def grain(density: Floats, mask: Mask) -> float:
    """Return the standard deviation of the pixel noise in mean density over ``mask``.

    A second difference of a second difference answers to nothing smooth (Immerkaer, CVIU 64, 1996,
    doi:10.1006/cviu.1996.0060); the median makes it blind to lines and hair.
    """
    # One pixel in four is enough to know a spread.
    rows, columns = (slice(None, None, 4) if side > 400 else slice(None) for side in mask.shape)
    grey = cv2.transform(density, np.full((1, 3), 1 / 3, np.float32))
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel)[rows, columns][mask[rows, columns]])
    return float(np.median(answer) / 0.6745 / 6.0) if answer.size else 0.0
