"""Exif: what is read from it before it goes, and the few bytes that stay to say which side is up."""

import math
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import Image

_ORIENTATION = 0x0112
_MORE, _MAKE, _MODEL = 0x8769, 0x010F, 0x0110
_TEXTS = {"make": _MAKE, "model": _MODEL, "lens_make": 0xA433, "lens": 0xA434}
_NUMBERS = {
    "exposure_s": 0x829A,
    "f_number": 0x829D,
    "exposure_bias_ev": 0x9204,
    "focal_length_mm": 0x920A,
    "focal_length_35mm": 0xA405,
    "digital_zoom": 0xA404,
    "iso": 0x8827,
}
_FLASH, _WHITE_BALANCE, _TAKEN, _OFFSET = 0x9209, 0xA403, 0x9003, 0x9011
_LONGEST = 80


def orientation(picture: Image.Image) -> int:
    """Return which way up a picture lies, 1 to 8 as Exif counts; 1 where nothing sensible is said."""
    try:
        found = picture.getexif().get(_ORIENTATION, 1)
    except (ValueError, TypeError, SyntaxError, OSError, struct.error):
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def upright(way: int) -> bytes:
    """Return the smallest Exif block that says which way up the picture lies, and nothing else."""
    entry = struct.pack("<HHIHH", _ORIENTATION, 3, 1, way, 0)
    return b"II*\x00" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def camera(picture: Image.Image) -> dict[str, Any]:
    """Return what the camera says of itself and of the exposure, as plain values; what it does not say is left out.

    Serial numbers, owner, place and the maker's own notes are never read.
    """
    try:
        exif = picture.getexif()
        values: Mapping[int, Any] = {**exif, **exif.get_ifd(_MORE)}
    except (ValueError, TypeError, SyntaxError, OSError, KeyError, struct.error):
        return {}
    found: dict[str, Any] = {name: _text(values.get(tag)) for name, tag in _TEXTS.items()}
    found |= {name: _number(values.get(tag)) for name, tag in _NUMBERS.items()}
    flash, balance = values.get(_FLASH), values.get(_WHITE_BALANCE)
    found["flash"] = bool(flash & 1) if isinstance(flash, int) else None
    found["white_balance"] = {0: "auto", 1: "manual"}.get(balance) if isinstance(balance, int) else None
    found["taken_at"] = _moment(values.get(_TAKEN), values.get(_OFFSET))
    return {name: value for name, value in found.items() if value not in (None, "")}


def _text(raw: object) -> str:
    if isinstance(raw, bytes):
        raw = raw.decode("latin-1")
    return "".join(sign for sign in raw if sign.isprintable()).strip()[:_LONGEST] if isinstance(raw, str) else ""


def _number(raw: Any) -> float | None:
    if isinstance(raw, tuple):
        raw = raw[0] if raw else None
    try:
        value = float(raw)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(value, 6) if math.isfinite(value) and value != 0 else None


def _moment(raw: object, offset: object) -> str | None:
    """Return the camera's own time in ISO form: with its distance from UTC where the camera says it."""
    try:
        moment = datetime.strptime(_text(raw), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # cameras seldom know their zone
        return datetime.fromisoformat(f"{moment.isoformat()}{_text(offset)}").isoformat()
    except ValueError:
        return None
