"""Whether the file was compressed so hard that blocks take the place of skin."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.gate.look import Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.landmarks import Floats

LEAST_QUALITY = 45.0
MOST_BLOCKS = 2.2
_BLOCK = 8
_EDGE = 16.0


def blockiness(grey: Floats) -> float:
    """Return how much larger steps are at the borders of 8 x 8 blocks than between them; 1 is none.

    Steps above 16 of 255 count as 16, so that the picture's own edges do not.
    """
    found = []
    for axis in (0, 1):
        steps = np.minimum(np.abs(np.diff(grey, axis=axis)), _EDGE).mean(axis=1 - axis)
        full = len(steps) // _BLOCK * _BLOCK
        if full < 2 * _BLOCK:
            return 1.0
        by_phase = steps[:full].reshape(-1, _BLOCK).mean(0)
        # The grid starts anywhere once a picture was cropped or turned.
        border = int(by_phase.argmax())
        found.append(by_phase[border] / max(float(np.median(np.delete(by_phase, border))), 0.05))
    return float(np.sqrt(found[0] * found[1]))


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return whether the photograph is compressed too hard."""
    points = look.face.points[:, :2]
    low = np.maximum(points.min(0), 0).astype(int)
    high = points.max(0).astype(int)
    part = np.ascontiguousarray(look.image.srgb[low[1] : high[1], low[0] : high[0]])
    if part.size == 0:
        return []
    blocks = blockiness(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32))
    facts["blocks"] = blocks
    quality = look.image.jpeg_quality
    if quality is not None:
        facts["jpeg_quality"] = quality
    if blocks > MOST_BLOCKS or (quality is not None and quality < LEAST_QUALITY):
        return [
            Problem("compressed", "The file is compressed so hard that the skin is lost.",
                    "Send the original, not a copy from a messenger.", None, blocks, MOST_BLOCKS)
        ]  # fmt: skip
    return []
