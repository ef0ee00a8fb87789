"""WebP: copies the chunks that make the picture and its colours."""

import struct

from vesicle.treatment.originals.damage import Damaged, Moving
from vesicle.treatment.originals.exif import upright

_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_HAS_XMP, _HAS_EXIF, _MOVES = 0x04, 0x08, 0x02


def stripped(data: bytes, way: int) -> bytes:
    """Return the picture's own chunks, and ``way`` it lies where that is not upright. Raises ``Damaged``, ``Moving``."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Damaged
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise Damaged
    out, is_extended, at = [], False, 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise Damaged
        at += 8 + length + length % 2
        if kind in (b"ANIM", b"ANMF"):
            raise Moving
        if kind == b"VP8X":
            is_extended, body = True, _without_flags(body, keeps_exif=way != 1)
        if kind in _KEPT:
            out.append(_chunk(kind, body))
    if way != 1 and is_extended:
        out.append(_chunk(b"EXIF", upright(way)))
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _without_flags(body: bytes, *, keeps_exif: bool) -> bytes:
    if len(body) < 10:
        raise Damaged
    if body[0] & _MOVES:
        raise Moving
    flags = body[0] & ~(_HAS_XMP | _HAS_EXIF) | (_HAS_EXIF if keeps_exif else 0)
    return bytes((flags,)) + body[1:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)
