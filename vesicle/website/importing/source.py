"""From bytes to text: how large, in which encoding, and whether letters were lost on the way."""

from __future__ import annotations

import codecs
import email
import re
from dataclasses import dataclass

MOST_BYTES = 10_000_000
"""Of one page; one saved with its style sheets and small pictures inside rarely reaches half of it."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark begins that of UTF-32.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    # Without a mark, a page still begins with "<" and a letter or "!".
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_OTHER_FILES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a packed file or an office document"),
    *(
        (mark, "a packed file")
        for mark in (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
    ),
    *((mark, "a text of a word processor") for mark in (b"{\\rtf", b"\xd0\xcf\x11\xe0")),
    *((mark, "a picture") for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")),
)
_ARCHIVE = re.compile(rb"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,30}?content-type:\s*multipart/related", re.IGNORECASE)
"""The head of a page saved as one file (MHTML): that of a message."""
_OPENS, _CLOSES = (
    r"&(?:amp;){0,5}(?:lt|#0{0,20}60|#x0{0,20}3c);?",
    r"(?:&(?:amp;){0,5}(?:gt|#0{0,20}62|#x0{0,20}3e);?|>)",
)
_WITHIN = r"(?:[^<>&]|&(?:amp;){0,5}(?:quot|#0{0,5}3[49]|apos);)"
_MARKUP_AS_TEXT = re.compile(
    rf"{_OPENS}(?:script\b{_WITHIN}{{0,300}}{_CLOSES}{_WITHIN}{{0,2000}}|[/!]?[a-z]{_WITHIN}{{0,300}}{_CLOSES})",
    re.IGNORECASE,
)
"""A tag written with entities is text to a browser, and a tag again to whoever prints it unescaped. It says nothing.

What stands within holds no further tag, so a search ends where the next begins and time grows with the page."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_:-]{2,30})", re.IGNORECASE)
_LOOKED_AT = 4_000
_NO_PAGES = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
"""Python's names for encodings that no browser reads a page in; some take very long."""
_TWICE_READ = re.compile("â€[™œ\u009d“”¢¦\u0093\u0094\u0099]|Ã[©¨¡­³±¼¶¤\u00a0]|Â[\u00a0®©°½]|ï¿½")
"""What UTF-8 looks like after it was read as a Windows page and saved again."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_PASTED_AT_MOST = 4
"""Letters of Windows-1252 for one of UTF-8 before the latter is taken to stand there by chance."""
_MOST_ZEROS = 0.05
"""Share of a page's bytes that may be zero; of a picture or a program they are far more."""
_TAG = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_DATA = re.compile(r"\s*[\[{]\s*(?:[\[{\"]|[\]}]\s*$)")
_LETTERS = re.compile(r"[^\W\d_]")


