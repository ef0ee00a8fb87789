"""One door for pictures: bounded before anything is decoded, stripped, then decoded once to see that it is whole."""

import io
import warnings
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from vesicle.treatment.originals import exif, heif, jpeg, png, webp
from vesicle.treatment.originals.damage import Damaged, Moving

# Not in parallel: one upload must not take every core.
register_heif_opener(thumbnails=False, decode_threads=1)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 60_000_000
SHORTEST_SIDE = 200
_MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
_QUALITY = 95


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
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            kind = picture.format or ""
            _bound(*picture.size)
            way = 1 if kind == "HEIF" else exif.orientation(picture)
            camera = exif.camera(picture)
            kept = _stripped(data, kind, way)
            whole = Image.open(io.BytesIO(kept), formats=FORMATS)
            _bound(*whole.size)
            _is_a_photograph(whole, kept)
            width, height = whole.size
            # A JPEG is read to its end at an eighth of its size: enough to see that nothing is missing.
            whole.draft("RGB", (width // 8, height // 8))
            whole.load()
    except UnidentifiedImageError:
        raise Unusable(
            _("This file is not a photograph we can read. Send a JPEG, HEIC, PNG or WebP picture.")
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable(_("This picture has more points than we can use.")) from None
    except Moving:
        raise Unusable(_("This is a moving picture. Send a single photograph.")) from None
    except (Damaged, OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise Unusable(_("This picture is damaged or incomplete. Take or send it again.")) from None
    if way >= 5:
        width, height = height, width
    return Original(kept, _MEDIA_TYPES[kind], width, height, camera)


def _stripped(data: bytes, kind: str, way: int) -> bytes:
    if kind == "PNG":
        return png.stripped(data, way)
    if kind == "WEBP":
        return webp.stripped(data, way)
    return heif.stripped(data) if kind == "HEIF" else jpeg.stripped(data, way)


def _bound(width: int, height: int) -> None:
    size = {"width": width, "height": height}
    if width * height > MOST_PIXELS:
        raise Unusable(_("This picture has %(width)s by %(height)s points, more than we can use.") % size)
    if min(width, height) < SHORTEST_SIDE:
        raise Unusable(_("This picture is only %(width)s by %(height)s points. Take the photograph again.") % size)


def _is_a_photograph(picture: Image.Image, data: bytes) -> None:
    """Refuse what no camera makes and browsers show differently: moving, for print, of 16 bits, transparent, drawn."""
    if getattr(picture, "n_frames", 1) > 1:
        raise Moving
    if picture.mode == "CMYK":
        raise Unusable(_("This picture is in the colors of print (CMYK). Send it as it came from the camera."))
    is_deep = picture.mode.startswith(("I", "F")) or (picture.format == "PNG" and png.bits(data) == 16)
    if is_deep or picture.info.get("bit_depth", 8) > 12:
        raise Unusable(_("This picture has 16 bits a channel. Send it as it came from the camera."))
    if picture.mode not in ("RGB", "L", "YCbCr"):
        raise Unusable(_("This picture is transparent or drawn. Send a photograph as it came from the camera."))


def shown(data: bytes, media_type: str) -> bytes:
    """Return a kept picture as every browser shows it: unchanged, or a JPEG copy of one that browsers do not read."""
    if media_type != _MEDIA_TYPES["HEIF"]:
        return data
    picture = Image.open(io.BytesIO(data), formats=("HEIF",))
    out = io.BytesIO()
    profile = picture.info.get("icc_profile")
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY, subsampling=0, icc_profile=profile)
    return out.getvalue()
