"""Glasses with a frame are named; brows, creases, fringes and one dark line across the nose are no glasses."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from skimage import data

from vesicle.skin import check
from vesicle.skin.face import eye_centres, locate
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Bytes
from vesicle.skin.trial.drawn import Drawing, face

BLACK, HORN, STEEL = (25, 22, 20), (60, 35, 20), (80, 80, 85)


@cache
def bare(melanin: float = 0.0) -> Bytes:
    return face(Drawing(px_per_mm=4.0, melanin=melanin))


def with_glasses(srgb: Bytes, *, mm: float, colour: tuple[int, int, int], bar: bool = True, rims: bool = True) -> Bytes:
    """Return a photograph with drawn glasses whose frame is ``mm`` thick."""
    seen = locate(Image(srgb))
    px, eyes = seen.px_per_mm, eye_centres(seen.points)
    worn, thick = srgb.copy(), max(1, round(mm * px))
    for x, y in eyes if rims else ():
        middle = round(float(x) * 16), round(float(y + 3 * px) * 16)
        axes = round(24 * px * 16), round(20 * px * 16)
        cv2.ellipse(worn, middle, axes, 0, 0, 360, colour, thick, cv2.LINE_AA, 4)
    if bar:
        left, right = eyes + np.array([[24, -1], [-24, -1]], np.float32) * px
        cv2.line(worn, np.round(left).astype(int).tolist(), np.round(right).astype(int).tolist(), colour, thick)
    return worn


def codes(srgb: Bytes) -> set[str]:
    return {problem.code for problem in check(srgb).problems}


@pytest.mark.parametrize("melanin", [0.0, 0.8])
@pytest.mark.parametrize(("mm", "colour"), [(3.0, BLACK), (5.0, HORN), (1.2, BLACK), (2.0, STEEL)])
def test_a_frame_is_seen(melanin: float, mm: float, colour: tuple[int, int, int]) -> None:
    assert "glasses" in codes(with_glasses(bare(melanin), mm=mm, colour=colour))


@pytest.mark.parametrize("lines", [0.1, 0.5])
@pytest.mark.parametrize("melanin", [0.0, 0.8])
def test_a_bare_face_wears_none(lines: float, melanin: float) -> None:
    assert "glasses" not in codes(face(Drawing(px_per_mm=4.0, lines=lines, spots=0.4, melanin=melanin)))


def test_a_photograph_of_somebody_without_glasses_is_not_refused_for_them() -> None:
    assert "glasses" not in codes(data.astronaut())


def test_neither_a_line_across_the_nose_nor_rings_below_the_eyes_are_enough() -> None:
    assert "glasses" not in codes(with_glasses(bare(), mm=3.0, colour=BLACK, rims=False))
    assert "glasses" not in codes(with_glasses(bare(), mm=3.0, colour=BLACK, bar=False))
