"""HEIC: metadata are blanked where they lie, so that every address inside the file still holds.

A HEIC file (ISO/IEC 23008-12) is a tree of boxes with a table of addresses: taking bytes out would move everything
behind them. Exif and XMP are items of that table; their bytes are overwritten, the picture's are not touched.
Which side is up is a property of the picture itself, not of Exif.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from vesicle.treatment.originals.damage import Damaged, Moving
from vesicle.treatment.originals.exif import upright

_PICTURE = frozenset({b"ftyp", b"meta", b"mdat"})
_DESCRIBING = frozenset({b"Exif", b"mime", b"uri "})


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def stripped(data: bytes) -> bytes:
    """Return the file, as long as before, with what describes blanked. Raises ``Damaged``, ``Moving``."""
    out = bytearray(data)
    try:
        boxes = list(_boxes(data, 0, len(data)))
        if not boxes or boxes[0].kind != b"ftyp":
            raise Damaged
        for box in boxes:
            if box.kind == b"moov":
                raise Moving
            if box.kind not in _PICTURE:
                out[box.start + 4 : box.start + 8] = b"free"
                out[box.body : box.end] = bytes(box.end - box.body)
        meta = next(box for box in boxes if box.kind == b"meta")
        inside = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
        kinds = _kinds(data, inside[b"iinf"])
        for item, start, length in _places(data, inside):
            if (kind := kinds.get(item)) in _DESCRIBING:
                out[start : start + length] = _blank(kind, length)
    except (struct.error, KeyError, StopIteration, IndexError):
        raise Damaged from None
    return bytes(out)


def _blank(kind: bytes, length: int) -> bytes:
    """Return ``length`` bytes that say nothing, of a form that readers of this kind accept."""
    if kind == b"Exif":
        # Four bytes say where the block begins; upright, because the picture turns itself.
        return (bytes(4) + upright(1))[:length].ljust(length, b"\x00")
    return b" " * length


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:
            size, body = struct.unpack_from(">Q", data, body)[0], body + 8
        stop = end if size == 0 else start + size
        if stop < body or stop > end:
            raise Damaged
        yield _Box(kind, start, body, stop)
        start = stop


def _kinds(data: bytes, table: _Box) -> dict[int, bytes]:
    """Return what each item is, from the table of items."""
    first = table.body + (6 if data[table.body] == 0 else 8)
    found = {}
    for box in _boxes(data, first, table.end):
        version = data[box.body]
        number, kind = struct.unpack_from(">H2x4s" if version == 2 else ">I2x4s", data, box.body + 4)
        found[number] = kind
    return found


def _places(data: bytes, inside: dict[bytes, _Box]) -> Iterator[tuple[int, int, int]]:
    """Yield (item, start, length) of every stretch of bytes, from the table of addresses."""
    table = inside[b"iloc"]
    version, at = data[table.body], table.body + 4
    sizes = struct.unpack_from(">H", data, at)[0]
    offset_size, length_size, base_size = sizes >> 12 & 15, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    at += 2

    def number(size: int) -> int:
        nonlocal at
        at += size
        if size not in (0, 2, 4, 8) or at > table.end:
            raise Damaged
        return int.from_bytes(data[at - size : at], "big")

    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        item = number(wide)
        method = number(2) & 15 if version in (1, 2) else 0
        number(2)
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size)
            start, length = base + number(offset_size), number(length_size)
            if method == 1:
                start += inside[b"idat"].body
            if method > 1 or length == 0 or start + length > len(data):
                raise Damaged
            yield item, start, length
