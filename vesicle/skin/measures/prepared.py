"""A face ready for measuring: what every measure needs, computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from vesicle.skin.face import Face
from vesicle.skin.frame import FINE, Frame, Mask, face_frame
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import skin

DARKEST = 1e-3
"""Linear light below which density is not told apart."""


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
    noise : float
        Standard deviation of the grain in mean density, a pixel of the frame, over the skin.
    calibration : str
        ``"card"``, ``"grey"`` or ``"none"``.
    """

    frame: Frame
    density: Floats
    skin: Mask
    noise: float
    calibration: str

    @property
    def px_per_mm(self) -> float:
        """Pixels a millimetre of the frame."""
        return self.frame.px_per_mm

    def region(self, name: str) -> Mask:
        """Return the skin of a region that can be measured, rows x columns of bool."""
        return self.frame.region(name) & self.skin

    def halved(self) -> Prepared:
        """Return the same face at half the pixels a millimetre."""
        frame = self.frame.halved()
        columns, rows = frame.shape[1], frame.shape[0]
        kept = cv2.resize(self.skin.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA) > 0.75
        return replace(self, frame=frame, density=density_of(frame.linear), skin=kept, noise=self.noise / 2)


def density_of(linear: Floats) -> Floats:
    """Return the optical density (-log10) of linear light, same shape, at most 3."""
    return np.log10(np.maximum(linear, np.float32(DARKEST))) * np.float32(-1)


def prepare(
    image: Image | None,
    face: Face | None,
    calibration: Calibration = Uncalibrated(),
    *,
    px_per_mm: float = FINE,
    frame: Frame | None = None,
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
    """
    if frame is None:
        if image is None or face is None:
            raise ValueError("Give a picture with its face, or a frame.")
        frame = face_frame(image, face, px_per_mm=px_per_mm)
    raw = density_of(frame.linear)
    kept = skin(frame, raw)
    if calibration.kind == "none":
        calibrated, density = frame, raw
    else:
        calibrated = replace(frame, linear=calibration.apply(frame.linear))
        density = density_of(calibrated.linear)
    return Prepared(calibrated, density, kept, grain(density, kept), calibration.kind)


def grain(density: Floats, mask: Mask) -> float:
    """Return the standard deviation of the pixel noise in mean density over ``mask``.

    Immerkaer's second difference of a second difference (CVIU 64, 1996, doi:10.1006/cviu.1996.0060) answers to nothing
    smooth; the median makes it blind to lines and hair.
    """
    grey = density @ np.full(3, 1 / 3, np.float32)
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel))[mask]
    return float(np.median(answer) / 0.6745 / 6.0) if answer.size else 0.0
