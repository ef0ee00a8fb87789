"""``vesicle protocols``: what programs rely on, and how a wrong file is refused."""

import io
import json
import shutil

import pytest
from django.core.management import CommandError, call_command

from vesicle.protocols import library_files
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.shipped import NEXT

NOW = shipped.PRP
PRP = library_files.LIBRARY / "prp" / f"{NOW}.yaml"


def run(*words):
    out = io.StringIO()
    call_command("protocols", *words, stdout=out)
    return out.getvalue()


def told(*words):
    return json.loads(run(*words, "--json"))


@pytest.fixture
def newer(tmp_path):
    """A newer PRP with one number changed."""
    text = PRP.read_text("utf-8").replace(f'version: "{NOW}"', f'version: "{NEXT}"', 1)
    file = tmp_path / "prp-new.yaml"
    file.write_text(text.replace("exam_valid_days: ", "exam_valid_days: 7 # ", 1), "utf-8")
    return file


class TestList:
    def test_five_treatments_and_ten_options(self):
        treatments = told("list")["treatments"]
        assert [t["id"] for t in treatments] == [
            "exosome-therapy",
            "prp",
            "microneedling",
            "laser-resurfacing",
            "chemical-peel",
        ]
        assert sum(len(t["options"]) for t in treatments) == 10
        assert set(treatments[0]) == {"id", "title", "version", "versions", "options"}
        assert set(treatments[0]["options"][0]) == {"id", "name", "summary"}

    def test_people_get_a_table(self):
        assert "  prp/injection " in run("list")


class TestShow:
    def test_an_option_in_full(self):
        shown = told("show", "prp/injection")
        assert shown["id"] == "prp/injection"
        assert shown["rules"][0]["rule"]["when"]

    @pytest.mark.parametrize("name", ["yoga", "prp/drinking"])
    def test_what_is_not_there_is_refused_with_what_is(self, name):
        with pytest.raises(CommandError, match=r"There are|It has") as refused:
            run("show", name)
        assert refused.value.returncode == 2


class TestCheck:
    def test_a_released_file(self):
        assert told("check", str(PRP)) == {
            "treatment": "prp",
            "version": NOW,
            "released": True,
            "options": ["prp/microneedling", "prp/injection"],
            "problems": [],
        }

    def test_an_altered_copy_of_a_released_version_is_not_called_unaltered(self, newer, tmp_path):
        file = tmp_path / "copy.yaml"
        file.write_text(newer.read_text("utf-8").replace(f'version: "{NEXT}"', f'version: "{NOW}"', 1), "utf-8")
        assert told("check", str(file))["released"] is False
        assert f"not the {NOW} that is released; give it a new version" in run("check", str(file))
        assert "not released yet" in run("check", str(newer))

    def test_a_wrong_file_ends_with_2_and_every_problem(self, tmp_path):
        file = tmp_path / "wrong.yaml"
        file.write_text(PRP.read_text("utf-8").replace("format: 1", "format: 3", 1).replace("title:", "titel:", 1))
        with pytest.raises(CommandError) as refused:
            run("check", str(file))
        assert refused.value.returncode == 2
        assert "wrong.yaml, line " in str(refused.value)
        assert "3 things to mend" in str(refused.value)

    def test_its_machine_form_names_file_line_field_found_and_allowed(self, tmp_path):
        file, out = tmp_path / "wrong.yaml", io.StringIO()
        file.write_text(PRP.read_text("utf-8").replace("format: 1", "format: 3", 1))
        with pytest.raises(CommandError):
            call_command("protocols", "check", str(file), "--json", stdout=out)
        [problem] = json.loads(out.getvalue())["problems"]
        assert file.read_text("utf-8").splitlines()[problem["line"] - 1] == "format: 3"
        assert (problem["field"], problem["found"], problem["allowed"]) == ("format", "3", "1 or less")

    @pytest.mark.parametrize("what", ["nothing.yaml", "."])
    def test_no_file_is_said(self, tmp_path, what):
        with pytest.raises(CommandError, match="There is no file") as refused:
            run("check", str(tmp_path / what))
        assert refused.value.returncode == 2


class TestDiff:
    def test_the_same_says_so(self, tmp_path):
        shutil.copy(PRP, tmp_path / "same.yaml")
        assert run("diff", f"prp@{NOW}", str(tmp_path / "same.yaml")).strip() == "They say the same."
        assert told("diff", f"prp@{NOW}", f"prp@{NOW}") == {"changes": []}

    def test_a_changed_number_is_said_for_each_option(self, newer):
        found = told("diff", f"prp@{NOW}", str(newer))["changes"]
        assert found
        assert {change["option"] for change in found} <= {"prp/microneedling", "prp/injection"}
        assert all("exam valid days" in change["text"] and "became 7" in change["text"] for change in found)

    def test_an_unknown_version_is_refused_with_those_there_are(self):
        with pytest.raises(CommandError, match=r"There are: .*prp@1\.0\.0"):
            run("diff", "prp@7.0.0", f"prp@{NOW}")


@pytest.mark.django_db
def test_install_reports_what_was_new_once():
    assert len(told("install")["installed"]) == len(library_files.released_checksums())
    assert told("install")["installed"] == []


class TestExport:
    @pytest.mark.parametrize("name", ["prp", "prp/injection", f"prp@{NOW}"])
    def test_the_file_as_it_stands(self, name):
        assert run("export", name) == PRP.read_text("utf-8")
        assert told("export", name, "--format", "yaml") == {
            "treatment": "prp",
            "version": NOW,
            "text": PRP.read_text("utf-8"),
        }

    def test_an_older_version(self):
        assert run("export", "prp@1.0.0") == PRP.with_name("1.0.0.yaml").read_text("utf-8")

    def test_fhir_of_a_treatment_is_its_questions_and_one_plan_for_each_option(self):
        bundle = told("export", "prp", "--format", "fhir")
        assert [entry["fullUrl"].partition("/fhir/")[2] for entry in bundle["entry"]] == [
            "Questionnaire/prp",
            "PlanDefinition/prp-microneedling",
            "PlanDefinition/prp-injection",
        ]
        assert run("export", "prp", "--format", "fhir") == json.dumps(bundle, ensure_ascii=False, indent=2) + "\n"

    def test_fhir_of_an_option_in_a_version(self):
        bundle = told("export", "prp/injection@1.0.0", "--format", "fhir")
        assert [(e["resource"]["id"], e["resource"]["version"]) for e in bundle["entry"]] == [
            ("prp-injection", "1.0.0"),
            ("prp-injection", "1.0.0"),
        ]

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("yoga",), "There is no treatment 'yoga'. There are: exosome-therapy, prp,"),
            (("prp/drinking",), "has no modality 'drinking'. It has: microneedling, injection."),
            (("prp/",), "has no modality ''. It has: microneedling, injection."),
            (("prp@7.0.0",), "There is no version '7.0.0' of prp. There are: 1.0.0, 1.1.0, 1.2.0, 1.3.0."),
            (("prp", "--format", "pdf"), "There is no format 'pdf'. There are: yaml, fhir."),
        ],
    )
    def test_what_is_not_there_is_refused_in_one_sentence(self, words, message):
        with pytest.raises(CommandError) as refused:
            run("export", *words)
        assert message in str(refused.value)
        assert "\n" not in str(refused.value)
        assert refused.value.returncode == 2
