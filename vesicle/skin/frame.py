"""The upright face frame: the same millimetres for every picture of one person.

Every filter of the library is defined in millimetres and works in this frame, so that the distance to the camera
does not change what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import Face, eye_centres
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Floats
from vesicle.skin.regions import OVAL, contours, outline

Mask = NDArray[np.bool_]

COARSE, FINE = 4.0, 8.0
"""Pixels a millimetre: for colour and spots; for lines and pores."""
# Millimetres from the middle between the eyes to each edge: sides, up, down.
_SIDE_MM, _UP_MM, _DOWN_MM = 78.0, 68.0, 122.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A face, upright, at a fixed number of pixels a millimetre.

    Attributes
    ----------
    linear : ndarray of float32, rows x columns x 3
        Linear light as the camera gave it (calibration is applied by the measures).
    points : ndarray of float32, 468 x 3
        The mesh in pixels of the frame.
    px_per_mm : float
        Of the frame.
    native_px_per_mm : float
        Of the photograph it was made from: what may be reported depends on it.
    to_frame : ndarray of float64, 2 x 3
        From pixels of the photograph to pixels of the frame.
    """

    linear: Floats
    points: Floats
    px_per_mm: float
    native_px_per_mm: float
    to_frame: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.linear.shape[0], self.linear.shape[1]

    def region(self, name: str) -> Mask:
        """Return where a region lies, without what is no skin, as rows x columns of bool."""
        return _filled(self.shape, outline(self.points, name)) & ~self.not_skin()

    def not_skin(self) -> Mask:
        """Return brows, lids, lips and nostrils, widened, as rows x columns of bool."""
        covered = np.zeros(self.shape, np.uint8)
        for contour, wider in contours(self.points):
            corners = np.round(contour).astype(np.int32)
            cv2.fillPoly(covered, [corners], 1)
            cv2.polylines(covered, [corners], True, 1, max(1, round(2 * wider * self.px_per_mm)))
        return covered.astype(bool)

    def oval(self) -> Mask:
        """Return the face's oval as rows x columns of bool."""
        return _filled(self.shape, self.points[list(OVAL), :2])

    def halved(self) -> Frame:
        """Return the same frame at half the pixels a millimetre, averaged."""
        half = cv2.resize(self.linear, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        points = self.points * np.float32(0.5)
        points[:, :2] -= 0.25
        moved = self.to_frame * 0.5
        moved[:, 2] -= 0.25
        return Frame(half, points, self.px_per_mm / 2, self.native_px_per_mm, moved)


def _filled(shape: tuple[int, int], corners: Floats) -> Mask:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1)
    return mask.astype(bool)


def upright(face: Face, px_per_mm: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the similarity (2 x 3) from pixels of a face's photograph to its upright frame, and the frame's shape."""
    eyes = eye_centres(face.points).astype(np.float64)
    middle, across = eyes.mean(0), eyes[1] - eyes[0]
    cosine, sine = across / np.linalg.norm(across)
    turn = px_per_mm / face.px_per_mm * np.array([[cosine, sine], [-sine, cosine]])
    shape = round((_UP_MM + _DOWN_MM) * px_per_mm), round(2 * _SIDE_MM * px_per_mm)
    shift = np.array([_SIDE_MM * px_per_mm, _UP_MM * px_per_mm]) - turn @ middle
    return np.column_stack([turn, shift]), shape


def face_frame(image: Image, face: Face, *, px_per_mm: float = FINE) -> Frame:
    """Return a picture's face in the upright frame.

    Parameters
    ----------
    image : Image
    face : Face
        Of this picture (``face.locate``).
    px_per_mm : float
        Pixels a millimetre of the frame; shrinking averages, enlarging interpolates.
    """
    to_frame, shape = upright(face, px_per_mm)
    turn, shift = to_frame[:, :2], to_frame[:, 2]
    scale = px_per_mm / face.px_per_mm
    linear = warp(image, to_frame, shape)
    points = face.points.copy()
    points[:, :2] = face.points[:, :2] @ turn.T.astype(np.float32) + shift.astype(np.float32)
    points[:, 2] *= np.float32(scale)
    return Frame(linear, points, px_per_mm, face.px_per_mm, to_frame)


def warp(image: Image, to_frame: NDArray[np.float64], shape: tuple[int, int]) -> Floats:
    """Resample a picture once, in linear light, through a similarity (2 x 3) into ``shape`` (rows, columns)."""
    rows, columns = shape
    back = cv2.invertAffineTransform(to_frame)
    corners = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]]) @ back[:, :2].T + back[:, 2]
    low = np.maximum(np.floor(corners.min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int) + 5, image.size)
    part = to_linear(image.srgb[low[1] : high[1], low[0] : high[0]])
    moved = to_frame.copy()
    moved[:, 2] += to_frame[:, :2] @ low
    shrink = 1 / float(np.sqrt(abs(np.linalg.det(to_frame[:, :2]))))
    if shrink > 1:
        part = cv2.GaussianBlur(part, (0, 0), 0.5 * float(np.sqrt(shrink**2 - 1)) + 0.05)
    return cv2.warpAffine(part, moved, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
