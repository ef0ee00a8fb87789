"""``vesicle claims FILE``, as it is typed."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from vesicle.website.claims.source import MOST_BYTES


def run(*arguments):
    out = StringIO()
    call_command("claims", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def sentences(tmp_path):
    file = tmp_path / "sentences.txt"
    file.write_text("Exosomes cure acne.\n\nSkin may look smoother. The trials are small.\nOpen daily.\n")
    return file


def test_every_line_gets_one_verdict(sentences):
    told = json.loads(run(sentences, "--json"))
    assert [(one["text"], one["verdict"]) for one in told["sentences"]] == [
        ("Exosomes cure acne.", "block"),
        ("Skin may look smoother. The trials are small.", "needs-evidence"),
        ("Open daily.", "ok"),
    ]
    assert {"id", "class", "why", "safer"} <= set(told["sentences"][0]["patterns"][0])


def test_a_person_reads_verdicts_reasons_and_what_was_checked(sentences):
    told = run(sentences)
    assert "block           Exosomes cure acne." in told
    assert "Safer:" in told
    assert "for US" in told
    assert "no legal advice" in told
    assert "compliant" not in told


def test_a_page_is_known_by_its_name_or_by_its_first_element(tmp_path):
    for name, text in (
        ("page.html", "Exosomes cure acne. Open daily."),
        ("page", "<p>Exosomes cure acne. Open daily.</p>"),
    ):
        (tmp_path / name).write_text(text)
        told = json.loads(run(tmp_path / name, "--json"))
        assert [one["verdict"] for one in told["sentences"]] == ["block", "ok"]


def test_the_law_is_that_of_the_country_named(tmp_path):
    (tmp_path / "a.txt").write_text("Rejuvenate your skin.")
    told = json.loads(run(tmp_path / "a.txt", "--json", "--jurisdiction", "GB"))
    assert (told["jurisdiction"], told["sentences"][0]["verdict"]) == ("UK", "block")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_by_its_mark(tmp_path, encoding):
    (tmp_path / "a.txt").write_text("It’s a cure.", encoding=encoding)
    assert json.loads(run(tmp_path / "a.txt", "--json"))["sentences"][0]["text"] == "It’s a cure."


def test_a_page_in_an_older_encoding_that_says_so_is_read(tmp_path):
    (tmp_path / "a.html").write_bytes('<meta charset="windows-1252"><p>It’s a cure.'.encode("cp1252"))
    assert json.loads(run(tmp_path / "a.html", "--json"))["sentences"][0]["text"] == "It’s a cure."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n\t", "is empty"),
        (b"<html><script>x</script></html>", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is not a text"),
        ("caf\xe9 cures acne".encode("latin-1"), "is not UTF-8 text (byte 4)"),
        (b"a " * MOST_BYTES, "is larger than 5 MB"),
    ],
    ids=["nothing", "white space", "no sentence", "a picture", "another encoding", "too large"],
)
def test_what_cannot_be_checked_is_refused_in_one_sentence(tmp_path, content, told):
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(file, "--json")
    assert told in str(refused.value)
    assert str(refused.value).startswith(str(file))
    assert "\n" not in str(refused.value)
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_and_a_country_without_rules_are_refused(tmp_path, sentences):
    with pytest.raises(CommandError, match="cannot be read: No such file or directory") as refused:
        run(tmp_path / "nothing.txt")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="'XX' is not a jurisdiction") as refused:
        run(sentences, "--jurisdiction", "XX")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nuestro suero regenera la piel en dos semanas. Los resultados son permanentes.", "Spanish"),
        ("우리 세럼은 여드름을 치료합니다.", "a language in other letters than ours"),
        ("Skin may look smoother.", "en"),
    ],
)
def test_a_text_that_the_rules_cannot_read_is_said_to_be_one(tmp_path, text, language):
    (tmp_path / "a.txt").write_text(text)
    assert json.loads(run(tmp_path / "a.txt", "--json"))["language"] == language
    assert ("“ok” tells nothing here" in run(tmp_path / "a.txt")) is (language != "en")


def test_a_person_reads_whether_the_required_statement_stands_and_when_its_sources_were_read(tmp_path):
    (tmp_path / "a.txt").write_text("Exosomes.")
    assert "missing         A page that names exosomes says where they stand here." in run(tmp_path / "a.txt")
    (tmp_path / "a.txt").write_text("No exosome product is approved by the FDA.")
    assert "Where exosomes stand is said. What the rule rests on was read on 2026-09-01." in run(tmp_path / "a.txt")
