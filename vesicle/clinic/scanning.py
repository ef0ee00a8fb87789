"""Reading the codes on a label: GS1 barcodes as text or picture, and plain lot codes.

A scanner sends the elements joined, with an invisible separator after those of variable length; people type them
with brackets. Both are read. Many serums carry no GS1 code at all, so anything else short enough counts as a lot code.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import biip
from biip.gs1_messages import GS1Message

from vesicle.core.errors import Invalid

SEPARATOR = "\x1d"
LARGEST_PICTURE = 20_000_000
"""Bytes of a picture of a label; larger ones are refused before they are read."""
_LARGEST_PIXELS = 50_000_000
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|Q3|e0|J1)")
_ABOUT_A_DATE = re.compile(r"\(1[1-7]\)|date")
_PLAIN_LOT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,38}[A-Za-z0-9]$")
# Inside a lot code these look like the next element: a date of expiry or making, or a product number.
_SWALLOWED = re.compile(r"(?:1[157]\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|01\d{14})(?:10|11|17|21)?")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a label says. ``raw`` is kept as it was read; ``warnings`` ask a person to compare with the label."""

    raw: str
    lot: str
    gtin: str = ""
    expires_on: date | None = None
    made_on: date | None = None
    serial: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def is_gs1(self) -> bool:
        """Whether it was a GS1 code rather than a bare lot code."""
        return bool(self.gtin or self.expires_on or self.made_on or self.serial)


def read(text: str) -> Scan:
    """Return what a scanned or typed code says.

    Raises:
        Invalid: it is empty, a product number with a wrong check digit, an impossible date, or not readable at all.
    """
    raw = text.strip(" \t\r\n")
    cleaned = _SYMBOLOGY.sub("", raw).lstrip(SEPARATOR)
    if not cleaned:
        raise _refuse("There is nothing in this scan. Scan the label again or type the lot code.")
    if cleaned.startswith("("):
        return _from_message(raw, _parse_brackets(cleaned), ())
    if cleaned != raw or SEPARATOR in cleaned or _looks_joined(cleaned):
        return _from_joined(raw, cleaned)
    if not _PLAIN_LOT.match(cleaned):
        raise _refuse("This is neither a GS1 code nor a lot code. Scan the label again or type the lot code.")
    return Scan(raw=raw, lot=cleaned)


def read_picture(data: bytes) -> Scan:
    """Return what the barcode in a picture says.

    Raises:
        Invalid: the picture is too large, no picture, or shows no readable code.
    """
    import numpy
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    if len(data) > LARGEST_PICTURE:
        raise _refuse(f"This picture is larger than {LARGEST_PICTURE // 1_000_000} MB. Take a smaller one.")
    try:
        with Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > _LARGEST_PIXELS:
                raise _refuse("This picture has too many pixels. Take a smaller one.")
            pixels = numpy.asarray(picture.convert("L"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError):
        raise _refuse("This file is no picture we can read. Use a JPEG or PNG of the label.") from None
    codes = [code for code in zxingcpp.read_barcodes(pixels) if code.valid]
    codes.sort(key=lambda code: "GS1" not in str(code.content_type))
    if not codes:
        raise _refuse(
            "No barcode was found in this picture. Hold the label straight, near and in good light, or type it."
        )
    code = codes[0]
    gs1 = "GS1" in str(code.content_type)
    text = code.bytes.decode("utf-8", errors="replace") if gs1 else code.text
    return read(f"]d2{text}" if gs1 else text)


def _looks_joined(text: str) -> bool:
    """Whether a text without separator or mark begins with a product number, so is a GS1 code all the same."""
    return re.match(r"^01\d{14}(?:1[0-7]|21|240|$)", text) is not None


def _parse_brackets(text: str) -> GS1Message:
    try:
        return GS1Message.parse_hri(text)
    except biip.ParseError as error:
        raise _refuse(f"This code cannot be read: {_why(error)} Compare it with the label.") from error


def _from_joined(raw: str, text: str) -> Scan:
    try:
        message = GS1Message.parse(text)
    except biip.ParseError as error:
        raise _refuse(f"This code cannot be read: {_why(error)} Scan the label again or type it.") from error
    lot = _value(message, "10")
    inside = _SWALLOWED.search(lot, 1) if SEPARATOR not in text else None
    if inside is None:
        return _from_message(raw, message, ())
    # The scanner left the separator out, so the lot swallowed what follows. Split where the next element fits,
    # and let a person confirm: a lot code may look like this by chance.
    at = text.index("10" + lot, 0) + 2 + inside.start()
    warning = (
        "The scanner left out a separator, so this is a guess. Compare lot and expiry with the label before you go on."
    )
    try:
        return _from_message(raw, GS1Message.parse(text[:at] + SEPARATOR + text[at:]), (warning,))
    except biip.ParseError:
        return _from_message(raw, message, (warning,))


def _from_message(raw: str, message: GS1Message, warnings: tuple[str, ...]) -> Scan:
    for element in message.element_strings:
        if element.gtin_error:
            raise _refuse("The product number has a wrong check digit. Scan the label again.")
    lot = _value(message, "10")
    if not lot:
        raise _refuse("This code names no lot. Scan the code beside the expiry date, or type the lot code.")
    return Scan(
        raw=raw,
        lot=lot,
        gtin=_value(message, "01"),
        expires_on=_date(message, "17"),
        made_on=_date(message, "11"),
        serial=_value(message, "21"),
        warnings=warnings,
    )


def _value(message: GS1Message, ai: str) -> str:
    element = message.element_strings.get(ai=ai)
    return element.value if element is not None else ""


def _date(message: GS1Message, ai: str) -> date | None:
    element = message.element_strings.get(ai=ai)
    return element.date if element is not None else None


def _why(error: Exception) -> str:
    return (
        "one of its dates does not exist."
        if _ABOUT_A_DATE.search(str(error))
        else "its parts do not fit the GS1 rules."
    )


def _refuse(words: str) -> Invalid:
    return Invalid(words, fields={"code": words}, code="scan-unreadable")
