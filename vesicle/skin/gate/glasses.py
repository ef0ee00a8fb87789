"""Whether somebody wears glasses: a dark bar across the bridge of the nose, and rims below both eyes.

Only frames that cannot be missed are named. Without a frame, glass alone is not seen.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin import landmarks
from vesicle.skin.face import eye_centres
from vesicle.skin.frame import face_frame
from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats
from vesicle.skin.measures.prepared import density_of

PX_PER_MM = 2.0
BESIDE_MM = 5.0
"""What is dark is a frame only where it is lighter so far on either side of it: shadows are wider."""
LEAST_BAR, LEAST_RIM = 0.12, 0.12
"""Density by which bar and rim are darker than the skin on both sides. Creases below the eyes reach 0.08."""
LEAST_OF_RIM = 0.6
"""Share of the directions below an eye in which a rim must be met."""
_STEP_MM = 0.5
_BRIDGE_MM, _BRIDGE_HALF_MM = (-10.0, 14.0), 4.0
_RIM_MM, _DIRECTIONS = (11.0, 32.0), np.radians(np.arange(35, 146, 5))


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return whether glasses cover the skin around the eyes."""
    small, factor = landmarks.shrunk(look.image)
    points = look.face.points * np.float32(factor)
    points[:, :2] += np.float32((factor - 1) / 2)
    there = replace(look.face, points=points, px_per_mm=look.face.px_per_mm * factor)
    frame = face_frame(Image(small), there, px_per_mm=PX_PER_MM)
    density = cv2.GaussianBlur(density_of(frame.linear), (0, 0), 0.4 * PX_PER_MM).mean(axis=2)
    eyes = eye_centres(frame.points).astype(np.float64)
    bar = _bar(density, eyes.mean(0))
    rims = min(_rim(density, eye) for eye in eyes)
    facts.update(bar_on_nose=bar, rims=rims)
    if bar < LEAST_BAR or rims < LEAST_OF_RIM:
        return []
    return [Problem(
        "glasses", "Glasses cover the skin around the eyes.", "Take them off.", None, bar, LEAST_BAR,
    )]  # fmt: skip


def _bar(density: Floats, middle: NDArray[np.float64]) -> float:
    """Return how dark the darkest bar is that crosses the whole bridge of the nose."""
    across = np.arange(-_BRIDGE_HALF_MM, _BRIDGE_HALF_MM + _STEP_MM, _STEP_MM)
    starts = middle + np.column_stack([across, np.zeros_like(across)]) * PX_PER_MM
    ridges = np.array([_ridge(density, start, np.array([0.0, 1.0]), _BRIDGE_MM) for start in starts])
    return float(np.percentile(ridges, 20))


def _rim(density: Floats, eye: NDArray[np.float64]) -> float:
    """Return the share of directions below an eye in which something dark and narrow is met."""
    ways = np.column_stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)])
    return float(np.mean([_ridge(density, eye, way, _RIM_MM) > LEAST_RIM for way in ways]))


def _ridge(density: Floats, start: NDArray[np.float64], way: NDArray[np.float64], reach: tuple[float, float]) -> float:
    """Return by how much the darkest place on a way exceeds what lies on both sides of it."""
    along = np.arange(reach[0] - BESIDE_MM, reach[1] + BESIDE_MM + _STEP_MM, _STEP_MM) * PX_PER_MM
    at = (start + along[:, None] * way).astype(np.float32)[None]
    seen = cv2.remap(density, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
    beside = round(BESIDE_MM / _STEP_MM)
    here, before, behind = seen[beside:-beside], seen[: -2 * beside], seen[2 * beside :]
    return float(np.minimum(here - before, here - behind).max())
