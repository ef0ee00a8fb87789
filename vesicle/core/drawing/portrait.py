"""A head in profile as a map: one silhouette, and contour lines that follow it inwards and outwards.

The silhouette is a row of points drawn by hand. Every contour is the silhouette made smoother and moved towards (or
away from) an axis through ear and neck, so lines keep their distance like those of a map and never cross.
"""

import math
from functools import cache
from typing import Final

from vesicle.core.drawing.svg import Point

WIDTH: Final = 520.0
HEIGHT: Final = 640.0

# From the chest up over chin, lips, nose and forehead to the crown, down the back of the head to the shoulder.
_SILHOUETTE: Final[tuple[Point, ...]] = (
    (186, 680), (230, 604), (246, 558), (241, 522), (222, 495), (190, 484), (160, 478), (143, 464), (139, 444),
    (147, 424), (148, 411), (138, 401), (133, 391), (143, 380), (129, 370), (130, 358), (141, 347), (139, 335),
    (121, 328), (107, 317), (112, 303), (129, 276), (146, 246), (151, 226), (143, 206), (141, 180), (147, 146),
    (165, 108), (197, 72), (244, 46), (300, 38), (358, 50), (406, 82), (438, 130), (450, 190), (444, 250),
    (424, 306), (402, 356), (392, 410), (396, 470), (414, 530), (452, 580), (510, 614), (580, 640),
)  # fmt: skip
_AXIS: Final = 312.0
_CENTRE: Final = 236.0
_DENSE: Final = 8  # points between two of the silhouette

FEATURES: Final = (
    "M154 197c15-8 31-9 48-1",  # brow
    "M161 231c11 9 26 11 41 3",  # closed lid
    "M163 234l-6 4M169 238l-5 6M177 241l-3 6",  # lashes
    "M143 380c12 4 20 3 29-3",  # mouth
    "M138 327c7-8 17-6 18 5",  # nostril
)


@cache
def silhouette() -> tuple[Point, ...]:
    """Return the silhouette as a dense row of points (a Catmull-Rom curve through those drawn by hand)."""
    points = _SILHOUETTE
    last = len(points) - 1
    dense: list[Point] = []
    for index in range(last):
        four = points[max(index - 1, 0)], points[index], points[index + 1], points[min(index + 2, last)]
        dense += [_between(four, step / _DENSE) for step in range(_DENSE)]
    return (*dense, points[-1])


def _between(four: tuple[Point, Point, Point, Point], share: float) -> Point:
    square, cube = share * share, share**3

    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * square + (3 * b - a - 3 * c + d) * cube)

    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    return axis(ax, bx, cx, dx), axis(ay, by, cy, dy)


@cache
def _smoothed(passes: int) -> tuple[Point, ...]:
    """Return the silhouette after some passes of averaging each point with its neighbours, ends kept."""
    if passes == 0:
        return silhouette()
    points = _smoothed(passes - 12) if passes > 12 else silhouette()
    for _ in range(min(passes, 12)):
        threes = zip(points, points[1:], points[2:], strict=False)
        inner = (((ax + bx + cx) / 3, (ay + by + cy) / 3) for (ax, ay), (bx, by), (cx, cy) in threes)
        points = (points[0], *inner, points[-1])
    return points


def contour(share: float, *, phase: float = 0.0) -> list[Point]:
    """Return one line of the map.

    ``share`` 0 is the silhouette, 1 the axis, negative values lie outside. ``phase`` lets the lines of two portraits
    drift differently; the silhouette itself never changes.
    """
    passes = min(240, 12 * round(abs(share) * (30 if share > 0 else 24)))
    points = []
    for index, (x, y) in enumerate(_smoothed(passes)):
        drift = 5 * min(1.0, abs(share) * 3) * math.sin(index / 26 + phase + share * 4)
        squeeze = 0.4 * (1 - _soft((y - 360) / 280))
        points.append((x + (_AXIS - x) * 0.93 * share + drift, y + (_CENTRE - y) * squeeze * share * 1.5 + drift * 0.6))
    return points


def _soft(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
