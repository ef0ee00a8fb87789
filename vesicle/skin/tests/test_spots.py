"""Spots at two visits, on drawn patches of skin: what faded is found, what is no spot moves nothing."""

import cv2
import numpy as np
import pytest

from vesicle.skin.frame import COARSE
from vesicle.skin.measures import METHODS
from vesicle.skin.measures.pigments import BLOOD, MELANIN
from vesicle.skin.paired import darkest, differ
from vesicle.skin.tests.test_measures import DARK_SKIN, FIVE, SKIN, grid, patch, spots, value

METHOD = METHODS["spots"]
NOISE = 0.01


def noise(chance, amount=NOISE):
    """Grain of a photograph, in optical density: blurred by a pixel, and worst in blue."""
    grain = chance.standard_normal((*grid(COARSE)[0].shape, 3)) * np.array([1.0, 1.0, 1.8])
    return amount * 2 * cv2.GaussianBlur(grain, (0, 0), 0.8)


def change(before, after):
    """The change of spots between two densities (rows x columns x 3), as ``compare`` takes it."""
    first, second = (patch(one, COARSE) for one in (before, after))
    chosen = METHOD.at(patch((np.asarray(before) + np.asarray(after)) / 2, COARSE))
    one, two = chosen(first), chosen(second)
    mask = np.zeros(one.shape, bool)
    mask[16:-16, 16:-16] = True
    weight = darkest(one, two)
    return differ(one, two, mask, METHOD.value, COARSE, shared=0.0, softer=one, least=0.0, weight=weight)


@pytest.mark.parametrize("tone", [SKIN, DARK_SKIN])
def test_spots_that_fade_by_a_tenth_are_caught(tone):
    chance = np.random.default_rng(3)
    drawn = [np.array(tone) + spots(FIVE, amount=amount) + noise(chance) for amount in (0.15, 0.135)]
    found = change(*drawn)
    assert found.change / found.before == pytest.approx(-0.11, abs=0.025)
    assert abs(found.change) > found.quantile * found.error


def test_a_spot_that_went_away_counts_as_gone():
    whole, fewer = (np.array(SKIN) + spots(FIVE[:number]) for number in (5, 4))
    found = change(whole, fewer)
    assert -0.25 < found.change / found.before < -0.08


def test_regression_to_the_mean_is_no_improvement():
    chance = np.random.default_rng(4)
    bare = np.array(SKIN) + spots(FIVE, amount=0.08)
    changes = []
    for before, after in [(NOISE, NOISE / 2), (NOISE / 2, NOISE), (NOISE, NOISE)] * 6:
        found = change(bare + noise(chance, before), bare + noise(chance, after))
        changes.append(found.change / found.before)
    assert np.abs(np.reshape(changes, (6, 3)).mean(axis=0)).max() < 0.04
    assert abs(np.mean(changes)) < 0.02


@pytest.mark.parametrize("angle", [0, 11, 30, 45, 75, 120])
@pytest.mark.parametrize("width", [0.2, 0.4, 1.0])
def test_neither_lines_nor_folds_are_spots(angle, width):
    x, y = grid(COARSE)
    away = y * np.cos(np.radians(angle)) - x * np.sin(np.radians(angle))
    line = (0.1 * np.exp(-(away**2) / (2 * width**2)))[..., None]
    one_spot = value("spots", np.array(SKIN) + spots([(0, 0)]))
    assert value("spots", np.array(SKIN) + line) < 0.06 * one_spot


def test_lines_that_fade_beside_spots_leave_them_alone():
    _, y = grid(COARSE)
    lines = (0.03 * np.exp(-((y % 7.5 - 3.5) ** 2) / (2 * 0.3**2)))[..., None]
    marked = np.array(SKIN) + spots(FIVE)
    found = change(marked + lines, marked + 0.7 * lines)
    assert found.change / found.before == pytest.approx(0, abs=0.025)


def test_red_spots_are_no_pigment():
    red = spots(FIVE) @ np.linalg.pinv(np.array(MELANIN)[None]) * np.array(BLOOD)
    assert value("spots", np.array(SKIN) + red) < 0.02 * value("spots", np.array(SKIN) + spots(FIVE))
    flushed = np.array(SKIN) + spots(FIVE) + 0.05 * np.array(BLOOD)
    found = change(np.array(SKIN) + spots(FIVE), flushed)
    assert found.change / found.before == pytest.approx(0, abs=0.005)
