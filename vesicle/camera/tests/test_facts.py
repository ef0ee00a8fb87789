"""Camera facts are plain values or None, whatever a file claims."""

import io
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image as Pillow

from vesicle import skin
from vesicle.camera import Camera, camera_of, tags_of

NOON = "2026:03:04 12:00:00"


def test_facts_survive_the_one_door() -> None:
    exif = Pillow.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Phone 3"
    inner = exif.get_ifd(0x8769)
    inner.update({0x829A: 0.01, 0x829D: 1.8, 0x8827: 64, 0x9209: 9, 0xA403: 1, 0x920A: 6.9, 0xA405: 52})
    inner[0x9003] = "2026:03:04 09:08:07"
    out = io.BytesIO()
    Pillow.fromarray(np.zeros((300, 300, 3), np.uint8)).save(out, "JPEG", exif=exif)
    camera = skin.as_image(out.getvalue()).camera
    assert (camera.make, camera.model, camera.iso, camera.flash) == ("Maker", "Phone 3", 64, True)
    assert (camera.f_number, camera.exposure_s, camera.focal_length_35mm) == pytest.approx((1.8, 0.01, 52))
    assert camera.white_balance == "manual"
    assert camera.taken_at == datetime(2026, 3, 4, 9, 8, 7)  # noqa: DTZ001  (a camera names no zone)
    assert camera_of(tags_of(Pillow.open(out))) == camera


@pytest.mark.parametrize("value", [None, "", b"\xff\xfe", "yesterday", (), float("nan"), 10**400, object()])
def test_nonsense_is_unknown(value: object) -> None:
    tags = (0x829A, 0x829D, 0x8827, 0x9204, 0x9209, 0xA403, 0xA404, 0x920A, 0xA405, 0x9003, 0x9011)
    assert camera_of(dict.fromkeys(tags, value)) == Camera()


@pytest.mark.parametrize(
    ("offset", "kept"),
    [
        (None, "2026-03-04T12:00:00"),
        ("-08:00", "2026-03-04T12:00:00-08:00"),
        ("somewhere", "2026-03-04T12:00:00"),
    ],
)
def test_the_camera_s_time_is_kept_as_far_as_it_is_known(offset: object, kept: str) -> None:
    assert camera_of({0x9003: NOON, 0x9011: offset}).said() == {"taken_at": kept}


def test_what_is_said_goes_into_a_record_and_the_rest_is_left_out() -> None:
    said = camera_of({0x010F: b"Maker\0", 0x9204: -0.5, 0x9209: 0, 0xA403: 7, 0x9003: NOON, 0x9011: "+00:00"}).said()
    assert json.loads(json.dumps(said)) == {
        "make": "Maker",
        "exposure_bias_ev": -0.5,
        "flash": False,
        "taken_at": datetime(2026, 3, 4, 12, tzinfo=UTC).isoformat(),
    }
