"""A medicine that somebody names speaks against their "no": a provider asks, nothing is read into it."""

from datetime import date

import pytest

from vesicle.candidacy.domain import Answer, evaluate, evaluate_all, standard_catalogue
from vesicle.candidacy.domain.planes import Population
from vesicle.candidacy.domain.sheets import standard_layout
from vesicle.demo.answers import healthy
from vesicle.protocols.library_files import load_library

ON = date(2026, 12, 1)
PRP = load_library().option("prp/injection")


def person(text, question="SCR-MEDS", **more):
    said = healthy(born=date(1980, 1, 1), areas=("cheeks",), skin="II")
    said = said.with_answer(question, Answer("answered" if question == "SCR-MEDS" else "yes", None, text))
    for name, value in more.items():
        said = said.with_answer(f"SCR-{name}", Answer(value))
    return said


def test_a_blood_thinner_in_the_list_of_medicines_outweighs_a_no() -> None:
    found = evaluate(PRP, person("Warfarin 5 mg, vitamin D"), ON)
    reason = next(r for r in found.reasons if "SCR-ANTICOAG" in r.questions)
    assert (found.verdict, reason.why) == ("review", "named")
    assert reason.patient.startswith("You named “Warfarin” (warfarin). A provider will ask how that fits")
    assert "against the answer given: Anticoagulant" in reason.clinician
    assert reason.questions == ("SCR-ANTICOAG", "SCR-MEDS")


def test_a_misspelled_one_is_shown_as_it_was_written_and_as_it_was_read() -> None:
    found = evaluate(PRP, person("elliquis"), ON)
    assert "“elliquis” (apixaban)" in found.reasons[0].patient


@pytest.mark.parametrize("text", ["", "vitamin D", "no warfarin", "my husband takes warfarin"])
def test_words_that_name_no_medicine_of_theirs_change_nothing(text) -> None:
    assert evaluate(PRP, person(text), ON).verdict == "suitable"


def test_an_answer_that_agrees_with_it_stands() -> None:
    found = evaluate(PRP, person("warfarin", ANTICOAG="yes"), ON)
    assert [r.why for r in found.reasons] == ["fired"]


def test_a_question_never_answered_is_asked_and_not_guessed() -> None:
    found = evaluate(PRP, person("warfarin").without("SCR-ANTICOAG"), ON)
    assert (found.verdict, found.unasked) == ("incomplete", ("SCR-ANTICOAG",))


def test_a_stored_decision_replays_by_what_was_read_then() -> None:
    said = person("Warfarin 5 mg")
    assert evaluate(PRP, said, ON, named={}).verdict == "suitable"


def test_whole_populations_see_it_too() -> None:
    layout, options = standard_layout(), load_library().options()
    people = [person(text) for text in ("warfarin", "vitamin D", "prednisone 5 mg", "isotretinoin", "")]
    sheets = layout.read(b"".join(map(layout.write, people)))
    planes = [each.names() for each in Population(sheets, layout, standard_catalogue()).at(ON).verdicts(options)]
    engine = [[v.verdict for v in evaluate_all(options, each, ON)] for each in people]
    assert list(map(list, zip(*planes, strict=True))) == engine
