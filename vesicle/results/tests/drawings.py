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
