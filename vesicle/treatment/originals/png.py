"""PNG: copies the chunks that make the picture and its colours."""

import struct
import zlib
from collections.abc import Iterator

from vesicle.treatment.originals.damage import Damaged, Moving
from vesicle.treatment.originals.exif import upright

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT"})


def stripped(data: bytes, way: int) -> bytes:
    """Return the picture's own chunks, and ``way`` it lies where that is not upright. Raises ``Damaged``, ``Moving``."""
    out = [_SIGNATURE]
    for kind, chunk in _chunks(data):
        if kind == b"acTL":
            raise Moving
        if kind not in _KEPT:
            continue
        out.append(chunk)
        if kind == b"IHDR" and way != 1:
            out.append(_chunk(b"eXIf", upright(way)))
        if kind == b"IEND":
            return b"".join(out)
    raise Damaged


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and its bytes as they stand, length and checksum included."""
    if not data.startswith(_SIGNATURE):
        raise Damaged
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        end = at + 12 + length
        if end > len(data):
            raise Damaged
        yield data[at + 4 : at + 8], data[at:end]
        at = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bits(data: bytes) -> int:
    """Return how many bits a channel has."""
    return data[24] if len(data) > 24 else 0
