"""Protocol files: refused with everything that is wrong, never altered after release, never overwritten."""

import re
import shutil
from pathlib import Path

import pytest

from vesicle.protocols import library_files
from vesicle.protocols.library_files import (
    check_file,
    house_order,
    load_library,
    release,
    released_checksums,
    version_key,
)
from vesicle.protocols.problems import FileRefused
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.shipped import NEXT

NOW = shipped.PRP
PRP = f"prp/{NOW}.yaml"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A copy of the shipped library that a test may change."""
    folder = tmp_path / "library"
    shutil.copytree(library_files.LIBRARY, folder)
    monkeypatch.setattr(library_files, "LIBRARY", folder)
    monkeypatch.setattr(library_files, "CHECKSUMS", folder / "checksums.txt")
    load_library.cache_clear()
    yield folder
    load_library.cache_clear()


def changed(path, *replacements, to=None):
    text = path.read_text("utf-8")
    for before, after in replacements:
        assert before in text, before
        text = text.replace(before, after, 1)
    target = to or path
    target.write_text(text, "utf-8")
    return target


def without_section(library, name):
    """A next version of PRP in which neither the treatment nor a modality gives a section."""
    lines, kept, inside = (library / PRP).read_text("utf-8").splitlines(), [], None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and depth <= inside:
            inside = None
        if line.strip() == f"{name}:":
            inside = depth
        if inside is None:
            kept.append(
                line.replace(f'version: "{NOW}"', f'version: "{NEXT}"') if line.startswith("version:") else line
            )
    assert len(kept) < len(lines)
    file = library / "prp" / f"{NEXT}.yaml"
    file.write_text("\n".join(kept) + "\n", "utf-8")
    return file


class TestLibrary:
    def test_it_holds_five_treatments_and_ten_options_in_the_order_of_the_house(self):
        library = load_library()
        assert library.treatments()[:2] == ("exosome-therapy", "prp")
        assert len(library.options()) == 10
        assert library.option("prp/injection").modality == "injection"

    def test_an_unknown_option_is_a_key_error(self):
        with pytest.raises(KeyError):
            load_library().option("prp/drinking")

    def test_versions_are_ordered_as_numbers(self):
        assert sorted(["1.10.0", "1.9.0", "1.2.0"], key=version_key) == ["1.2.0", "1.9.0", "1.10.0"]

    def test_a_treatment_without_a_place_in_the_order_comes_last(self):
        listed = sorted(["prp", "a-new-one", "exosome-therapy"], key=house_order)
        assert listed == ["exosome-therapy", "prp", "a-new-one"]

    def test_a_copy_that_still_names_the_old_version_never_takes_its_place(self, library):
        """A newcomer copies a file, changes a number, and forgets the version."""
        changed(library / PRP, ("tagline: ", "tagline: Now "), to=library / "prp" / f"{NEXT}.yaml")
        with pytest.raises(FileRefused, match=f"must lie at library/prp/{re.escape(NOW)}.yaml") as refused:
            load_library()
        [problem] = refused.value.problems
        assert problem.field == "version"
        assert (library / PRP).read_text("utf-8").splitlines()[problem.line - 1].startswith("version:")

    def test_a_draft_that_lacks_a_section_is_refused_with_the_place(self, library):
        file = without_section(library, "red_flags")
        for act in (load_library, lambda: check_file(file)):
            with pytest.raises(FileRefused, match="has no 'red_flags', and the treatment gives none") as refused:
                act()
            assert {problem.field for problem in refused.value.problems} == {"modalities[0]", "modalities[1]"}


@pytest.mark.parametrize("path", library_files.library_paths(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_shipped_file_passes_its_own_check(path):
    protocol, options = check_file(path)
    assert len(options) == len(protocol.modalities)


class TestCheck:
    def test_a_shipped_file_is_in_order(self, library):
        protocol, options = check_file(library / PRP)
        assert (protocol.id, len(options)) == ("prp", 2)

    def test_everything_wrong_is_told_at_once_with_its_line(self, library):
        text = (library / PRP).read_text("utf-8")
        row = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("tagline:"))
        wrong = text.replace("tagline:", "tag_line:", 1).replace("format: 1", "format: 7", 1)
        wrong = wrong.replace("concern: ", "concern: x-", 1)
        file = library.parent / "wrong.yaml"
        file.write_text(wrong, "utf-8")
        with pytest.raises(FileRefused) as refused:
            check_file(file)
        found = {problem.field: problem for problem in refused.value.problems}
        assert found["format"].found == "7"
        assert found["format"].allowed == "1 or less"
        assert found["tag_line"].line == row
        assert "Did you mean 'tagline'?" in found["tag_line"].message
        assert found["tagline"].message.startswith("is missing")
        unknown = [problem for problem in refused.value.problems if "is no concern of the shared list" in str(problem)]
        assert len(unknown) == 1
        assert unknown[0].line > row
        assert all(problem.file.endswith("wrong.yaml") for problem in refused.value.problems)

    def test_an_answer_a_question_does_not_have_is_refused_with_those_it_has(self, library):
        file = library.parent / "answers.yaml"
        changed(library / PRP, ("is: [", "is: [perhaps, "), to=file)
        with pytest.raises(FileRefused) as refused:
            check_file(file)
        assert "'perhaps' is no answer to SCR-" in str(refused.value)
        assert "allowed: " in str(refused.value)

    @pytest.mark.parametrize(
        ("before", "after", "allowed", "said"),
        [
            ("refs: [alam2018", "refs: [alam2081", "references of the shared list", "Did you mean 'alam2018'?"),
            (
                "measures: [OM-REDNESS",
                "measures: [OM-REDNES",
                "measures of the shared list",
                "Did you mean 'OM-REDNESS'?",
            ),
            ("measures: [OM-REDNESS", "measures: [OM-DLQI", "a measure that is shipped", "is licensed"),
            ("measures: [OM-REDNESS", "measures: [OM-ECCA", "a measure that patients score", "not scored by patients"),
            ('is: ["yes"]', 'is: ["yess"]', "yes, no", "is no answer to SCR-"),
            ("jurisdiction: US", "jurisdiction: UA", "US", "; allowed: "),
            (
                "option: chemical-peel/superficial",
                "option: chemical-peel/deep",
                "chemical-peel/superficial",
                "no option",
            ),
        ],
    )
    def test_an_unknown_id_names_what_was_found_and_what_is_allowed(self, library, before, after, allowed, said):
        file = changed(library / PRP, (before, after), to=library.parent / "wrong.yaml")
        with pytest.raises(FileRefused) as refused:
            check_file(file)
        [problem] = refused.value.problems
        assert problem.found.strip("'") in after
        assert allowed in problem.allowed
        assert said in problem.message
        assert after in file.read_text("utf-8").splitlines()[problem.line - 1]

    def test_days_are_not_counted_from_a_question_without_a_date(self, library):
        file = library.parent / "undated.yaml"
        text = (library / PRP).read_text("utf-8")
        file.write_text(re.sub(r"from_question: SCR-[A-Z.-]+", "from_question: SCR-FITZ", text, count=1), "utf-8")
        with pytest.raises(FileRefused) as refused:
            check_file(file)
        [problem] = refused.value.problems
        assert problem.field.endswith("from_question")
        assert (problem.found, problem.allowed) == ("SCR-FITZ", "a question that asks for a date")

    def test_a_file_in_the_wrong_place_is_told_where_it_belongs(self, library):
        file = library / "prp" / f"{NEXT}.yaml"
        shutil.copy(library / PRP, file)
        with pytest.raises(FileRefused, match=f"must lie at library/prp/{re.escape(NOW)}.yaml"):
            check_file(file)


class TestRelease:
    def test_an_altered_released_version_is_refused_everywhere(self, library):
        changed(library / PRP, ("tagline: ", "tagline: Now "))
        for act in (load_library, lambda: check_file(library / PRP), lambda: release(library / PRP)):
            with pytest.raises(FileRefused, match="has been altered since"):
                act()

    def test_it_is_noticed_whichever_way_the_file_is_named(self, library, tmp_path, monkeypatch):
        changed(library / PRP, ("tagline: ", "tagline: Now "))
        monkeypatch.chdir(library / "prp")
        link = tmp_path / "link.yaml"
        link.symlink_to(library / PRP)
        for name in (Path(f"{NOW}.yaml"), link):
            with pytest.raises(FileRefused, match="has been altered since"):
                check_file(name)

    def test_the_same_text_may_be_released_again_and_changes_nothing(self, library):
        before = library_files.CHECKSUMS.read_text()
        release(library / PRP)
        assert library_files.CHECKSUMS.read_text() == before

    def test_a_new_version_adds_a_line_and_keeps_the_others(self, library):
        before = released_checksums()
        file = changed(library / PRP, (f'version: "{NOW}"', f'version: "{NEXT}"'), to=library / "prp" / f"{NEXT}.yaml")
        protocol, sha = release(file)
        assert protocol.version == NEXT
        assert released_checksums() == {**before, ("prp", NEXT): sha}
        assert load_library().latest("prp").version == NEXT

    def test_a_file_outside_the_library_never_replaces_a_released_version(self, library, tmp_path):
        file = changed(library / PRP, ("tagline: ", "tagline: Now "), to=tmp_path / "new.yaml")
        before = library_files.CHECKSUMS.read_text()
        with pytest.raises(FileRefused, match="a release lies in the library"):
            release(file)
        assert library_files.CHECKSUMS.read_text() == before

    def test_a_refused_file_is_not_released(self, library):
        file = changed(
            library / PRP,
            (f'version: "{NOW}"', f'version: "{NEXT}"'),
            ("format: 1", "format: 2"),
            to=library / "prp" / f"{NEXT}.yaml",
        )
        before = library_files.CHECKSUMS.read_text()
        with pytest.raises(FileRefused):
            release(file)
        assert library_files.CHECKSUMS.read_text() == before
