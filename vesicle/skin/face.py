"""One face in a picture: where it is, how large, how it is turned, what it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vesicle.skin import landmarks
from vesicle.skin.errors import Refused
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats
from vesicle.skin.once import once

EYES_APART_MM = 63.0
"""Mean distance of adult pupils (Dodgson, SPIE 5291, 2004): millimetres from a face alone are nominal."""

# The contour of each eye; the person's right, then left.
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
# Far from mouth and brows, so that an expression does not turn the head.
_RIGID_RIGHT = (33, 133, 127, 234, 93, 143, 116, 123, 21, 54, 103, 67, 109, 193, 122, 196)
_DOWN = (10, 151, 9, 168, 6, 197)


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Attributes
    ----------
    points : ndarray of float32, 468 x 3
        Mesh in pixels of the picture; z in the same unit.
    px_per_mm : float
        Nominal pixels a millimetre, from the distance of the eye centres.
    roll, yaw, pitch : float
        Degrees. Roll is positive when the head leans to the picture's right, yaw when it turns to the picture's
        right, pitch when the chin is lowered.
    others : int
        Faces in the picture besides this one.
    """

    points: Floats
    px_per_mm: float
    roll: float
    yaw: float
    pitch: float
    others: int
    score: float

    @property
    def eyes(self) -> Floats:
        """Centres of the person's right and left eye, 2 x 2, pixels."""
        return eye_centres(self.points)


def eye_centres(points: Floats) -> Floats:
    """Return the centres of the person's right and left eye (2 x 2) of a mesh."""
    return np.stack([points[list(RIGHT_EYE), :2].mean(0), points[list(LEFT_EYE), :2].mean(0)])


@once
def locate(image: Image) -> Face:
    """Return the largest face of a picture.

    Raises
    ------
    Refused
        If there is none (``"no-face"``).
    """
    small, factor = landmarks.shrunk(image)
    found = landmarks.find(small)
    if not found:
        raise Refused("no-face", "No face was found in this picture. Face the camera and fill the frame.")
    points = landmarks.mesh(small, found[0]) / factor
    # Pixel centres, not corners, are what shrinking maps onto each other.
    points[:, :2] += (1 / factor - 1) / 2
    # A small second face is a picture on the wall or a passer-by far behind.
    size = found[0].box[2]
    seen = points[:, :2] * factor
    others = sum(one.box[2] > size / 4 and not _within(one.eyes.mean(0), seen) for one in found[1:])
    return describe(points, others=others, score=found[0].score)


def _within(eyes: Floats, mesh: Floats) -> bool:
    # Eyes inside the face are this face's own, found twice: that happens close to the camera.
    return bool(((mesh.min(0) < eyes) & (eyes < mesh.max(0))).all())


def describe(points: Floats, *, others: int = 0, score: float = 1.0) -> Face:
    """Return the face that a mesh (468 x 3, pixels) describes."""
    right = points[list(_RIGID_RIGHT)]
    left = points[landmarks.mirror()[list(_RIGID_RIGHT)]]
    across = (left - right).sum(0)
    across /= np.linalg.norm(across)
    down = points[_DOWN[-1]] - points[_DOWN[0]] + points[_DOWN[-2]] - points[_DOWN[1]]
    down -= across * (down @ across)
    down /= np.linalg.norm(down)
    apart = np.linalg.norm(np.diff(eye_centres(points), axis=0)) / max(float(np.hypot(across[0], across[1])), 0.3)
    return Face(
        points=points,
        px_per_mm=float(apart / EYES_APART_MM),
        roll=float(np.degrees(np.arctan2(across[1], across[0]))),
        yaw=float(np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))),
        pitch=float(np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))),
        others=others,
        score=score,
    )
