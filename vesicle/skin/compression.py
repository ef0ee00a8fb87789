"""How coarsely a photograph was compressed, and how to make a finer one as coarse.

What JPEG throws away is fine and faint: a photograph compressed harder than the last one seems to show fewer lines,
in dark skin by several per cent.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.image import Image

UNCOMPRESSED = 100.0
_ALIKE = 1.0
_BLOCK, _SIDE_PX = 8, 512
_FROM, _TO = 50, 94
# Decoding rounds to whole numbers in three channels: what it adds to a coefficient of brightness.
_ROUNDING, _OTHER = 0.4, 0.1
_LEAST_COEFFICIENT, _LEAST_GAIN, _LEAST_COUNT = 6.0, 0.04, 300
# The coarse half of the standard table of brightness (ITU-T T.81, K.1), where skin has something left.
_STEPS = np.array([[16, 11, 10, 16], [12, 12, 14, 19], [14, 13, 16, 24], [14, 17, 22, 29]], np.float64)


def quality(image: Image) -> float:
    """Return the JPEG quality (1 to 100) a photograph was stored with; 100 where nothing tells.

    Notes
    -----
    A file says it. Of bare pixels the 8 x 8 blocks still tell: their coefficients lie near multiples of the step they
    were rounded to (Fan & de Queiroz, IEEE Trans Image Process 12, 2003, doi:10.1109/TIP.2002.807361).
    """
    return _of_pixels(image) if image.jpeg_quality is None else image.jpeg_quality


def _of_pixels(image: Image) -> float:
    rows, columns = (max(0, (side - min(side, _SIDE_PX)) // 2 // _BLOCK * _BLOCK) for side in image.srgb.shape[:2])
    part = image.srgb[rows : rows + _SIDE_PX, columns : columns + _SIDE_PX]
    part = part[: part.shape[0] // _BLOCK * _BLOCK, : part.shape[1] // _BLOCK * _BLOCK]
    if part.size == 0:
        return UNCOMPRESSED
    grey = part.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    turn = _cosines()
    blocks = grey.reshape(part.shape[0] // _BLOCK, _BLOCK, -1, _BLOCK).transpose(0, 2, 1, 3).reshape(-1, _BLOCK, _BLOCK)
    found = (turn @ blocks @ turn.T)[:, : _STEPS.shape[0], : _STEPS.shape[1]].reshape(len(blocks), -1)[:, 1:]
    seen = np.abs(found) > _LEAST_COEFFICIENT
    if seen.sum() < _LEAST_COUNT:
        return UNCOMPRESSED
    gains = [_gain(found, seen, _steps(one)) for one in range(_FROM, _TO + 1)]
    best = int(np.argmax(gains))
    return float(_FROM + best) if gains[best] > _LEAST_GAIN else UNCOMPRESSED


def _steps(of: int) -> NDArray[np.float64]:
    share = 5000 / of if of < 50 else 200 - 2 * of
    return np.maximum(np.floor((_STEPS * share + 50) / 100), 1).reshape(-1)[1:]


def _gain(found: NDArray[np.float64], seen: NDArray[np.bool_], steps: NDArray[np.float64]) -> float:
    """Return how much likelier (log, a coefficient) these steps make the coefficients than no steps at all."""
    off = found - steps * np.round(found / steps)
    near = np.exp(-0.5 * (off / _ROUNDING) ** 2) / (_ROUNDING * np.sqrt(2 * np.pi))
    likelier = np.log((1 - _OTHER) * near * steps + _OTHER)
    # With steps as small as the rounding, multiples are everywhere.
    return float((likelier * (steps > 1))[seen].mean())


def _cosines() -> NDArray[np.float64]:
    number = np.arange(_BLOCK)
    turn = np.cos((2 * number[None, :] + 1) * number[:, None] * np.pi / (2 * _BLOCK)) * np.sqrt(2 / _BLOCK)
    turn[0] /= np.sqrt(2)
    return turn


def as_coarse(image: Image, to: float) -> Image:
    """Return a photograph compressed to a JPEG quality, itself if it was no finer than that."""
    if quality(image) <= to + _ALIKE:
        return image
    done, data = cv2.imencode(".jpg", image.srgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, round(to)])
    if not done:
        raise RuntimeError("The picture could not be compressed.")
    return replace(image, srgb=cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), jpeg_quality=to)
