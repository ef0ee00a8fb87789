"""A grey card is found where it is held and gives three gains; grey walls, shirts and pockets are no cards."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from skimage import data

from vesicle.skin import measure
from vesicle.skin.colour import calibrate
from vesicle.skin.face import locate
from vesicle.skin.grey import find_grey
from vesicle.skin.image import Image, to_srgb
from vesicle.skin.landmarks import Bytes
from vesicle.skin.trial import recapture
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture

CHEST, JAW = (0.0, 75.0), (122.0, -10.0)
CARD, A5 = (85.0, 54.0), (200.0, 140.0)


@cache
def room() -> Bytes:
    """Return somebody in a dark shirt before a grey wall."""
    wall = cv2.copyMakeBorder(face(Drawing(px_per_mm=4.0)), 0, 700, 480, 480, cv2.BORDER_REPLICATE)
    return _shirt(wall, 45)


def held(
    srgb: Bytes, place: tuple[float, float], size: tuple[float, float], *, grey: float = 0.18, angle: float = 0.0
) -> Bytes:
    """Return a photograph with a plain card: place in mm from the chin, size in mm."""
    seen = locate(Image(srgb))
    middle = seen.points[152, :2] + np.float32(place) * seen.px_per_mm
    corners = cv2.boxPoints((middle.tolist(), tuple(side * seen.px_per_mm for side in size), angle))
    tone = int(to_srgb(np.float32([grey]))[0])
    return cv2.fillConvexPoly(srgb.copy(), np.round(corners * 16).astype(np.int32), (tone,) * 3, cv2.LINE_AA, 4)


@pytest.mark.parametrize(("place", "size"), [(CHEST, CARD), (JAW, CARD), ((0.0, 115.0), A5)])
@pytest.mark.parametrize("how", [Conditions(), Conditions(exposure=0.84, balance=(1.05, 1, 0.95), roll=5, yaw=8)])
def test_a_card_gives_the_gains_that_make_it_grey(
    place: tuple[float, float], size: tuple[float, float], how: Conditions
) -> None:
    taken = Image(capture(held(room(), place, size, angle=7.0), how, seed=1))
    found = calibrate(taken, locate(taken))
    assert found.kind == "grey"
    assert found.residual is None
    assert np.array(found.gains) * how.exposure * np.array(how.balance) == pytest.approx(1.0, abs=0.03)
    assert "18% grey" in found.why


@pytest.mark.parametrize("thumb", [(38.0, 22.0), (44.0, 0.0), (0.0, 28.0)])
def test_the_thumb_that_holds_it_may_cover_a_part(thumb: tuple[float, float]) -> None:
    seen = locate(Image(room()))
    px = seen.px_per_mm
    middle = seen.points[152, :2] + (np.float32(JAW) + np.float32(thumb)) * px
    hand = cv2.ellipse(
        held(room(), JAW, CARD), (middle.tolist(), (14 * px, 22 * px), 0.0), (207, 166, 140), -1, cv2.LINE_AA
    )
    taken = Image(capture(hand, Conditions(), seed=3))
    found = calibrate(taken, locate(taken))
    assert found.kind == "grey"
    assert np.array(found.gains) == pytest.approx(1.0, abs=0.03)


def test_a_card_of_another_grey_is_taken_for_what_the_caller_says() -> None:
    taken = Image(held(room(), CHEST, CARD, grey=0.3))
    found = calibrate(taken, locate(taken), grey=0.3)
    assert found.gains[1] == pytest.approx(1.0, abs=0.02)
    with pytest.raises(ValueError, match="grey card"):
        calibrate(taken, locate(taken), grey=0.9)


def test_the_report_says_by_what_colours_were_calibrated() -> None:
    there = measure(held(room(), CHEST, CARD), regions=["cheek-left"])
    assert there.calibration == "grey"
    assert measure(room(), regions=["cheek-left"]).calibration == "none"


def test_the_card_with_patches_wins() -> None:
    both = held(recapture.card(room()), JAW, CARD)
    image = Image(both)
    assert find_grey(image, locate(image)) is not None
    assert calibrate(image, locate(image)).kind == "card"


def _shirt(srgb: Bytes, grey: int) -> Bytes:
    worn = srgb.copy()
    rows, columns = worn.shape[:2]
    outline = np.array([(0.35, 0.55), (0.65, 0.55), (0.9, 0.65), (0.9, 1.01), (0.1, 1.01), (0.1, 0.65)])
    return cv2.fillConvexPoly(worn, np.round(outline * (columns, rows)).astype(np.int32), (grey,) * 3, cv2.LINE_AA)


def _wall(srgb: Bytes, grey: int) -> Bytes:
    stands = srgb.copy()
    stands[:, : stands.shape[1] // 4] = grey
    stands[:, -stands.shape[1] // 4 :] = grey
    return stands


@pytest.mark.parametrize("grey", [95, 118, 150])
@pytest.mark.parametrize("drawn", [_shirt, _wall])
def test_clothes_and_walls_are_no_card(drawn: object, grey: int) -> None:
    assert callable(drawn)
    image = Image(drawn(room(), grey))
    assert find_grey(image, locate(image)) is None


def test_two_that_could_be_it_are_none() -> None:
    image = Image(held(held(room(), JAW, CARD), CHEST, CARD, grey=0.25))
    assert find_grey(image, locate(image)) is None


@pytest.mark.parametrize(("size", "grey"), [((20.0, 30.0), 0.18), ((85.0, 20.0), 0.18), (CARD, 0.02), (CARD, 0.8)])
def test_what_is_too_small_too_long_too_dark_or_too_light_is_no_card(size: tuple[float, float], grey: float) -> None:
    image = Image(held(room(), JAW, size, grey=grey))
    assert find_grey(image, locate(image)) is None


def test_woven_and_coloured_rectangles_are_no_card() -> None:
    card = held(room(), JAW, CARD)
    where = (card != room()).any(axis=2)
    woven = card.copy()
    stripes = (np.arange(card.shape[0])[:, None] // 6 + np.arange(card.shape[1])[None, :] // 6) % 2 * 10
    woven[where] = card[where] + stripes[where][:, None].astype(np.uint8)
    blue = card.copy()
    blue[where] = (100, 118, 150)
    for wrong in (woven, blue):
        assert find_grey(Image(wrong), locate(Image(wrong))) is None


def test_a_photograph_without_a_card_has_none() -> None:
    for picture in (room(), face(Drawing(px_per_mm=4.0)), data.astronaut()):
        image = Image(np.ascontiguousarray(picture))
        assert find_grey(image, locate(image)) is None


def test_without_a_card_colours_are_held_against_untreated_skin_of_the_same_photo() -> None:
    lights = Conditions(exposure=0.85, balance=(1.06, 1.0, 0.94)), Conditions()
    reports = [measure(capture(room(), light, seed=4), regions=["cheek-left"]) for light in lights]
    for name, light in (("ita", 5.0), ("erythema", 1.5), ("radiance_lightness", 3.0)):
        first, second = (report.measures["cheek-left"][name] for report in reports)
        assert abs(first.value - second.value) > light
        assert first.extra["relative"] == pytest.approx(second.extra["relative"], abs=light / 3)
    assert "untreated skin of the same photo" in reports[0].colours
    assert "relative" not in measure(held(room(), CHEST, CARD)).measures["cheek-left"]["melanin"].extra
