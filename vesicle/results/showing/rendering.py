"""Makes two photographs one pair: laid over each other, cut alike, written anew without anything but pixels."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from vesicle import skin
from vesicle.results.showing.domain import Crop

WIDTHS = (360, 720)
"""Pixels for screens with one and with two points to a pixel."""
LEAST_ALIKE = 0.35
"""Below this ``skin.compare`` calls two photographs no pictures of the same face either."""
_MOST_SIDE = 1200
_QUALITY = 82

Pixels = NDArray[np.uint8]


class NotTheSame(Exception):
    """Two photographs that do not show the same face in the same view."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Both photographs, of one size. ``is_registered`` where they lie on the same pixels in the same light."""

    before: Pixels
    after: Pixels
    is_registered: bool


def laid(before: bytes, after: bytes) -> Laid:
    """Return two photographs of one view as a pair.

    Faces are registered: one frame, one zoom, one light, one sharpness. Where no face is found (a close-up of a hand),
    both are only brought to the same size, and whoever shows them has to say so. Raises ``NotTheSame``.
    """
    if before == after:
        raise NotTheSame
    return _laid(_Kept(before), _Kept(after))


class _Kept:
    """Bytes under their checksum, so that the memory of the last pair need not hold the photographs themselves."""

    def __init__(self, data: bytes) -> None:
        self.data, self.sha = data, hashlib.sha256(data).digest()

    def __hash__(self) -> int:
        return hash(self.sha)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.sha == other.sha


# One choice looks at the same pair several times. Whoever asks has been let in before, at each look.
@lru_cache(maxsize=2)
def _laid(before: _Kept, after: _Kept) -> Laid:
    first, second = skin.as_image(before.data), skin.as_image(after.data)
    try:
        registration = skin.register(first, second)
    except skin.Refused:
        return Laid(*_alike(first.srgb, second.srgb), is_registered=False)
    if registration.likeness < LEAST_ALIKE:
        raise NotTheSame
    return Laid(*skin.pictures.pair(first, second, registration), is_registered=True)


def _alike(first: Pixels, second: Pixels) -> tuple[Pixels, Pixels]:
    one = Image.fromarray(first)
    one.thumbnail((_MOST_SIDE, _MOST_SIDE), Image.Resampling.LANCZOS)
    other = ImageOps.fit(Image.fromarray(second), one.size, Image.Resampling.LANCZOS)
    return np.asarray(one), np.asarray(other)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One size of one side."""

    side: str
    width: int
    height: int
    data: bytes


def rendered(pair: Laid, crop: Crop) -> list[Rendered]:
    """Return every size of both sides, cut alike. Nothing is enlarged; nothing but pixels is written."""
    found = []
    for side, pixels in (("before", pair.before), ("after", pair.after)):
        part = cut(pixels, crop)
        for width in sorted({min(width, part.width) for width in WIDTHS}):
            height = max(1, round(part.height * width / part.width))
            size = part.resize((width, height), Image.Resampling.LANCZOS)
            found.append(Rendered(side, width, height, webp(size)))
    return found


def cut(pixels: Pixels, crop: Crop) -> Image.Image:
    """Return the part of a picture that a crop leaves."""
    rows, columns = pixels.shape[:2]
    return Image.fromarray(pixels).crop(crop.pixels(columns, rows))


def webp(image: Image.Image) -> bytes:
    """Return a picture as WebP without any metadata."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
