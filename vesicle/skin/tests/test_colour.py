"""The card is found where it is, and nothing else is taken for it; colours come back to what they were."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from vesicle.skin.card import PATCHES, find_card
from vesicle.skin.colour import calibrate
from vesicle.skin.face import locate
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Bytes
from vesicle.skin.trial import recapture
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture


@cache
def with_card() -> Bytes:
    return recapture.card(cv2.copyMakeBorder(face(Drawing(px_per_mm=4.0)), 0, 80, 120, 120, cv2.BORDER_REPLICATE))


@pytest.mark.parametrize("roll", [-20.0, 0.0, 12.0])
@pytest.mark.parametrize("yaw", [0.0, 20.0])
def test_a_tilted_card_is_read(roll: float, yaw: float) -> None:
    image = Image(capture(with_card(), Conditions(roll=roll, yaw=yaw), seed=1))
    card = find_card(image, locate(image))
    assert card is not None
    assert card.usable.sum() >= 22
    truth = to_linear(PATCHES)
    assert np.abs(card.linear - truth)[card.usable].max() < 0.04


def test_a_photograph_without_a_card_has_none() -> None:
    plain = Image(face(Drawing(px_per_mm=4.0)))
    found = calibrate(plain, locate(plain))
    assert found.kind == "none"
    assert found.residual is None
    assert np.array_equal(found.apply(plain.linear), plain.linear)


def test_a_chessboard_of_other_colours_is_no_card() -> None:
    wrong = with_card().copy()
    here = Image(wrong)
    card = find_card(here, locate(here))
    assert card is not None
    side = round(card.patch_px * 0.42)
    for (x, y), colour in zip(card.centres, np.roll(PATCHES, 11, axis=0), strict=True):
        colour_of = tuple(int(v) for v in colour)
        cv2.rectangle(wrong, (round(x) - side, round(y) - side), (round(x) + side, round(y) + side), colour_of, -1)
    other = Image(wrong)
    assert calibrate(other, locate(other)).kind == "none"


@pytest.mark.parametrize("balance", [(1.0, 1.0, 1.0), (1.2, 1.0, 0.8), (0.85, 1.0, 1.15)])
@pytest.mark.parametrize("exposure", [0.7, 1.0])
def test_exposure_and_white_balance_are_undone(balance: tuple[float, float, float], exposure: float) -> None:
    taken = Image(capture(with_card(), Conditions(balance=balance, exposure=exposure), seed=2))
    calibration = calibrate(taken, locate(taken))
    assert calibration.kind == "card"
    assert calibration.residual is not None
    assert calibration.residual < 1.5
    cheek = np.s_[500:540, 340:380]
    before = np.median(to_linear(with_card()[cheek]).reshape(-1, 3), axis=0)
    after = np.median(calibration.apply(taken.linear[cheek]).reshape(-1, 3), axis=0)
    assert np.abs(np.log10(after / before)).max() < 0.018


def test_light_that_falls_off_downwards_is_undone_at_the_cheeks() -> None:
    taken = Image(capture(with_card(), Conditions(top_light=0.1), seed=3))
    found = locate(taken)
    calibration = calibrate(taken, found)
    assert calibration.slope[1] < 0
    where = np.s_[540:580, 340:380]
    before = np.median(to_linear(with_card()[where]))
    assert np.median(taken.linear[where]) / before > 1.01
    assert np.median(calibration.apply(taken.linear)[where]) / before == pytest.approx(1, abs=0.02)
