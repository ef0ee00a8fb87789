"""What labels say, however the scanner or the person writes it down."""

from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vesicle.clinic import scanning
from vesicle.core.errors import Invalid

FNC1 = "\x1d"
GTIN = "04012345678901"
BRACKETS = f"(01){GTIN}(17)270131(10)RS-2207(21)77"
RAW = f"01{GTIN}1727013110RS-2207{FNC1}2177"


@pytest.mark.parametrize(
    "text",
    [
        BRACKETS,
        f"(01) {GTIN} (17) 270131 (10) RS-2207 (21) 77",
        RAW,
        f"]d2{RAW}",
        f"]C1{RAW}",
        f"{FNC1}{RAW}",
        f"01{GTIN}10RS-2207{FNC1}17270131{FNC1}2177",
    ],
)
def test_every_way_of_writing_the_same_label_says_the_same(text):
    read = scanning.read(text)
    assert (read.gtin, read.lot, read.expires_on, read.serial) == (GTIN, "RS-2207", date(2027, 1, 31), "77")
    assert read.warnings == ()
    assert read.is_gs1


def test_the_scan_is_kept_as_it_was_read():
    assert scanning.read(f"]d2{RAW}\n").raw == f"]d2{RAW}"


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("270200", date(2027, 2, 28)),
        ("280200", date(2028, 2, 29)),
        ("270400", date(2027, 4, 30)),
        ("270415", date(2027, 4, 15)),
    ],
)
def test_a_day_of_00_is_the_last_of_the_month(digits, day):
    assert scanning.read(f"(01){GTIN}(17){digits}(10)A1").expires_on == day


def test_the_day_it_was_made_is_read_too():
    assert scanning.read(f"(01){GTIN}(11)260105(10)A1").made_on == date(2026, 1, 5)


def test_a_missing_separator_is_guessed_with_a_warning():
    read = scanning.read(f"]d201{GTIN}10RS220717270131")
    assert (read.lot, read.expires_on) == ("RS2207", date(2027, 1, 31))
    assert "Compare lot and expiry with the label" in read.warnings[0]


def test_a_lot_that_is_last_needs_no_separator_and_no_warning():
    read = scanning.read(f"01{GTIN}1727013110RS-2207")
    assert (read.lot, read.warnings) == ("RS-2207", ())


@pytest.mark.parametrize("text", ["RS-2207", " rs-2207 ", "A1", "LOT 2207/B", "24.118"])
def test_a_plain_lot_code_is_a_lot_code(text):
    read = scanning.read(text)
    assert (read.lot, read.is_gs1) == (text.strip(), False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in this scan"),
        (" \n", "nothing in this scan"),
        ("]d2", "nothing in this scan"),
        (f"(01){GTIN[:-1]}2(10)A1", "wrong check digit"),
        (f"]d201{GTIN[:-1]}210A1", "wrong check digit"),
        (f"(01){GTIN}(17)271341(10)A1", "does not exist"),
        (f"(01){GTIN}(17)270230(10)A1", "does not exist"),
        (f"(01){GTIN}(17)270131", "names no lot"),
        ("(99999)x(10)A1", "do not fit the GS1 rules"),
        ("(01)123(10)A1", "do not fit the GS1 rules"),
        ("<script>", "neither a GS1 code nor a lot code"),
        ("x" * 41, "neither a GS1 code nor a lot code"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(text, words):
    with pytest.raises(Invalid) as refusal:
        scanning.read(text)
    assert words in refusal.value.message
    assert refusal.value.code == "scan-unreadable"
    assert "code" in refusal.value.fields


def answer(text):
    try:
        return scanning.read(text).lot
    except Invalid as refusal:
        return refusal.message


@given(st.text(max_size=120))
def test_no_scan_whatsoever_ends_in_anything_but_a_lot_or_a_refusal(text):
    assert answer(text)


@given(st.from_regex(r"\A[A-Z][A-Z0-9-]{1,15}\Z"), st.dates(date(2026, 1, 1), date(2040, 12, 31)))
def test_what_a_label_printer_writes_is_what_is_read(lot, expires):
    read = scanning.read(f"]d201{GTIN}17{expires:%y%m%d}10{lot}{FNC1}21S1")
    assert (read.lot, read.expires_on, read.serial) == (lot, expires, "S1")


def picture(text, **options):
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, **options)
    image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6))
    framed = Image.new("L", (image.width + 80, image.height + 80), 255)
    framed.paste(image, (40, 40))
    data = BytesIO()
    framed.save(data, "PNG")
    return data.getvalue()


def test_a_photograph_of_a_gs1_label_is_read():
    read = scanning.read_picture(picture(f"(01){GTIN}(17)270131(10)RS-2207", gs1=True))
    assert (read.gtin, read.lot, read.expires_on) == (GTIN, "RS-2207", date(2027, 1, 31))


def test_a_photograph_of_a_plain_code_gives_the_lot():
    assert scanning.read_picture(picture("RS-2207")).lot == "RS-2207"


def test_a_picture_without_a_code_is_refused_kindly():
    blank = BytesIO()
    Image.new("L", (200, 200), 255).save(blank, "PNG")
    with pytest.raises(Invalid, match="No barcode was found"):
        scanning.read_picture(blank.getvalue())


@pytest.mark.parametrize("junk", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_no_picture_is_refused_kindly(junk):
    with pytest.raises(Invalid, match="no picture we can read"):
        scanning.read_picture(junk)


def test_a_picture_of_60_megabytes_is_refused_before_it_is_opened():
    with pytest.raises(Invalid, match="larger than 20 MB"):
        scanning.read_picture(b"\0" * 60_000_000)
