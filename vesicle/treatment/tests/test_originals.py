"""Originals: every pixel as it came, and nothing of what the file says about the person."""

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin
from pillow_heif import from_pillow

from vesicle.treatment.originals import Unusable, receive, rendition

SECRETS = (b"SERIAL-4711", b"Owner Pia", b"Springfield", b"thumbnail-of-more")
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawn(size=(320, 240), mode="RGB", seed=1):
    noise = np.random.default_rng(seed).integers(0, 255, (size[1] // 8, size[0] // 8, 3), np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).convert(mode)


def exif(way=1):
    told = Image.Exif()
    told[0x0112] = way
    told[0x010F], told[0x0110] = "Maker", "Model 7"
    told[0xA431], told[0x013B] = "SERIAL-4711", "Owner Pia"
    more = told.get_ifd(0x8769)
    more[0x829A], more[0x829D], more[0x8827], more[0x920A] = 1 / 125, 2.8, 100, 50.0
    more[0x9209], more[0xA431] = 1, "SERIAL-4711"
    told.get_ifd(0x8825)[0x1D] = "Springfield"
    return told


def filed(picture, kind, way=1, **more):
    out = io.BytesIO()
    if kind == "HEIF":
        from_pillow(picture).save(out, exif=exif(way).tobytes(), quality=-1, **more)
    else:
        picture.save(out, kind, exif=exif(way).tobytes(), icc_profile=PROFILE, **more)
    return out.getvalue()


def pixels(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


class TestEveryKind:
    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("JPEG", {"comment": b"thumbnail-of-more", "xmp": b"<x>Owner Pia</x>"}),
            ("JPEG", {"progressive": True}),
            ("JPEG", {"quality": 60, "restart_marker_rows": 2}),
            ("PNG", {}),
            ("WEBP", {"lossless": True, "xmp": b"<x>Owner Pia</x>"}),
            ("WEBP", {"quality": 80}),
            ("HEIF", {"xmp": b"<x>Owner Pia</x>"}),
        ],
    )
    @pytest.mark.parametrize("way", [1, 3, 6, 8])
    def test_keeps_every_pixel_and_loses_what_it_says(self, kind, more, way):
        data = filed(drawn(), kind, way, **more)
        kept = receive(data)
        assert np.array_equal(pixels(kept.data), pixels(data))
        assert not any(secret in kept.data for secret in SECRETS)
        assert (kept.width, kept.height) == Image.fromarray(pixels(data)).size
        assert kept.camera["make"] == "Maker"
        assert kept.camera["exposure_s"] == 0.008
        assert kept.camera["flash"] is True
        assert not any("SERIAL" in str(value) or "Pia" in str(value) for value in kept.camera.values())

    def test_keeps_the_colours_profile(self):
        for kind in ("JPEG", "PNG", "WEBP"):
            kept = receive(filed(drawn(), kind))
            assert Image.open(io.BytesIO(kept.data)).info["icc_profile"] == PROFILE

    def test_leaves_out_what_follows_a_jpeg(self):
        data = filed(drawn(), "JPEG")
        assert receive(data + filed(drawn(seed=2), "JPEG") + b"Owner Pia").data == receive(data).data

    def test_takes_no_text_of_a_png(self):
        told = PngImagePlugin.PngInfo()
        told.add_text("Author", "Owner Pia")
        out = io.BytesIO()
        drawn().save(out, "PNG", pnginfo=told)
        assert b"Owner Pia" in out.getvalue()
        assert b"Owner Pia" not in receive(out.getvalue()).data

    def test_receives_what_it_kept_unchanged(self):
        once = receive(filed(drawn(), "JPEG", 6))
        assert receive(once.data).data == once.data


class TestRefusals:
    @pytest.mark.parametrize(
        ("picture", "kind", "words"),
        [
            (drawn(mode="CMYK"), "JPEG", "CMYK"),
            (drawn(mode="RGBA"), "PNG", "transparent"),
            (drawn(mode="P"), "PNG", "drawn"),
            (Image.fromarray(np.full((300, 300), 40_000, np.uint16)), "PNG", "8 bits"),
        ],
    )
    def test_what_no_camera_makes_is_named(self, picture, kind, words):
        out = io.BytesIO()
        picture.save(out, kind)
        with pytest.raises(Unusable) as refused:
            receive(out.getvalue())
        assert words in refused.value.sentence

    @given(st.data())
    def test_a_file_cut_or_spoiled_anywhere_is_refused_or_whole(self, data):
        whole = filed(drawn((200, 200)), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"])))
        at = data.draw(st.integers(0, len(whole) - 1))
        spoiled = whole[:at] + data.draw(st.sampled_from([b"", b"\xff", b"\x00" * 40])) + whole[at + 1 :]
        for file in (whole[:at], spoiled):
            with suppress(Unusable):
                kept = receive(file)
                assert Image.open(io.BytesIO(kept.data)).size == (kept.width, kept.height)


def test_a_rendition_is_upright_and_no_larger_than_asked():
    kept = receive(filed(drawn((800, 400)), "JPEG", 6))
    shown = Image.open(io.BytesIO(rendition(kept.data, longest=200)))
    assert shown.size == (100, 200)
    assert not dict(shown.getexif())
