"""A slip in any bank file is refused, with the file, the line and what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vesicle.protocols.bank import load_bank, read_bank
from vesicle.protocols.bank.loader import FILES, LIBRARY
from vesicle.protocols.problems import FileRefused, Problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bank that a test may spoil."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "bank"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text, f"{name} no longer holds {old!r}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def line_holding(folder: Path, name: str, words: str) -> int:
    lines = (folder / name).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def refusals(folder: Path) -> list[Problem]:
    with pytest.raises(FileRefused) as caught:
        read_bank(folder)
    return list(caught.value.problems)


class TestRefuses:
    def test_the_untouched_copy_is_fine(self, folder):
        assert read_bank(folder).questions.keys() == load_bank().questions.keys()

    @pytest.mark.parametrize(
        ("name", "old", "new", "mark", "message"),
        [
            (
                "questions.yaml",
                "    group: skin-now\n    sort: 10",
                "    group: skin-today\n    sort: 10",
                "skin-today",
                "found 'skin-today'; allowed: hard-stop, skin-now",
            ),
            (
                "questions.yaml",
                "    kind: choice\n",
                "    kind: choise\n",
                "choise",
                "found 'choise'; allowed: birth-date, yes-no, choice, multi-choice, text.",
            ),
            (
                "questions.yaml",
                "    valid_days: 36525",
                "    valid_days: 36525\n    vaild_days: 3",
                "vaild_days",
                "Did you mean 'valid_days'?",
            ),
            (
                "questions.yaml",
                "- id: SCR-PLT.KIND",
                "- id: SCR-PLATE.KIND",
                "- id: SCR-PLT",
                "the follow-up SCR-PLATE.KIND must begin with 'SCR-PLT.'",
            ),
            (
                "questions.yaml",
                "counts: [chemical-peel/medium,",
                "counts: [chemical-peel/superficial,",
                "- id: SCR-RESURF",
                "'counts' names chemical-peel/superficial more than once",
            ),
            (
                "questions.yaml",
                '    asks_date: {label: "When was the last one?", of: Resurfacing of the area}\n',
                "",
                "- id: SCR-RESURF",
                "'counts' needs 'asks_date' on its question",
            ),
            (
                "questions.yaml",
                "- id: SCR-SUNAVOID\n",
                "- id: SCR-SUNAVOID\n    counts: [prp/injection]\n",
                "- id: SCR-SUNAVOID",
                "'counts' goes with the kind yes-no and 'asks_date'",
            ),
            (
                "questions.yaml",
                "counts: [chemical-peel/medium,",
                "counts: [peel,",
                "counts: [peel",
                "found 'peel'; allowed:",
            ),
            ("questions.yaml", "when: [answered]", "when: [maybe]", "- id: SCR-EXPECT", "waits for 'maybe'"),
            ("questions.yaml", "- id: SCR-BF\n", "- id: SCR-PREG\n", "ignored", "'SCR-PREG' is given twice"),
            ("questions.yaml", "sort: 20\n", "sort: 10\n", "ignored", "SCR-AGE has place 10"),
            ("questions.yaml", "refs: [fdaMN]", "refs: [fdaNM]", "fdaNM", "'fdaNM' is not in the reference list."),
            ("red_flags.yaml", "    within_days: 3\n", "", "- id: RF-NODULE", "'within_days' goes with the action"),
            (
                "red_flags.yaml",
                "basis: verified\n    refs: [fdaLido2024]",
                "basis: verified\n    refs: [renew]",
                "ignored",
                "the basis 'verified' needs a reference marked V",
            ),
            (
                "measures.yaml",
                '      - {value: 0, label: "The same"}\n',
                '      - {value: 7, label: "The same"}\n',
                "- id: OM-GAIS",
                "rising",
            ),
            ("measures.yaml", "    shipped: false", "    shipped: no", "shipped: no", "allowed: true or false"),
            (
                "measures.yaml",
                "    shipped: false",
                "    shipped: true",
                "- id: OM-DLQI",
                "what a patient scores needs 'ask'",
            ),
            ("concerns.yaml", "[OM-FWCS, OM-GAIS, OM-PHOTO]", "[OM-FWC]", "OM-FWC]", "'OM-FWC' is not known"),
            (
                "areas.yaml",
                "sites: [hands]",
                "sites: [hand]",
                "sites: [hand]",
                "'hand' is not known; allowed: forehead",
            ),
            ("areas.yaml", "aliases: [face]", "aliases: [hands]", "ignored", "'hands' is given twice"),
            (
                "consent_risks.yaml",
                "seriousness: mild",
                "seriousness: low",
                "seriousness: low",
                "allowed: mild, moderate, serious, unknown",
            ),
            (
                "medicines.yaml",
                "brands: [Eliquis]",
                "brands: [Eliquis, COUMA-DIN]",
                "COUMA-DIN",
                "the name 'COUMA-DIN' belongs to warfarin already",
            ),
            ("medicines.yaml", "{id: apixaban,", "{id: warfarin,", "ignored", "'warfarin' is given twice"),
            ("medicines.yaml", "atc: [B01AF02]", "atc: [B1AF02]", "B1AF02", "B1AF02"),
            ("medicines.yaml", "classes: [anticoagulant]", "classes: [blood]", "[blood]", "'blood' is not known"),
            ("medicines.yaml", "question: SCR-GOLD,", "question: SCR-GILD,", "GILD", "'SCR-GILD' is not known"),
            (
                "medicines.yaml",
                "answer: tetracycline,",
                "answer: tetracyclin,",
                "tetracyclin,",
                "'tetracyclin' is not known; allowed: tetracycline",
            ),
            ("medicines.yaml", "certainty: shows", "certainty: proves", "proves", "allowed: shows, suggests."),
            ("medicines.yaml", "- {id: SCR-MEDS}", "- {id: SCR-MED}", "- {id: SCR-MED}", "'SCR-MED' is not known"),
            (
                "medicines.yaml",
                "names: [Celebrex, Celexa, Cerebyx]",
                "names: [Celebrex, Celexo]",
                "Celexo",
                "'Celexo' is no name of a medicine in this list.",
            ),
            ("references.yaml", "    mark: V", "    mark: v", "mark: v", "found 'v'; allowed: V, S, C."),
            (
                "references.yaml",
                'pmid: "33073298"',
                "pmid: 33073298",
                "pmid: 33073298",
                "allowed: text. Put it in quotes.",
            ),
            ("references.yaml", "    number: 2\n", "    number: 1\n", "ignored", "'number 1' is given twice"),
            (
                "product_categories.yaml",
                "allergens: [fish, ",
                "allergens: [fisch, ",
                "fisch",
                "'fisch' is not a choice of SCR-ALL-PROD.SOURCES",
            ),
            (
                "product_categories.yaml",
                "topical-intact]\n    locked: true",
                "intradermal-injection]\n    locked: true",
                "- id: human-msc-adipose",
                "vesicles are never injected",
            ),
            (
                "jurisdictions.yaml",
                "categories: [autologous-platelet]",
                "categories: [platelet]",
                "categories: [platelet]",
                "'platelet' is not known",
            ),
            ("jurisdictions.yaml", "salmon-fish]", "plant]", "ignored", "'plant' has a rule in US already."),
            (
                "evidence_grades.yaml",
                "  - id: none",
                "  - id: nil",
                "- id: nil",
                "found 'nil'; allowed: high, moderate, low, very-low, none.",
            ),
            (
                "licences.yaml",
                "needle_depth_cap_mm: 2.5",
                "needle_depth_cap_mm: 3",
                "cap_mm: 3",
                "found 3; allowed: 2.5 or less.",
            ),
        ],
    )
    def test_a_slip_with_file_line_and_what_is_allowed(self, folder, name, old, new, mark, message):
        spoil(folder, name, old, new)
        problems = refusals(folder)
        found = [problem for problem in problems if message in problem.message]
        assert found, [str(problem) for problem in problems]
        assert found[0].file == f"bank/{name}"
        if mark != "ignored":
            assert found[0].line == line_holding(folder, name, mark)

    def test_a_category_without_a_rule(self, folder):
        spoil(folder, "jurisdictions.yaml", "[bacterial, synthetic-liposome]", "[bacterial]")
        (problem,) = refusals(folder)
        assert "US has no rule for synthetic-liposome" in problem.message
        assert problem.line == line_holding(folder, "jurisdictions.yaml", "rules:")

    def test_a_factor_that_would_count_for_nothing_without_a_word_why(self, folder):
        text = (folder / "fit_weights.yaml").read_text("utf-8")
        start, end = text.index("  - id: cost"), text.index("  - id: result")
        (folder / "fit_weights.yaml").write_text(text[:start] + text[end:], "utf-8")
        (problem,) = refusals(folder)
        assert "cost would count for nothing, without a word why." in problem.message

    def test_a_weight_for_what_nobody_is_asked_about(self, folder):
        spoil(folder, "fit_weights.yaml", "points: 0", "points: 5")
        (problem,) = refusals(folder)
        assert "'points' of result must be 0" in problem.message

    def test_a_site_that_nobody_could_book(self, folder):
        spoil(
            folder, "areas.yaml", "- {id: back, name: Back}", "- {id: back, name: Back}\n  - {id: elbow, name: Elbow}"
        )
        (problem,) = refusals(folder)
        assert "no area covers the site 'elbow'" in problem.message
        assert problem.line == line_holding(folder, "areas.yaml", "elbow")

    def test_a_question_that_is_too_long_to_read(self, folder):
        spoil(folder, "questions.yaml", "ask: What is your date of birth?", f"ask: {'word ' * 30}?")
        (problem,) = refusals(folder)
        assert "has 31 words" in problem.message
        assert problem.line == line_holding(folder, "questions.yaml", "- id: SCR-AGE")

    def test_a_missing_file(self, folder):
        (folder / "areas.yaml").unlink()
        (problem,) = refusals(folder)
        assert problem.file == "bank/areas.yaml"

    def test_all_files_at_once(self, folder):
        for name in FILES:
            spoil(folder, name, "format: 1", "format: 2")
        problems = refusals(folder)
        assert {problem.file for problem in problems} == {f"bank/{name}" for name in FILES}
        assert {problem.message for problem in problems} == {"found 2; allowed: 1."}
