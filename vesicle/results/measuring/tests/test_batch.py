"""Files and folders are measured on all cores, and a run that was interrupted goes on where it ended."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from vesicle.core.errors import Invalid
from vesicle.results.measuring import batch
from vesicle.results.tests.drawings import face
from vesicle.skin.trial.recapture import Conditions, jpeg


def told(*words):
    """Return what a command writes with ``--json``."""
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("archive")
    for number in range(2):
        (where / f"{number}.jpg").write_bytes(jpeg(face(4.0), Conditions(), seed=number))
    (where / "notes.txt").write_text("not a photograph")
    return where


class TestFinding:
    def test_photographs_are_found_in_folders_and_other_files_left(self, folder):
        assert [one.name for one in batch.found_in([folder])] == ["0.jpg", "1.jpg"]

    def test_what_is_not_there_is_named(self, tmp_path):
        with pytest.raises(Invalid, match="no file or folder"):
            batch.found_in([tmp_path / "nothing.jpg"])
        with pytest.raises(Invalid, match="no photograph in"):
            batch.found_in([tmp_path])

    def test_folders_are_paired_by_name(self, folder, tmp_path):
        (tmp_path / "1.jpg").write_bytes((folder / "1.jpg").read_bytes())
        assert [(a.name, b.name) for a, b in batch.pairs_in(folder, tmp_path)] == [("1.jpg", "1.jpg")]
        with pytest.raises(Invalid, match="two folders"):
            batch.pairs_in(folder, tmp_path / "1.jpg")


class TestResuming:
    def test_goes_on_where_it_ended_and_survives_a_line_that_was_cut_off(self, tmp_path):
        into = tmp_path / "done.jsonl"
        asked = []

        def work(item):
            asked.append(item)
            return {"item": item}

        items = [(f"key {number}", number) for number in range(4)]
        batch.resumed(work, items[:2], into=into, jobs=1, progress=None)
        whole = into.read_text()
        into.write_text(whole + '{"item": 2, "ke')
        found = batch.resumed(work, items, into=into, jobs=1, progress=None)
        assert found == [{"item": number} for number in range(4)]
        assert asked == [0, 1, 2, 3]
        assert set(batch.kept_in(into)) == {key for key, _ in items}

    def test_a_result_belongs_to_the_content_of_a_file_and_what_was_asked(self, folder, tmp_path):
        moved = tmp_path / "moved.jpg"
        moved.write_bytes((folder / "0.jpg").read_bytes())
        assert batch.key_of(moved, about=["front"]) == batch.key_of(folder / "0.jpg", about=["front"])
        assert batch.key_of(moved, about=["left"]) != batch.key_of(moved, about=["front"])


class TestCommands:
    def test_one_photograph_is_written_as_one_report(self, folder):
        report = told("measure", str(folder / "0.jpg"), "--region", "cheek-left")
        assert set(report) >= {"quality", "measures"}
        one = report["measures"]["cheek-left"]["erythema"]
        assert set(one) >= {"value", "unit", "repeatability", "method"}

    def test_a_folder_is_measured_and_the_lines_are_kept(self, folder, tmp_path):
        into = tmp_path / "measured.jsonl"
        rows = told("measure", str(folder), "--region", "chin", "--into", str(into), "--jobs", "2")
        assert [row["photo"][-5:] for row in rows] == ["0.jpg", "1.jpg"]
        assert len(into.read_text().splitlines()) == 2

    def test_bad_input_is_one_sentence_and_exit_code_two(self, tmp_path):
        file = tmp_path / "broken.jpg"
        file.write_bytes(b"\xff\xd8\xff no picture")
        with pytest.raises(CommandError, match="not a photograph") as refused:
            call_command("measure", str(file))
        assert refused.value.returncode == 2

    def test_a_photograph_that_cannot_be_measured_says_why_in_both_forms(self, tmp_path):
        dark, far = tmp_path / "dark.jpg", tmp_path / "far.jpg"
        dark.write_bytes(jpeg(face(4.0), Conditions(exposure=0.04), seed=1))
        far.write_bytes(jpeg(face(2.2), Conditions(), seed=1))
        out = io.StringIO()
        call_command("measure", str(dark), stdout=out)
        assert "Too dark" in out.getvalue()
        assert "Nothing was measured." in out.getvalue()
        assert told("measure", str(dark))["quality"]["accepted"] is False
        out = io.StringIO()
        call_command("measure", str(far), stdout=out)
        assert "Redness needs 3 pixels a millimetre" in out.getvalue()

    @pytest.mark.parametrize(
        ("words", "said"),
        [(["--jobs", "0"], "--jobs 1 or more"), (["--into", "none/lines.jsonl"], "cannot be written")],
    )
    def test_options_that_cannot_be_are_refused_in_a_sentence(self, folder, words, said):
        with pytest.raises(CommandError, match=said) as refused:
            call_command("measure", str(folder / "0.jpg"), *words)
        assert refused.value.returncode == 2

    def test_two_photographs_of_one_face_are_compared(self, folder):
        changes = told("compare", str(folder / "0.jpg"), str(folder / "1.jpg"))["changes"]
        assert {one["verdict"] for row in changes.values() for one in row.values()} <= {
            "real-change", "within-noise", "not-measurable",
        }  # fmt: skip

    def test_what_can_be_measured_nowhere_is_said_once(self, folder):
        out = io.StringIO()
        call_command("compare", str(folder / "0.jpg"), str(folder / "1.jpg"), stdout=out)
        text = out.getvalue()
        assert "Not measurable anywhere" in text
        assert text.count("Pores needs 8 pixels a millimetre") == 1
        assert "\n  Pigmented spots" in text
