"""JPEG: copies tables and scans, leaves out every segment that only describes."""

import re
import struct

from vesicle.treatment.originals.exif import upright

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN, _EXIF_SEGMENT = 0xDA, 0xE1
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_NEXT = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")
"""Inside a scan: the first marker that is neither a stuffed byte nor a restart."""


class Damaged(ValueError):
    """The file is broken, cut short, or not built as a JPEG is."""


def stripped(data: bytes, way: int) -> bytes:
    """Return the picture's own segments, and ``way`` it lies where that is not upright. Raises ``Damaged``.

    What follows the end of the picture (a second picture, a film) is left out too.
    """
    if not data.startswith(_START):
        raise Damaged
    head: list[bytes] = [_START]
    rest: list[bytes] = []
    at = 2
    while True:
        marker, at = _marker(data, at)
        if marker == _END[1]:
            break
        if marker in _STANDALONE:
            continue
        if at + 2 > len(data):
            raise Damaged
        length = struct.unpack_from(">H", data, at)[0]
        if length < 2 or at + length > len(data):
            raise Damaged
        body = _kept(marker, data[at + 2 : at + length])
        at += length
        if body is not None:
            # JFIF asks to stand first, before Exif.
            (head if marker == 0xE0 else rest).append(_segment(marker, body))
        if marker == _SCAN:
            found = _NEXT.search(data, at)
            if found is None:
                raise Damaged
            rest.append(data[at : found.start()])
            at = found.start()
    if way != 1:
        head.append(_segment(_EXIF_SEGMENT, b"Exif\x00\x00" + upright(way)))
    return b"".join([*head, *rest, _END])


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place and where what belongs to it begins."""
    start = at
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at == start or at >= len(data):
        raise Damaged
    return data[at], at + 1


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _kept(marker: int, body: bytes) -> bytes | None:
    """Return what stays of a segment; ``None`` for one that only describes."""
    if marker == 0xE0:
        return body[:12] + b"\x00\x00" if body.startswith(b"JFIF\x00") and len(body) >= 14 else None
    if marker == 0xE2:
        return body if body.startswith(b"ICC_PROFILE\x00") else None
    if marker == 0xEE:
        # How the three channels are to be read; without it some cameras' colours turn.
        return body[:12] if body.startswith(b"Adobe") and len(body) >= 12 else None
    return None if 0xE1 <= marker <= 0xEF or marker == 0xFE else body
