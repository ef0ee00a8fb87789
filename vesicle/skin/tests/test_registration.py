"""The same skin is found again where it is known to have gone."""

import cv2
import numpy as np
import pytest

from vesicle.skin.errors import Refused
from vesicle.skin.face import locate
from vesicle.skin.image import as_image, to_linear, to_srgb
from vesicle.skin.registration import register
from vesicle.skin.trial import effects
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture, ordinary, warp_of

PX = 4.0


@pytest.fixture(scope="module")
def before():
    return face(Drawing(px_per_mm=PX))


@pytest.fixture(scope="module")
def on_skin(before):
    scene = effects.scene(before)
    rows, columns = np.nonzero(effects.where(scene, soft_mm=0.5) > 0.9)
    chosen = np.random.default_rng(0).choice(len(rows), 3000, replace=False)
    return np.stack([columns[chosen], rows[chosen]], axis=1).astype(np.float64)


def missed(found, truth):
    return np.linalg.norm(found - truth, axis=1) / PX


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_capture_taken_again_is_found_within_a_twentieth_of_a_millimetre(before, on_skin, seed):
    how = ordinary(np.random.default_rng(seed))
    registration = register(before, capture(before, how, seed=seed))
    error = missed(registration.points(on_skin), cv2.perspectiveTransform(on_skin[None], warp_of(before, how))[0])
    assert error.mean() < 0.05
    assert np.percentile(error, 95) < 0.1
    assert registration.residual_mm < 0.05
    assert registration.likeness > 0.9


def test_skin_that_moved_by_itself_is_found(before, on_skin):
    rows, columns = before.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)), axis=-1)
    wave = 0.4 * PX * np.sin(grid / (12 * PX))[..., ::-1]
    # after(q) = before(q + wave(q)), so the truth is the inverse of the wave.
    moved = to_srgb(cv2.remap(to_linear(before), grid + wave, None, cv2.INTER_CUBIC))
    back = -wave
    for _ in range(5):
        back = -cv2.remap(wave, grid + back, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    truth = on_skin + back[on_skin[:, 1].astype(int), on_skin[:, 0].astype(int)]
    error = missed(register(before, moved).points(on_skin), truth)
    assert error.mean() < 0.05
    assert np.percentile(error, 95) < 0.1


def test_another_light_moves_nothing(before, on_skin):
    lit = capture(before, Conditions(exposure=0.8, balance=(1.06, 1.0, 0.93), side_light=0.15), seed=1)
    assert missed(register(before, lit).points(on_skin), on_skin).mean() < 0.03


def test_darker_skin_and_paler_lines_move_nothing(before, on_skin):
    changed = face(Drawing(px_per_mm=PX, melanin=0.1, lines=0.06, spots=0.08))
    assert missed(register(before, changed).points(on_skin), on_skin).mean() < 0.05


def test_the_second_photograph_is_drawn_over_the_first(before):
    how = Conditions(roll=4, shift=(20, -10), scale=0.95)
    after = capture(before, how, seed=1)
    registration = register(before, after)
    warped = registration.warp(after, px_per_mm=PX)
    same = register(before, before).warp(before, px_per_mm=PX)
    assert warped.shape == same.shape
    inside = cv2.resize(registration.valid.astype(np.uint8), warped.shape[::-1]) > 0
    assert np.abs(warped.linear - same.linear)[inside].mean() < 0.006


def test_going_there_and_back_returns(before, on_skin):
    after = capture(before, ordinary(np.random.default_rng(4)), seed=4)
    there = register(before, after).points(on_skin)
    assert missed(register(after, before).points(there), on_skin).mean() < 0.05


def test_another_face_is_not_alike(before):
    astronaut = pytest.importorskip("skimage.data").astronaut()
    assert register(before, astronaut).likeness < 0.5


def test_a_picture_without_a_face_is_refused(before):
    with pytest.raises(Refused):
        register(before, np.full((400, 400, 3), 128, np.uint8))


def test_the_face_is_found_in_both(before):
    assert register(before, before).native_px_per_mm == (locate(as_image(before)).px_per_mm,) * 2
