"""Exif: which side is up, and the few bytes that stay to say so."""

import struct

from PIL import Image

_ORIENTATION = 0x0112


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
