"""Reads a file to be checked: whether it is text at all, in which encoding, and whether it is HTML."""

from __future__ import annotations

import codecs
import re

MOST_BYTES = 5_000_000
"""Of one file; a page with all its markup is rarely larger than one million."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_:-]{2,30})", re.IGNORECASE)
_KNOWN = frozenset(
    {
        "utf-8",
        "iso8859-1",
        "cp1252",
        "iso8859-15",
        "iso8859-2",
        "ascii",
        "euc_kr",
        "cp949",
        "shift_jis",
        "euc_jp",
        "big5",
        "gbk",
    }
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|ul|ol|li|section|article|main|span|table|br)\b",
    re.IGNORECASE,
)
_LOOKED_AT = 4_000


class Unreadable(ValueError):
    """The bytes are not a text that can be checked; the message is a sentence for people."""


def text_from(raw: bytes, where: str) -> str:
    """Return the text of a file. Raises `Unreadable` if it is empty, too large, binary or in an unknown encoding."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"{where} is larger than {MOST_BYTES // 1_000_000} MB. Give one page, or one text.")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    if not encoding and b"\x00" in raw:
        raise Unreadable(f"{where} is not a text: it holds bytes that no text has. Give a text file or an HTML page.")
    try:
        text = raw.decode(encoding or _declared(raw) or "utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{where} is not UTF-8 text (byte {error.start + 1}). Save it as UTF-8 and try again."
        ) from error
    if not any(letter.isalnum() for letter in text):
        raise Unreadable(f"{where} is empty: there is no sentence in it.")
    return text


def _declared(raw: bytes) -> str:
    """Return the encoding an HTML page gives itself, if it is one we read."""
    match = _CHARSET.search(raw[:_LOOKED_AT])
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return ""
    # Browsers read Latin-1 as the Windows page that contains it; its unused bytes are refused by neither.
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, name) if name in _KNOWN else ""


def is_html(text: str, name: str = "") -> bool:
    """Return whether a text is a page rather than sentences, by its name or by how it begins."""
    return name.lower().endswith((".html", ".htm", ".xhtml")) or _HTML.search(text[:_LOOKED_AT]) is not None