class Unreadable(ValueError):
    """The bytes are no page that can be read; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and what was noticed while reading its bytes."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def page_text(page: bytes | str, name: str = "") -> PageText:
    """Return the text of a page. Raises `Unreadable` for one that is empty, too large or no text at all."""
    where = name or "The page"
    if len(page) > MOST_BYTES:
        raise Unreadable(f"{where} is larger than {MOST_BYTES // 1_000_000} MB. Save the page alone, as HTML only.")
    found = PageText(page, "") if isinstance(page, str) else _decoded(page, where)
    if not _LETTERS.search(found.text):
        raise Unreadable(f"{where} is empty: there is no word in it.")
    if _DATA.match(found.text):
        raise Unreadable(f"{where} is data (JSON), not a page. Give an HTML page.")
    mended, count = _mended(_MARKUP_AS_TEXT.sub(" ", found.text))
    if not count:
        return PageText(mended, found.encoding, found.notes)
    note = (
        f"Letters were damaged before the page was saved (UTF-8 read as Windows-1252), in {count} places; "
        "they were mended where that was certain."
    )
    return PageText(mended, found.encoding, (*found.notes, note))


def demand_markup(html: str, name: str = "") -> None:
    """Raise `Unreadable` for a text without any tag: nothing in it says what is a heading and what belongs to it."""
    if not _TAG.search(html):
        where = name or "The page"
        raise Unreadable(f"{where} is plain text: no HTML tag is in it. Save the page from the browser, as HTML.")


def _decoded(raw: bytes, where: str) -> PageText:
    kind = next((kind for mark, kind in _OTHER_FILES if raw.startswith(mark)), "")
    if kind:
        raise Unreadable(f"{where} is {kind}, not a page. Give an HTML page.")
    raw = _out_of_archive(raw)
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
    raw, notes = (raw, ()) if marked else _without_zeros(raw, where)
    said, declared = _declared(raw)
    for encoding in dict.fromkeys(filter(None, (marked, "utf-8", declared))):
        # UTF-8 before what is declared: a text that is valid UTF-8 by chance and has letters beyond ASCII is very rare.
        try:
            text = raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if said and not raw.isascii() and declared != encoding.removesuffix("-sig"):
            used = encoding.removesuffix("-sig").upper()
            notes = (*notes, f"The page says that it is {said} and is {used}; it was read as the latter.")
        return PageText(text, encoding, notes)
    return _mixed(raw, said, notes)


def _without_zeros(raw: bytes, where: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a page without the few zero bytes an editor left in it. Raises `Unreadable` for what holds many."""
    zeros = raw.count(0)
    if not zeros:
        return raw, ()
    if zeros > _MOST_ZEROS * len(raw):
        raise Unreadable(f"{where} is not a text: it holds bytes that no page has. Give an HTML page.")
    return raw.replace(b"\x00", b""), (f"Bytes that stand for no letter were left out: {zeros}.",)


def _mixed(raw: bytes, said: str, notes: tuple[str, ...]) -> PageText:
    """Return the text of a page that is Windows-1252, or UTF-8 with pasted pieces of that."""
    text = raw.decode("utf-8", errors="surrogateescape")
    own, pasted = len(_BEYOND_ASCII.findall(text)), len(_ESCAPED.findall(text))
    text = _ESCAPED.sub(lambda one: bytes([ord(one.group()) - 0xDC00]).decode("cp1252", errors="replace"), text)
    if own * _PASTED_AT_MOST >= pasted and own:
        notes = (*notes, f"The page is UTF-8 with pieces of Windows-1252 in it; read as the latter: {pasted} letters.")
    else:
        claim = f"says that it is {said} and is not" if said else "does not say in which encoding it is"
        notes = (*notes, f"The page {claim}; it was read as Windows-1252. Look at its accents and quotation marks.")
    lost = text.count("\ufffd")
    return PageText(text, "cp1252", (*notes, *((f"{lost} letters could not be read.",) if lost else ())))


def _out_of_archive(raw: bytes) -> bytes:
    """Return the first page of one saved as a single file, and any other bytes as they are."""
    if not _ARCHIVE.match(raw[:_LOOKED_AT]):
        return raw
    parts = email.message_from_bytes(raw).walk()
    pages = (part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/html")
    return next((page for page in pages if isinstance(page, bytes)), raw)


def _declared(raw: bytes) -> tuple[str, str]:
    """Return the encoding a page says that it has, in its own word and in Python's."""
    match = _CHARSET.search(raw[:_LOOKED_AT])
    if match is None:
        return "", ""
    said = match[1].decode("ascii")
    try:
        name = codecs.lookup(said).name
    except LookupError:
        return said, ""
    if name in _NO_PAGES:
        return said, ""
    # Browsers read Latin-1 as the Windows page that contains it.
    return said, {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, name)


def _mended(text: str) -> tuple[str, int]:
    """Undo one wrong reading of UTF-8, stretch by stretch, and count them."""
    count = len(_TWICE_READ.findall(text))
    if not count:
        return text, 0

    def again(match: re.Match[str]) -> str:
        try:
            return match.group().encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return match.group()

    return re.sub("â€.|Ã.|Â.", again, text), count
