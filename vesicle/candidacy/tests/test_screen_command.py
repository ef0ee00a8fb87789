"""``vesicle screen``, as other programs call it."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from vesicle.protocols.library_files import load_library

FINE = {"on": "2026-12-01", "date_of_birth": "1990-05-01", "answers": {}}


def screen(tmp_path, data):
    path = tmp_path / "answers.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    out = io.StringIO()
    call_command("screen", str(path), "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


class TestScreen:
    def test_gives_a_verdict_for_every_option_of_the_library(self, tmp_path) -> None:
        result = screen(tmp_path, FINE | {"answers": {"SCR-PREG": "yes"}})
        assert result["on"] == "2026-12-01"
        assert [one["option"] for one in result["options"]] == [option.id for option in load_library().options()]
        first = result["options"][0]
        assert {"option", "protocol", "verdict", "earliest", "reasons", "missing"} <= set(first)
        assert first["verdict"] == "unsuitable"
        assert {"rule", "effect", "patient", "clinician", "questions", "sources"} <= set(first["reasons"][0])

    def test_lists_what_is_missing_when_nothing_was_answered(self, tmp_path) -> None:
        for one in screen(tmp_path, FINE)["options"]:
            assert one["verdict"] == "incomplete"
            assert "SCR-PREG" in one["missing"]

    def test_the_earliest_day_counts_from_the_last_dose(self, tmp_path) -> None:
        answers = {"SCR-ISO": {"answer": "yes", "date": "2026-09-15"}}
        by_option = {one["option"]: one for one in screen(tmp_path, FINE | {"answers": answers})["options"]}
        assert by_option["microneedling/standard"]["earliest"] == "2027-03-14"

    def test_ranks_what_fits_by_concerns_and_preferences(self, tmp_path) -> None:
        wishes = {"concerns": ["acne-scars"], "preferences": {"budget": 1500, "needles": "no", "donor_derived": "no"}}
        found = screen(tmp_path, FINE | wishes)["fit"]
        assert [one["option"] for one in found] != [one.id for one in load_library().options()]
        assert [one["rank"] for one in found[:3]] == [1, 2, None]
        assert found[0]["option"] == "laser-resurfacing/non-ablative-fractional"
        assert found[0]["wait"].startswith("Answers are missing")
        effect = found[0]["reasons"][0]
        assert (effect["factor"], effect["grade"], effect["points"], effect["of"]) == ("effect", "low", 35, 70)
        assert effect["refs"]
        apart = next(one for one in found if one["option"] == "microneedling/standard")
        assert (apart["standing"], apart["rank"]) == ("not-wanted", None)

    def test_speaks_to_people_without_json(self, tmp_path) -> None:
        path = tmp_path / "answers.json"
        path.write_text(json.dumps(FINE | {"answers": {"SCR-PREG": "yes"}}))
        out = io.StringIO()
        call_command("screen", str(path), stdout=out)
        assert "microneedling/standard 1.1.0: unsuitable" in out.getvalue()

    def test_mentions_a_field_it_does_not_know_and_goes_on(self, tmp_path) -> None:
        path = tmp_path / "answers.json"
        path.write_text(json.dumps(FINE | {"sex": "male", "answers": {"SCR-PREG": "yes"}}))
        out, err = io.StringIO(), io.StringIO()
        call_command("screen", str(path), "--json", stdout=out, stderr=err)
        assert json.loads(out.getvalue())["options"][0]["verdict"] == "unsuitable"
        assert "'sex' is not a field we know" in err.getvalue()


class TestRefusesWithOneSentence:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ("{", "is not JSON: Expecting property name"),
            ("[]", "input is not an object"),
            ('{"answers": {"SCR-PREG": "no", "SCR-PREG": "yes"}}', "SCR-PREG is given twice"),
            ('{"answers": {"SCR-NOPE": "no"}}', "SCR-NOPE is not a question of ours"),
            ('{"age": 7}', "age gives an age of 7"),
            ('{"age": 130}', "age gives an age of 130"),
            ('{"on": "2026-02-30"}', "on has '2026-02-30'"),
            (
                '{"on": "2026-12-01", "answers": {"SCR-ISO": {"answer": "yes", "date": "2027-01-01"}}}',
                "SCR-ISO has the date 2027-01-01, which lies in the future",
            ),
            ('{"areas": ["moon"]}', "areas has 'moon'"),
            ('{"preferences": {"needles": "never"}}', "preferences.needles is 'never'"),
            ('{"preferences": {"visits": 0}}', "preferences.visits is 0"),
            ("[" * 100_000, "nested too deeply"),
            ('{"answers": {"SCR-MEDS": "' + "x" * 10_000_000 + '"}}', "is larger than 1 MB"),
        ],
    )
    def test_bad_input(self, tmp_path, data, words) -> None:
        with pytest.raises(CommandError) as refused:
            screen(tmp_path, data)
        assert words in str(refused.value)
        assert "\n" not in str(refused.value)
        assert refused.value.returncode == 2

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("screen", "no-such-file.json")

    def test_bytes_that_are_no_text(self, tmp_path) -> None:
        path = tmp_path / "answers.json"
        path.write_bytes(b'{"on": "\xff"}')
        with pytest.raises(CommandError, match="not UTF-8"):
            call_command("screen", str(path))

    def test_as_a_process_with_exit_code_2_and_nothing_on_standard_output(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "vesicle", "screen", "-", "--json"],
            input=b'{"answers": {"SCR-PREG": "perhaps"}}',
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().strip() == ("SCR-PREG cannot be answered 'perhaps'. Possible: yes, no, unsure.")
