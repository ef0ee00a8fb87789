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
    assert "smiling" in codes(person(tone, smile=0.6), reference=person(tone))
    assert "smiling" not in codes(person(tone), reference=person(tone))


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
