"""``vesicle import-page``: a machine form and words for people; bad input is refused with one sentence."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest
from django.core.management import CommandError, call_command

from vesicle.website.importing import Unreadable, read_page
from vesicle.website.tests.import_measured import PAGES

PEEL = str(PAGES / "plain-peel.html")


def test_the_machine_form_alone_is_written(capsys):
    call_command("import-page", PEEL, json=True)
    written = capsys.readouterr()
    data = json.loads(written.out)
    assert (data["treatment"], data["sessions"], data["lasts_months"]) == ("chemical-peel", [4, 6], None)
    assert written.err == ""


def test_people_read_each_value_with_its_words_and_what_was_not_taken(capsys):
    call_command("import-page", PEEL)
    told = capsys.readouterr().out
    assert "from “about half an hour”" in told
    assert "Nothing was stored." in told


def test_where_the_page_and_the_protocol_differ_is_said(capsys):
    call_command("import-page", str(PAGES / "elementor-prp.html"))
    told = capsys.readouterr().out
    assert "lasts_months: page: 12–18 months; protocol: how long a result lasts is not known" in told


def test_a_page_is_read_from_standard_input(monkeypatch, capsys):
    raw = io.BytesIO(b"<h1>PRP</h1><p>It takes 45 minutes.</p>")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    call_command("import-page", "-", json=True)
    assert json.loads(capsys.readouterr().out)["duration_minutes"] == [45, 45]


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"<p>\x00\x00", "not a text"), (b"<p>x" * 3_000_000, "10 MB")]
)
def test_what_cannot_be_read_is_refused_with_one_sentence(tmp_path, content, message):
    path = tmp_path / "page.html"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as refused:
        call_command("import-page", str(path))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


PAGE = "<html><h1>PRP</h1><p>It takes 45 minutes at the café.</p></html>"
ARCHIVE = (
    'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="--x"\r\n\r\n----x\r\n'
    "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<h1>PRP</h1><p>It takes 4=\r\n5 minutes at the caf=C3=A9.</p>\r\n----x--\r\n"
)


@pytest.mark.parametrize(
    "content",
    [*(PAGE.encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")), ARCHIVE.encode()],
    ids=["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "single file"],
)
def test_a_page_is_read_in_whatever_form_it_was_saved(content):
    page = read_page(content)
    assert page.as_dict()["duration_minutes"] == [45, 45]
    assert any("café" in sentence["text"] for sentence in page.as_dict()["sentences"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 words", "a PDF"),
        (b"PK\x03\x04word", "packed"),
        (b"\xff\xd8\xffJFIF", "picture"),
        (b"{\\rtf1 PRP}", "word"),
        (b"\x1f\x8b\x08PRP", "packed"),
        (b"\xd0\xcf\x11\xe0PRP", "word processor"),
        (b'{"page": "<p>PRP</p>"}', "JSON"),
        (b"# PRP\n\nIt takes 45 minutes.", "plain text"),
    ],
)
def test_another_kind_of_file_is_named(content, kind):
    with pytest.raises(Unreadable, match=kind):
        read_page(content)


@pytest.mark.parametrize(
    ("declared", "encoding", "note"),
    [
        ("iso-8859-1", "cp1252", None),
        ("iso-8859-1", "utf-8", "says that it is iso-8859-1 and is UTF-8"),
        ("utf-8", "cp1252", "says that it is utf-8 and is not"),
        ("x-unheard-of", "cp1252", "x-unheard-of"),
        ("punycode", "cp1252", "punycode"),
        ("", "cp1252", "does not say"),
    ],
)
def test_what_a_page_says_of_its_encoding_is_told_in_its_own_words(declared, encoding, note):
    page = read_page(f"<meta charset={declared}>{PAGE}“Gentle.”".encode(encoding))
    assert any("café" in finding.text for finding in page.findings)
    assert (note in page.notes[0]) if note else (page.notes == ())


def test_pieces_of_windows_in_a_page_of_utf_8_are_read_and_said():
    page = read_page(PAGE.encode() + "<p>It’s the café”.</p>".encode("cp1252"))
    assert [finding.text.count("café") for finding in page.findings if "café" in finding.text] == [1, 1]
    assert "pieces of Windows-1252" in page.notes[0]


def test_a_stray_zero_byte_is_dropped_and_said():
    page = read_page(PAGE.replace("minutes", "min\0utes").encode())
    assert page.figures["duration_minutes"] == (45, 45)
    assert "stand for no letter" in page.notes[0]


def test_a_pipe_nobody_writes_to_is_refused(tmp_path):
    os.mkfifo(tmp_path / "page.html")
    with pytest.raises(CommandError, match="is a pipe"):
        call_command("import-page", str(tmp_path / "page.html"))


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Die Behandlung dauert 45 Minuten und wird mit dem eigenen Blut nach Bedarf wiederholt.", "German"),
        ("El tratamiento dura 45 minutos y se hace con su propia sangre.", "Spanish"),
        ("El tractament de la pell dura 45 minuts i es fa amb la seva sang.", "Catalan"),
        ("PRP-behandlingen för huden tar 45 minuter och görs med ditt eget blod.", "Swedish"),
        ("PRP tedavisi cilt için 45 dakika sürer ve bir hafta sonra görülür.", "Turkish"),
        (
            "PRP-hoito kestää 45 minuuttia, tehdään omasta verestä kolme kertaa talvella.",
            "another language than English",
        ),
        ("시술은 약 45분 걸립니다.", "a language in other letters than ours"),
    ],
)
def test_a_short_page_without_an_english_word_is_said_to_be_in_another_language(words, language):
    page = read_page(f"<h1>PRP</h1><p>{words}</p>")
    assert page.as_dict()["language"] == language
    assert any("nothing was guessed" in note for note in page.as_dict()["notes"])


@pytest.mark.parametrize("opening", ["&lt;", "&amp;lt;", "&#60;", "&#x3c;"])
def test_markup_written_as_text_is_left_out(opening):
    page = read_page(
        f"<h1>PRP</h1><p>It takes 45 minutes {opening}img src=x onerror=alert(1)&gt;here"
        f" {opening}script&gt;alert(2){opening}/script&gt;and less than {opening} 3 visits.</p>"
    )
    said = json.dumps(page.as_dict())
    assert "alert" not in said
    assert page.as_dict()["duration_minutes"] == [45, 45]


def test_a_missing_file_and_an_unknown_law_are_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import-page", str(tmp_path / "none.html"))
    with pytest.raises(CommandError, match="XX"):
        call_command("import-page", PEEL, jurisdiction="XX")
