"""Whether a photograph is a mirror image of the reference, as front cameras save them."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.face import locate
from vesicle.skin.gate.look import LUMINANCE, Look, look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats

SURE = 0.25
"""Correlation of what differs between the sides: above it the sides agree, below its negative they are swapped."""
_FINE_MM, _COARSE_MM = 1.0, 5.0


def check(here: Look, earlier: Image, facts: dict[str, float]) -> list[Problem]:
    """Return whether left and right are swapped against an earlier photograph of the same face."""
    there = look(earlier, locate(earlier), here.calibration)
    one, other = _sides(here), _sides(there)
    alike = float((one * other).sum() / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))
    facts["sides_alike"] = alike
    if alike < -SURE:
        return [Problem(
            "mirrored", "This photo is a mirror image of the last one.", "Turn off mirroring in the camera.", None,
            alike, -SURE,
        )]  # fmt: skip
    return []


def _sides(seen: Look) -> Floats:
    """Return moles, folds and brows that differ between the sides of the upright face (rows x columns)."""
    frame = seen.frame
    grey = np.log(np.maximum(frame.linear @ LUMINANCE, 1e-3)).astype(np.float32)
    px = frame.px_per_mm
    band = cv2.GaussianBlur(grey, (0, 0), _FINE_MM * px) - cv2.GaussianBlur(grey, (0, 0), _COARSE_MM * px)
    inside = frame.oval() & frame.oval()[:, ::-1]
    odd = np.clip(band - band[:, ::-1], -0.3, 0.3)
    return np.where(inside, odd, 0).astype(np.float32)
