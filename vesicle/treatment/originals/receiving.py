"""One door for pictures: bounded before anything is decoded, stripped, then decoded once to see that it is whole."""

import io
import warnings
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from vesicle.camera import camera_of, tags_of
from vesicle.treatment.originals import exif, jpeg

# Not in parallel: one upload must not take every core.
register_heif_opener(thumbnails=False, decode_threads=1)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 60_000_000
SHORTEST_SIDE = 200
_JPEG, _PNG = "image/jpeg", "image/png"


class Unusable(Exception):
    """A file that is no usable photograph. ``sentence`` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as it is kept. ``width`` and ``height`` are of the upright picture; ``camera`` is what it said."""

    data: bytes
    media_type: str
    width: int
    height: int
    camera: dict[str, Any] = field(default_factory=dict)


def receive(data: bytes) -> Original:
    """Return a picture's own data without its metadata, and what its camera said. Raises ``Unusable``."""
    try:
        with warnings.catch_warnings():
            # Damaged metadata are no reason to refuse: they go.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            _bound(*picture.size)
            return _of_jpeg(data, picture) if picture.format in ("JPEG", "MPO") else _unpacked(data, picture)
    except UnidentifiedImageError:
        raise Unusable(
            _("This file is not a photograph we can read. Send a JPEG, HEIC, PNG or WebP picture.")
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable(_("This picture has more points than we can use.")) from None
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise Unusable(_("This picture is damaged or incomplete. Take or send it again.")) from None


def _of_jpeg(data: bytes, picture: Image.Image) -> Original:
    way, camera = exif.orientation(picture), camera_of(tags_of(picture)).said()
    kept = jpeg.stripped(data, way)
    whole = Image.open(io.BytesIO(kept), formats=("JPEG",))
    # What is kept is what counts: a second header further on must not claim more than the first.
    _bound(*whole.size)
    _is_a_photograph(whole)
    width, height = whole.size
    # Read to its end at an eighth of its size: enough to see that nothing is missing.
    whole.draft("RGB", (width // 8, height // 8))
    whole.load()
    return Original(kept, _JPEG, *((height, width) if way >= 5 else (width, height)), camera)


def _unpacked(data: bytes, picture: Image.Image) -> Original:
    """Keep a picture of another kind as PNG: larger, but pixel for pixel the same."""
    if getattr(picture, "n_frames", 1) > 1 and getattr(picture, "is_animated", True):
        raise Unusable(_("This is a moving picture. Send a single photograph."))
    # Pillow cuts the channels of a PNG down to 8 bits without a word.
    is_deep = picture.format == "PNG" and data[24] == 16
    if is_deep or picture.mode.startswith(("I", "F")) or picture.info.get("bit_depth", 8) > 8:
        raise Unusable(_("This picture has more than 8 bits a channel. Send it as JPEG, as it came from the camera."))
    _is_a_photograph(picture)
    camera, profile = camera_of(tags_of(picture)).said(), picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    out = io.BytesIO()
    # The quickest packing: a heavier one saves a tenth of the space for five times the wait.
    upright.save(out, "PNG", compress_level=1, icc_profile=profile)
    return Original(out.getvalue(), _PNG, *upright.size, camera)


def _bound(width: int, height: int) -> None:
    size = {"width": width, "height": height}
    if width * height > MOST_PIXELS:
        raise Unusable(_("This picture has %(width)s by %(height)s points, more than we can use.") % size)
    if min(width, height) < SHORTEST_SIDE:
        raise Unusable(_("This picture is only %(width)s by %(height)s points. Take the photograph again.") % size)


def _is_a_photograph(picture: Image.Image) -> None:
    """Refuse what no camera makes and browsers show differently: for print, transparent, drawn."""
    if picture.mode == "CMYK":
        raise Unusable(_("This picture is in the colors of print (CMYK). Send it as it came from the camera."))
    if picture.mode not in ("RGB", "L", "YCbCr"):
        raise Unusable(_("This picture is transparent or drawn. Send a photograph as it came from the camera."))


def rendition(data: bytes, *, longest: int) -> bytes:
    """Return a JPEG copy of a kept picture for a screen: upright, its longest side at most ``longest`` pixels."""
    kept = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    profile = kept.info.get("icc_profile")
    kept.draft("RGB", (longest, longest))
    shown = ImageOps.exif_transpose(kept)
    shown.thumbnail((longest, longest), reducing_gap=2.0)
    out = io.BytesIO()
    shown.convert("RGB").save(out, "JPEG", quality=88, icc_profile=profile)
    return out.getvalue()
