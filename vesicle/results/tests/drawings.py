"""Photographs of a drawn face, as uploads: nobody's, and the same in every run."""

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from numpy import uint8
from numpy.typing import NDArray
from PIL import Image

from vesicle.skin.trial import drawn, recapture


@cache
def face(px_per_mm: float = 6.0) -> NDArray[uint8]:
    """Return the drawn face, looking straight ahead."""
    return drawn.face(drawn.Drawing(px_per_mm=px_per_mm))


@cache
def taken(seed: int = 1, **different: float) -> bytes:
    """Return a capture of the drawn face as a JPEG; ``different`` are the conditions, e.g. ``roll=18``."""
    return recapture.jpeg(face(), recapture.Conditions(**different), seed=seed)  # type: ignore[arg-type]


def dated(data: bytes, moment: str) -> bytes:
    """Return a JPEG whose camera says when it took it, as ``2026:12:22 09:00:00``."""
    exif = Image.Exif()
    exif[0x0110] = "Model 7"
    exif.get_ifd(0x8769)[0x9003] = moment
    block = b"Exif\x00\x00" + exif.tobytes()[6:]
    return data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]


def upload(data: bytes, name: str = "photograph.jpg") -> SimpleUploadedFile:
    """Return bytes as a browser sends them."""
    return SimpleUploadedFile(name, data, "image/jpeg")


def frame(data: bytes, longest: int = 800) -> SimpleUploadedFile:
    """Return the small copy of a picture that the guide sends."""
    small = Image.open(io.BytesIO(data))
    small.thumbnail((longest, longest))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=90)
    return upload(out.getvalue(), "frame.jpg")
