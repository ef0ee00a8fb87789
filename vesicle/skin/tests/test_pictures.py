"""Pictures show what was counted and say what their colours mean."""

import numpy as np
import pytest

from vesicle.skin import pictures
from vesicle.skin.measuring import measure
from vesicle.skin.registration import register
from vesicle.skin.trial import effects
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture

PX = 5.0


@pytest.fixture(scope="module")
def pair():
    skin = effects.scene(face(Drawing(px_per_mm=PX)))
    redder = effects.with_redness(skin, 0.08, effects.where(skin, ("cheek-left",)))
    before, after = capture(skin.srgb, Conditions(), seed=1), capture(redder, Conditions(roll=2), seed=2)
    return before, after, register(before, after)


def share(picture, colour):
    away = np.abs(picture.astype(int) - np.array(colour)).sum(axis=2)
    return (away < 90).mean(axis=0)


def test_an_overlay_outlines_what_was_counted(pair):
    drawn = pictures.overlay(pair[0], measure(pair[0], refused_too=True), "wrinkles")
    assert drawn.dtype == np.uint8
    assert drawn.ndim == 3
    assert share(drawn[:-60], pictures.COUNTED).sum() > 0


def test_colour_is_of_all_skin_and_outlines_nothing(pair):
    drawn = pictures.overlay(pair[0], measure(pair[0], refused_too=True), "erythema")
    assert (drawn != np.array(pictures.COUNTED)).any(axis=2).all()


def test_both_visits_are_shown_at_one_zoom(pair):
    drawn = pictures.side_by_side(*pair)
    half = (drawn.shape[1] - 8) // 2
    left, right = drawn[40:-60, :half].astype(float), drawn[40:-60, half + 8 :].astype(float)
    assert np.corrcoef(left.ravel(), right.ravel())[0, 1] > 0.98


def test_a_map_colours_the_cheek_that_changed(pair):
    drawn = pictures.change_map(*pair, "erythema")
    face_only = drawn[40:-90]
    more = np.abs(face_only.astype(int) - np.array(pictures.MORE)).sum(axis=2) < 150
    columns = np.nonzero(more)[1]
    # The person's left is the picture's right.
    assert (columns > face_only.shape[1] / 2).mean() > 0.8


def test_nothing_is_coloured_when_all_is_noise(pair):
    quiet = pictures.change_map(*pair, "erythema", sdc=1e6)[40:-90]
    assert (np.ptp(quiet.astype(int), axis=2) < 12).all()


def test_a_measure_there_is_not_is_an_error(pair):
    with pytest.raises(KeyError):
        pictures.change_map(*pair, "happiness")
