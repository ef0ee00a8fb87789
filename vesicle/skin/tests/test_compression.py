"""How coarsely a photograph was compressed is read from its pixels."""

import cv2
import numpy as np
import pytest

from vesicle.skin.compression import UNCOMPRESSED, as_coarse, quality
from vesicle.skin.image import Image, as_image


@pytest.fixture(scope="module")
def picture():
    noise = np.random.default_rng(1).normal(0, 60, (400, 400, 3)).astype(np.float32)
    return np.clip(150 + cv2.GaussianBlur(noise, (0, 0), 1.5), 0, 255).astype(np.uint8)


def jpeg(picture, of):
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, of])[1].tobytes()


@pytest.mark.parametrize("of", [60, 80, 88, 93])
def test_files_and_bare_pixels_say_the_same(picture, of):
    file = as_image(jpeg(picture, of))
    assert quality(file) == pytest.approx(of, abs=1)
    assert quality(Image(file.srgb)) == pytest.approx(of, abs=1)


def test_what_was_never_compressed_says_nothing(picture):
    assert quality(Image(picture)) == UNCOMPRESSED
    assert quality(Image(np.full((300, 300, 3), 120, np.uint8))) == UNCOMPRESSED


def test_a_finer_photograph_is_made_as_coarse_and_no_other(picture):
    fine, coarse = as_image(jpeg(picture, 95)), as_image(jpeg(picture, 70))
    assert quality(Image(as_coarse(fine, 70).srgb)) == pytest.approx(70, abs=1)
    assert as_coarse(coarse, 70) is coarse
    assert as_coarse(coarse, 95) is coarse
