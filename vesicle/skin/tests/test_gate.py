"""The gate on drawn faces: ordinary captures pass, each way to spoil one is called by its name."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from vesicle import skin
from vesicle.skin.face import locate
from vesicle.skin.gate import Pose
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Bytes
from vesicle.skin.trial import recapture
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture, ordinary, spoiled

TONES = {"light": 0.0, "dark": 0.6}
NAMES = {
    "defocus": "blurred", "motion": "motion", "under": "too-dark", "over": "over-exposed",
    "one-sided": "one-sided-light", "top-light": "top-light", "colour-cast": "colour-cast", "roll": "tilted",
    "compressed": "compressed",
}  # fmt: skip


@cache
def person(tone: str, *, card: bool = False, smile: float = 0.0) -> Bytes:
    drawn = face(Drawing(px_per_mm=4.0, melanin=TONES[tone], smile=smile))
    # Space around the head, as a photograph has.
    drawn = cv2.copyMakeBorder(drawn, 60, 60, 160, 160, cv2.BORDER_REPLICATE)
    return recapture.card(drawn) if card else drawn


def codes(source: Bytes | bytes, **how: object) -> set[str]:
    return {problem.code for problem in skin.check(source, **how).problems}  # type: ignore[arg-type]


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("card", [False, True])
def test_ordinary_captures_are_accepted(tone: str, card: bool) -> None:
    for seed in (1, 2):
        shot = capture(person(tone, card=card), ordinary(np.random.default_rng(seed)), seed=seed)
        quality = skin.check(shot)
        assert quality.accepted, quality.problems


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("reason", NAMES)
def test_a_spoiled_capture_is_refused_by_name(tone: str, reason: str) -> None:
    how = spoiled(reason, np.random.default_rng(5))
    assert NAMES[reason] in codes(capture(person(tone), how, seed=5))


@pytest.mark.parametrize("tone", TONES)
def test_with_a_card_a_turned_one_is_seen(tone: str) -> None:
    how = spoiled("yaw", np.random.default_rng(5))
    assert "turned" in codes(capture(person(tone, card=True), how, seed=5))


@pytest.mark.parametrize("tone", TONES)
def test_a_smile_is_seen(tone: str) -> None:
    assert "smiling" in codes(person(tone, smile=1.0))
    assert "smiling" in codes(person(tone, smile=0.6))
    assert "smiling" in codes(person(tone, smile=0.4), reference=person(tone))
    assert "smiling" not in codes(person(tone), reference=person(tone))


def test_a_picture_turned_as_a_plane_is_seen_against_the_last_photo() -> None:
    light = person("light")
    for turn in (-20.0, 20.0):
        assert "turned" in codes(capture(light, Conditions(yaw=turn), seed=3), reference=light)
    assert "turned" not in codes(capture(light, Conditions(yaw=4.0, pitch=3.0, roll=4.0), seed=3), reference=light)


def test_what_is_in_focus_at_twelve_pixels_a_millimetre_passes() -> None:
    fine = cv2.resize(person("light"), None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    quality = skin.check(fine)
    assert quality.facts["px_per_mm"] > 11
    assert quality.accepted, quality.problems
    assert "blurred" in codes(cv2.GaussianBlur(fine, (0, 0), 6))


def test_the_cause_is_named_first() -> None:
    light = person("light")
    lamp = capture(light, Conditions(exposure=1.8, side_light=0.5), seed=2)
    assert [problem.code for problem in skin.check(lamp).problems][:2] == ["one-sided-light", "over-exposed"]


def test_a_face_that_the_picture_cuts_off_is_too_close_and_not_missing() -> None:
    light = person("light")
    points = locate(Image(light)).points[:, :2]
    (left, top), (right, bottom) = points.min(0).astype(int), points.max(0).astype(int)
    inside = light[top + 100 : bottom - 60, left + 60 : right - 60].copy()
    assert codes(inside) == {"too-close"}


@pytest.mark.parametrize("view", ["left", "right", "close-up"])
def test_a_view_without_a_face_is_refused_in_its_own_words(view: str) -> None:
    bare = np.random.default_rng(1).normal(150, 6, (400, 400, 3)).astype(np.uint8)
    (problem,) = skin.check(bare, view=view).problems
    assert problem.code == "no-face"
    assert ("profile" if view != "close-up" else "close-up") in problem.sentence
    assert problem.advice


def test_a_black_and_white_photograph_is_named_so() -> None:
    grey = cv2.cvtColor(cv2.cvtColor(person("light"), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    (problem,) = skin.check(grey).problems
    assert "black and white" in problem.sentence


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("colour", [(120, 170, 200), (230, 230, 230), (30, 30, 34)])
def test_a_mask_is_seen(tone: str, colour: tuple[int, int, int]) -> None:
    worn = person(tone).copy()
    points = locate(Image(worn)).points[[234, 132, 172, 150, 152, 379, 397, 361, 454, 195], :2]
    cv2.fillPoly(worn, [cv2.convexHull(np.round(points).astype(np.int32))], colour)
    assert codes(worn) & {"covered", "no-face"}


def test_a_face_that_fills_the_picture_is_too_close() -> None:
    light = person("light")
    low, high = locate(Image(light)).points[:, :2].min(0), locate(Image(light)).points[:, :2].max(0)
    (left, top), (right, bottom) = low.astype(int) - 20, high.astype(int) + 20
    assert "too-close" in codes(light[top:bottom, left:right].copy())


def test_a_close_up_is_judged_by_light_and_sharpness_alone() -> None:
    assert skin.check(person("light", smile=1.0), view="close-up").accepted
    dark = capture(person("light"), Conditions(exposure=0.15), seed=1)
    assert "too-dark" in codes(dark, view="close-up")


def test_pose_is_held_against_the_last_photo() -> None:
    now = skin.check(person("light"))
    assert isinstance(now.pose, Pose)
    quality = skin.check(person("light"), reference=replace(now.pose, yaw=now.pose.yaw + 14))
    assert [problem.sentence for problem in quality.problems] == ["The head is turned 14° from the last photo."]


def test_a_view_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="There is no view"):
        skin.check(person("light"), view="back")


def test_the_answer_is_plain_values() -> None:
    answer = skin.check(person("light")).as_dict()
    assert answer["accepted"] is True
    assert {"px_per_mm", "yaw", "pitch", "roll", "sharpness"} <= answer["facts"].keys()
    assert all(isinstance(value, float) for value in answer["facts"].values())
