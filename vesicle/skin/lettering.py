"""Words, legends and scale bars in pictures."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from vesicle.skin.landmarks import Bytes

BAR_PX = 8
"""Distance of hatching lines, pixels."""
_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.5
_LINE, _MARGIN, _SWATCH = 24, 10, 14
# OpenCV's letters are ASCII.
_PLAIN = {"°": " deg", "²": "2", "–": "-", "’": "'"}


def plain(text: str) -> str:
    """Return a text in letters OpenCV can draw."""
    for mark, instead in _PLAIN.items():
        text = text.replace(mark, instead)
    return text


def label(picture: Bytes, text: str, middle: tuple[int, int]) -> None:
    """Write a text around a point of a picture, readable on any skin."""
    text = plain(text)
    (width, height), _ = cv2.getTextSize(text, _FONT, _SIZE, 1)
    at = (middle[0] - width // 2, middle[1] + height // 2)
    cv2.putText(picture, text, at, _FONT, _SIZE, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(picture, text, at, _FONT, _SIZE, (255, 255, 255), 1, cv2.LINE_AA)


def bar(picture: Bytes, length_px: float, text: str) -> None:
    """Draw a scale bar into a picture's lower left corner."""
    rows = picture.shape[0]
    start, end = (_MARGIN, rows - _MARGIN), (_MARGIN + round(length_px), rows - _MARGIN)
    cv2.line(picture, start, end, (0, 0, 0), 4)
    cv2.line(picture, start, end, (255, 255, 255), 2)
    label(picture, text, ((start[0] + end[0]) // 2 + 6, rows - _MARGIN - 12))


def stacked(picture: Bytes, title: str, legend: Sequence[tuple[tuple[int, int, int] | None, str]]) -> Bytes:
    """Return a picture with its title above and its legend below; a colour of ``None`` is drawn as hatching."""
    columns = picture.shape[1]
    above = np.full((_LINE + _MARGIN, columns, 3), 255, np.uint8)
    cv2.putText(above, plain(title), (_MARGIN, _LINE), _FONT, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
    below = np.full((_MARGIN + _LINE * len(legend), columns, 3), 255, np.uint8)
    for index, (colour, text) in enumerate(legend):
        top = _MARGIN // 2 + _LINE * index
        corner, opposite = (_MARGIN, top + 2), (_MARGIN + _SWATCH, top + 2 + _SWATCH)
        if colour is None:
            for step in range(0, 2 * _SWATCH, 4):
                low = (_MARGIN + max(0, step - _SWATCH), top + 2 + min(step, _SWATCH))
                high = (_MARGIN + min(step, _SWATCH), top + 2 + max(0, step - _SWATCH))
                cv2.line(below, low, high, (130, 130, 130), 1)
        else:
            cv2.rectangle(below, corner, opposite, colour, -1)
        cv2.rectangle(below, corner, opposite, (60, 60, 60), 1)
        at = (_MARGIN * 2 + _SWATCH, top + _SWATCH)
        cv2.putText(below, plain(text), at, _FONT, _SIZE, (0, 0, 0), 1, cv2.LINE_AA)
    return np.concatenate([above, picture, below])
