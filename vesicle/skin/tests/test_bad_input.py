"""Everything people send that is no upright 8-bit photograph of one face: a clear refusal or a correct result."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pillow_heif
import pytest
import skimage.data
from PIL import Image as Pillow
from PIL import ImageCms

from vesicle import skin
from vesicle.skin.colour import Calibration
from vesicle.skin.face import locate
from vesicle.skin.gate import mirrored
from vesicle.skin.gate.look import look
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Bytes
from vesicle.skin.trial.drawn import Drawing, face


@cache
def portrait() -> Bytes:
    return face(Drawing(px_per_mm=4.0))


def saved(picture: Pillow.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def codes(source: object, **how: object) -> set[str]:
    return {problem.code for problem in skin.check(source, **how).problems}  # type: ignore[arg-type]


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (saved(Pillow.new("RGB", (1, 1)), "PNG"), "too-small"),
        (np.zeros((1, 1, 3), np.uint8), "too-small"),
        (b"", "not-a-picture"),
        (b"no picture at all", "not-a-picture"),
        (np.zeros((300, 300), np.uint8), "not-rgb"),
        (np.zeros((300, 300, 3), np.float32), "not-rgb"),
        ("/nowhere/photo.jpg", "not-found"),
    ],
)
def test_the_gate_says_why_a_file_is_no_photograph(source: object, code: str) -> None:
    quality = skin.check(source)  # type: ignore[arg-type]
    assert not quality.accepted
    assert [problem.code for problem in quality.problems] == [code]
    assert quality.problems[0].sentence.endswith(".")


def test_two_hundred_megapixels_are_refused_before_they_take_memory() -> None:
    bomb = png_header(20_000, 10_000)
    tracemalloc.start()
    assert codes(bomb) == {"too-many-pixels"}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_truncated_file_is_refused(kind: str) -> None:
    whole = saved(Pillow.fromarray(portrait()), kind)
    with pytest.raises(skin.Refused) as refused:
        skin.as_image(whole[: len(whole) // 2])
    assert refused.value.code in ("damaged", "not-a-picture")


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    frames = [Pillow.fromarray(np.full((300, 300, 3), level, np.uint8)) for level in (0, 120)]
    assert codes(saved(frames[0], kind, save_all=True, append_images=frames[1:])) == {"animated"}


def test_what_telephones_put_behind_a_photograph_is_no_moving_picture() -> None:
    whole = Pillow.fromarray(portrait())
    brightness = whole.convert("L").resize((200, 250)).convert("RGB")
    jpeg = saved(whole, "MPO", quality=95, save_all=True, append_images=[brightness])
    heif = pillow_heif.from_pillow(whole)
    heif.add_from_pillow(brightness)
    out = io.BytesIO()
    heif.save(out, quality=95)
    for data in (jpeg, out.getvalue()):
        assert np.abs(skin.as_image(data).srgb.astype(int) - portrait()).mean() < 4


def test_what_is_no_source_is_an_error() -> None:
    for wrong in (None, 5, [1, 2]):
        with pytest.raises(TypeError, match="A photograph is a path"):
            skin.as_image(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_a_channel_are_brought_to_eight(suffix: str) -> None:
    done, deep = cv2.imencode(suffix, portrait()[..., ::-1].astype(np.uint16) * 257)
    assert done
    assert np.abs(skin.as_image(deep.tobytes()).srgb.astype(int) - portrait()).max() <= 1


@pytest.mark.parametrize("mode", ["RGBA", "P", "CMYK", "L", "LA", "I;16"])
def test_other_kinds_of_pixels_become_rgb_of_the_same_shape(mode: str) -> None:
    source = Pillow.fromarray(portrait())
    if mode == "I;16":
        grey = np.asarray(source.convert("L")).astype(np.uint16) * 257
        data = saved(Pillow.fromarray(grey), "PNG")
    else:
        data = saved(source.convert(mode), "TIFF" if mode == "CMYK" else "PNG")
    image = skin.as_image(data)
    assert image.srgb.shape == portrait().shape
    assert image.srgb.dtype == np.uint8
    expected = np.asarray(source.convert("L"), float)
    seen = np.asarray(Pillow.fromarray(image.srgb).convert("L"), float)
    assert np.abs(seen - expected).mean() < (10 if mode == "P" else 6)


def test_what_is_transparent_is_no_hole() -> None:
    picture = Pillow.fromarray(portrait()).convert("RGBA")
    assert skin.check(saved(picture, "PNG")).accepted


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photograph_lying_on_its_side_is_turned_upright(orientation: int) -> None:
    turns = {3: Pillow.Transpose.ROTATE_180, 6: Pillow.Transpose.ROTATE_90, 8: Pillow.Transpose.ROTATE_270}
    lying = Pillow.fromarray(portrait()).transpose(turns[orientation])
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    quality = skin.check(saved(lying, "JPEG", quality=95, exif=exif))
    assert quality.accepted, quality.problems
    assert abs(quality.facts["roll"]) < 3


def test_heic_is_read() -> None:
    heif = pillow_heif.from_pillow(Pillow.fromarray(portrait()))
    out = io.BytesIO()
    heif.save(out, quality=95)
    image = skin.as_image(out.getvalue())
    assert np.abs(image.srgb.astype(int) - portrait()).mean() < 4


def test_an_embedded_profile_is_undone() -> None:
    lab_free = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    data = saved(Pillow.fromarray(portrait()), "PNG", icc_profile=lab_free.tobytes())
    assert np.array_equal(skin.as_image(data).srgb, portrait())
    with pytest.raises(skin.Refused):
        skin.as_image(saved(Pillow.fromarray(portrait()), "PNG", icc_profile=b"nonsense" * 40))


def test_an_empty_room_and_an_animal_are_no_face() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 500, 3), dtype=np.uint8)
    assert codes(noise) == {"no-face"}
    assert codes(dog()) == {"no-face"}
    cat = cv2.resize(skimage.data.chelsea(), None, fx=2, fy=2)
    assert codes(cat) == {"no-face"}


def dog() -> Bytes:
    """Draw a dog's head: long snout, ears hanging, eyes on the sides."""
    picture = np.full((700, 700, 3), (120, 160, 90), np.uint8)
    brown, dark = (150, 105, 60), (30, 20, 15)
    cv2.ellipse(picture, (350, 300), (170, 190), 0, 0, 360, brown, -1)
    for side in (-1, 1):
        cv2.ellipse(picture, (350 + side * 190, 330), (60, 170), side * 12, 0, 360, (100, 65, 35), -1)
        cv2.circle(picture, (350 + side * 90, 260), 18, dark, -1)
    cv2.ellipse(picture, (350, 450), (90, 130), 0, 0, 360, (190, 150, 110), -1)
    cv2.ellipse(picture, (350, 400), (45, 30), 0, 0, 360, dark, -1)
    cv2.line(picture, (350, 430), (350, 520), dark, 6)
    return picture


