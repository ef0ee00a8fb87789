"""``vesicle import-page``: a machine form and words for people; bad input is refused with one sentence."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

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
    ("content", "message"), [(b"", "is empty"), (b"\x89PNG\x00\x00", "not a text"), (b"<p>x" * 3_000_000, "10 MB")]
)
def test_what_cannot_be_read_is_refused_with_one_sentence(tmp_path, content, message):
    path = tmp_path / "page.html"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as refused:
        call_command("import-page", str(path))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_an_unknown_law_are_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import-page", str(tmp_path / "none.html"))
    with pytest.raises(CommandError, match="XX"):
        call_command("import-page", PEEL, jurisdiction="XX")
