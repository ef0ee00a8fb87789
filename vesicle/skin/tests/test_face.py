"""A face is found where it is, and its regions lie in millimetres."""

import cv2
import numpy as np
import pytest

from vesicle.skin.errors import Refused
from vesicle.skin.face import locate
from vesicle.skin.frame import face_frame
from vesicle.skin.image import as_image
from vesicle.skin.landmarks import mirror
from vesicle.skin.regions import REGIONS
from vesicle.skin.trial.drawn import Drawing, face


@pytest.fixture(scope="module")
def picture():
    return as_image(face(Drawing(px_per_mm=4)))


def test_the_eyes_give_the_scale(picture):
    assert locate(picture).px_per_mm == pytest.approx(4, rel=0.03)


def test_a_drawn_face_looks_straight_ahead(picture):
    found = locate(picture)
    assert abs(found.roll) < 1
    assert abs(found.yaw) < 2


@pytest.mark.parametrize("melanin", [0.0, 0.3, 0.6, 0.9])
def test_skin_of_every_tone_is_found(melanin):
    assert locate(as_image(face(Drawing(px_per_mm=3, melanin=melanin)))).score > 0.7


def test_a_picture_without_a_face_is_refused():
    with pytest.raises(Refused) as refused:
        locate(as_image(np.full((400, 400, 3), 128, np.uint8)))
    assert refused.value.code == "no-face"


def test_turning_the_picture_changes_nothing_in_the_frame(picture):
    rows, columns = picture.srgb.shape[:2]
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), 30, 0.8)
    turned = as_image(cv2.warpAffine(picture.srgb, turn, (columns, rows), borderMode=cv2.BORDER_REPLICATE))
    assert locate(turned).roll == pytest.approx(-30, abs=2)
    straight, back = (face_frame(one, locate(one), px_per_mm=4) for one in (picture, turned))
    for region in REGIONS:
        assert straight.region(region).sum() == pytest.approx(back.region(region).sum(), rel=0.15)


def test_opposite_points_are_opposite():
    order = mirror()
    assert (order[order] == np.arange(468)).all()
    assert order[33] == 263


def test_every_region_has_skin(picture):
    frame = face_frame(picture, locate(picture), px_per_mm=4)
    for region in REGIONS:
        assert frame.region(region).sum() > 4**2 * 40, region