def test_two_people_are_one_too_many() -> None:
    assert "several-faces" in codes(np.hstack([portrait(), portrait()]))


def test_a_photo_of_a_screen_is_refused() -> None:
    shown = cv2.resize(portrait(), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    # Each point of the screen is three strips of colour, two pixels wide together with its gap, seen a little turned.
    large = np.repeat(np.repeat(shown, 6, axis=0), 6, axis=1).astype(np.float32)
    strip = np.arange(large.shape[1]) % 6 // 2
    light = np.power(large / 255, 2.2) * 2.7 * (strip[:, None] == np.arange(3))
    light *= np.where(np.arange(large.shape[0]) % 6 == 0, 0.2, 1.0)[:, None, None]
    rows, columns = portrait().shape[:2]
    turn = cv2.getRotationMatrix2D((large.shape[1] / 2, large.shape[0] / 2), 1.5, 1 / 3)
    turn[:, 2] += np.array([columns - large.shape[1], rows - large.shape[0]]) / 2
    seen = cv2.warpAffine(cv2.GaussianBlur(light, (0, 0), 1.4), turn, (columns, rows))
    photo = np.round(255 * np.power(np.clip(seen, 0, 1), 1 / 2.2)).astype(np.uint8)
    assert "photo-of-photo" in codes(photo)
    assert "photo-of-photo" not in codes(portrait())


def test_a_mirror_image_is_seen_only_against_the_last_photo() -> None:
    marked = portrait().copy()
    # Moles on the person's right cheek and temple.
    for x, y in ((300, 560), (270, 470), (340, 600), (285, 610), (310, 300)):
        cv2.circle(marked, (x, y), 7, (90, 60, 50), -1, cv2.LINE_AA)
    swapped = np.ascontiguousarray(marked[:, ::-1])
    assert "mirrored" not in codes(swapped)
    assert "mirrored" in codes(swapped, reference=marked)
    assert "mirrored" not in codes(marked, reference=marked)


def test_a_face_whose_sides_are_alike_is_not_taken_for_its_mirror_image() -> None:
    """Its middle found a millimetre to one side and then to the other looks like sides that changed places."""
    picture = skin.as_image(portrait())
    seen = look(picture, locate(picture), Calibration())
    alike = []
    for aside in (-2, -1, 1, 2):
        facts: dict[str, float] = {}
        moved = replace(seen.frame, linear=np.roll(seen.frame.linear, aside, axis=1))
        assert not mirrored.check(replace(seen, frame=moved), picture, facts)
        alike.append(facts["sides_alike"])
    assert min(alike) < -mirrored.SURE


def test_a_picture_that_is_open_already_is_left_as_it_was() -> None:
    picture = Pillow.fromarray(portrait())
    before = picture.tobytes()
    image = skin.as_image(picture)
    assert isinstance(image, Image)
    assert picture.tobytes() == before
    assert skin.as_image(image) is image
