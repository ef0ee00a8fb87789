"""The one door for pictures: bytes in, linear light out, or a refusal.

Size and kind are read before anything is decoded, so a small file cannot claim a large piece of memory.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from vesicle.camera import Camera, camera_of, tags_of
from vesicle.skin.errors import Refused

Source = str | Path | bytes | BinaryIO | Pillow.Image | NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "GIF")
MOST_PIXELS = 60_000_000
SHORTEST_SIDE = 200
_ORIENTATION = 0x0112

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, upright, in linear light.

    Attributes
    ----------
    srgb : ndarray of uint8, rows x columns x 3
        As it would be shown.
    exif : dict
        What the file says of the camera; empty for an array.
    jpeg_quality : float or None
        Quality the JPEG file was written with, 1 to 100 by its quantization; None for other files.
    kept : dict
        What was found in it (``once.once``).
    """

    srgb: NDArray[np.uint8]
    exif: dict[int, object] = field(default_factory=dict, compare=False)
    jpeg_quality: float | None = None
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.srgb.shape[1], self.srgb.shape[0]

    @property
    def camera(self) -> Camera:
        """What the file says of the camera and its settings."""
        return camera_of(self.exif)

    @property
    def linear(self) -> NDArray[np.float32]:
        """Linear RGB, float32, rows x columns x 3, 0 to 1 (IEC 61966-2-1)."""
        return to_linear(self.srgb)


@cache
def _curve() -> NDArray[np.float32]:
    shown = np.arange(256) / 255.0
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_linear(srgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return linear light (0 to 1) of 8-bit sRGB values, same shape (IEC 61966-2-1)."""
    # OpenCV's tables are ten times as fast as indexing; they know rows and columns only.
    return cv2.LUT(srgb.reshape(len(srgb), -1), _curve()).reshape(srgb.shape) if srgb.size else _curve()[srgb]


def to_srgb(linear: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return 8-bit sRGB values of linear light, same shape; values outside 0 to 1 are cut."""
    light = np.clip(linear, 0.0, 1.0)
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return cast(NDArray[np.uint8], np.round(shown * 255.0).astype(np.uint8))


def as_image(source: Source | Image) -> Image:
    """Return a picture in the library's one form.

    Parameters
    ----------
    source : path, bytes, file, PIL image, or ndarray of uint8 (rows x columns x 3, RGB)

    Returns
    -------
    Image
        Upright (EXIF rotation applied), converted to sRGB by its embedded profile.

    Raises
    ------
    Refused
        If it is no picture, damaged, animated, too small, too large, or not three channels of 8 bits.
    TypeError
        For what is none of these sources.
    """
    if isinstance(source, Image):
        return source
    if isinstance(source, np.ndarray):
        return _of_array(source)
    if isinstance(source, Pillow.Image):
        return _of_pillow(source)
    if not isinstance(source, (str, Path, bytes)) and not hasattr(source, "read"):
        raise TypeError(f"A photograph is a path, bytes, a file, a PIL image or an array, not {type(source).__name__}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as opened:
                return _of_pillow(opened)
    except FileNotFoundError:
        raise Refused("not-found", f"There is no file {source!s}.") from None
    except IsADirectoryError:
        raise Refused("not-found", f"{source!s} is a folder. Name a photograph in it.") from None
    except UnidentifiedImageError:
        raise Refused(
            "not-a-picture", "This file is not a photograph we can read. Use JPEG, PNG, WebP, TIFF or HEIC."
        ) from None
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise Refused("too-many-pixels", f"This picture has more than {MOST_PIXELS // 10**6} megapixels.") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Refused("damaged", "This picture is damaged or incomplete. Take or copy it again.") from None


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused(
            "too-many-pixels",
            f"This picture has {width} x {height} pixels; at most {MOST_PIXELS // 10**6} megapixels can be used.",
        )
    if min(width, height) < SHORTEST_SIDE:
        raise Refused(
            "too-small", f"This picture has {width} x {height} pixels; each side needs {SHORTEST_SIDE} or more."
        )


def _of_array(array: NDArray[np.uint8]) -> Image:
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8:
        shape = " x ".join(str(side) for side in array.shape)
        raise Refused("not-rgb", f"An array must be rows x columns x 3 of uint8; this one is {shape} of {array.dtype}.")
    _check_size(array.shape[1], array.shape[0])
    return Image(np.ascontiguousarray(array))


def _of_pillow(picture: Pillow.Image) -> Image:
    _check_size(*picture.size)
    # Telephones put a brightness map or a second lens behind the photograph: the first picture is the photograph.
    several = picture.format not in ("MPO", "HEIF") and getattr(picture, "n_frames", 1) > 1
    if several and getattr(picture, "is_animated", False):
        raise Refused("animated", "This is a moving picture. Use a single photograph.")
    if picture.format == "GIF":
        raise Refused("not-a-picture", "A GIF keeps too few colours for skin. Use JPEG, PNG, WebP, TIFF or HEIC.")
    exif = tags_of(picture)
    quality = _jpeg_quality(getattr(picture, "quantization", None))
    # Turning and converting copy even where there is nothing to do.
    upright = ImageOps.exif_transpose(picture) if exif.get(_ORIENTATION, 1) != 1 else picture
    return Image(np.asarray(_in_srgb(upright)), exif, quality)


def _jpeg_quality(tables: dict[int, list[int]] | None) -> float | None:
    """Return the quality whose standard table (ITU-T T.81, K.1) is on average as coarse as the file's first table."""
    if not tables:
        return None
    # The standard table's 64 steps add up to 3,688 at quality 50.
    coarse = 100.0 * sum(next(iter(tables.values()))) / 3688.0
    return max(1.0, 5000.0 / coarse if coarse > 100 else 100.0 - coarse / 2)


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):
        # Pillow cuts 16-bit values instead of scaling them.
        values = np.asarray(picture, dtype=np.float64)
        top = 255.0 if values.max() <= 255 else 65535.0
        picture = Pillow.fromarray(np.round(values / top * 255.0).astype(np.uint8))
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(given):
                converted = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if converted is not None:
                    return converted
        except ImageCms.PyCMSError:
            raise Refused("damaged", "The colour profile of this picture is damaged. Export it as sRGB.") from None
    return picture if picture.mode == "RGB" else picture.convert("RGB")
