"""What every check looks at: the photograph, its face, and both at a size that is quick to work with."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin import landmarks
from vesicle.skin.colour import Calibration
from vesicle.skin.face import LEFT_EYE, RIGHT_EYE, Face
from vesicle.skin.frame import Frame, face_frame
from vesicle.skin.image import Image

LIGHT_PX_PER_MM = 1.0
"""Pixels a millimetre in which light and colour are judged."""
REGIONS_OF_LIGHT = ("forehead", "cheek-left", "cheek-right", "chin")
NAMES = {
    "forehead": "on the forehead", "cheek-left": "on the left cheek", "cheek-right": "on the right cheek",
    "chin": "on the chin",
}  # fmt: skip
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """A photograph with its face, its calibration and its face at one pixel a millimetre."""

    image: Image
    face: Face
    calibration: Calibration
    frame: Frame
    quality: int | None = None

    def skin(self, region: str) -> NDArray[np.float32]:
        """Return the linear light of a region's pixels (pixels x 3)."""
        return self.frame.linear[self.frame.region(region)]

    def eye_white(self) -> NDArray[np.float32]:
        """Return the linear light of the brighter part of what lies between the lids (pixels x 3)."""
        mask = np.zeros(self.frame.shape, np.uint8)
        for eye in (RIGHT_EYE, LEFT_EYE):
            cv2.fillPoly(mask, [np.round(self.frame.points[list(eye), :2]).astype(np.int32)], 1)
        return self.frame.linear[mask > 0]


def look(image: Image, face: Face, calibration: Calibration, quality: int | None = None) -> Look:
    """Return a photograph ready to be checked."""
    small, factor = landmarks.shrunk(image)
    points = face.points * np.float32(factor)
    points[:, :2] += np.float32((factor - 1) / 2)
    there = Face(points, face.px_per_mm * factor, face.roll, face.yaw, face.pitch, face.others, face.score)
    return Look(image, face, calibration, face_frame(Image(small), there, px_per_mm=LIGHT_PX_PER_MM), quality)
