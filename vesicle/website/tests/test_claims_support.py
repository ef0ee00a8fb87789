"""Whether a claim of a protocol carries a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims.support import carries

ON = date(2026, 11, 28)


def claim(wording="It may soften the look of fine lines.", grade="low", **other):
    given = {
        "id": "lines",
        "wording": wording,
        "grade": grade,
        "rests_on": "One trial of 28 people.",
        "jurisdictions": ["US"],
        "regulator_status": "Appearance wording.",
        "review_by": date(2027, 1, 31),
        "refs": ["park2023"],
        "basis": "verified",
    }
    return Claim.model_validate({**given, **other})


def answer(text, of=None, on=ON, jurisdiction="US", treatments=()):
    return carries(text, of or claim(), on=on, jurisdiction=jurisdiction, treatments=treatments)


@pytest.mark.parametrize(
    ("grade", "text", "ok"),
    [
        ("low", "It may soften fine lines.", True),
        ("low", "Wrinkles might look softer.", True),
        ("low", "It softens fine lines.", False),
        ("low", "It can soften fine lines.", False),
        ("very-low", "It may soften fine lines.", True),
        ("very-low", "Fine lines look softer.", False),
        ("moderate", "It can soften fine lines.", True),
        ("moderate", "It softens fine lines.", False),
        ("high", "It softens fine lines.", True),
        ("high", "It is proven to soften fine lines.", False),
        ("high", "It will soften fine lines.", False),
        ("high", "It may soften fine lines in every patient.", False),
        ("high", "It may soften fine lines for everybody.", False),
        ("high", "It erases fine lines.", False),
        ("none", "It may soften fine lines.", False),
    ],
)
def test_words_are_no_stronger_than_the_grade_allows(grade, text, ok):
    found = answer(text, claim(grade=grade))
    assert found.ok is ok, found.why
    assert found.why.endswith(".")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It may cure acne.", "No evidence makes this sayable here"),
        ("It may soften fine lines by 30%.", "does not hold this number: 30"),
        ("In two weeks fine lines may look softer.", "does not hold this number: 2"),
        ("It may shrink pores.", "does not speak of this: pores"),
        ("It may soften fine lines better than others.", "does not speak of this: comparison"),
        ("It may be worth it.", "cannot be seen what the sentence says"),
    ],
)
def test_it_speaks_of_what_the_claim_speaks_of_and_no_more(text, why):
    found = answer(text)
    assert not found.ok
    assert why in found.why


def test_the_words_of_the_claim_itself_are_carried_whole_or_by_sentence():
    of = claim("Skin may look smoother. The trials are few and small.")
    assert answer("Skin may look smoother. The trials are few and small.", of).ok
    assert answer("Skin may look smoother.", of).ok


def test_a_claim_past_its_review_or_made_for_another_country_carries_nothing():
    assert answer("It may soften fine lines.", on=date(2027, 1, 31)).ok
    assert "looked at again by 2027-01-31" in answer("It may soften fine lines.", on=date(2027, 2, 1)).why
    assert "not made for European Union" in answer("It may soften fine lines.", jurisdiction="DE").why
    assert answer("It may soften fine lines.", claim(jurisdictions=["UK"]), jurisdiction="GB").ok


def test_a_claim_of_one_treatment_does_not_carry_a_sentence_about_another():
    assert answer("PRP may soften fine lines.", treatments=["prp"]).ok
    assert "another treatment" in answer("PRP may soften fine lines.", treatments=["exosome-therapy"]).why
    of = claim("Laser may soften the look of fine lines.")
    assert "another treatment" in answer("PRP may soften fine lines.", of).why


@pytest.mark.parametrize("wording", ["It may soften fine lines.", "Needling with PRP may soften fine lines."])
def test_a_claim_of_needling_carries_no_sentence_about_injections(wording):
    of = claim(wording)
    assert "another treatment" in answer("PRP injections may soften fine lines.", of).why
    assert "injection" in answer("PRP injections may soften fine lines.", of, treatments=["prp", "microneedling"]).why
    assert answer("PRP injections may soften fine lines.", of, treatments=["prp", "injection"]).ok
    assert answer("Needling with PRP may soften fine lines.", of, treatments=["prp", "microneedling"]).ok


def test_every_claim_of_the_protocols_carries_its_own_words():
    for option in load_library().options():
        for one in option.sections.claims:
            found = carries(one.wording, one, on=ON, jurisdiction=one.jurisdictions[0])
            assert found.ok, (option.id, one.id, found.why)


@pytest.mark.parametrize(
    ("grade", "text", "ok"),
    [
        ("low", "It may soften fine lines and smooth wrinkles.", True),
        ("low", "It may soften fine lines and smooths wrinkles.", False),
        ("low", "It may soften fine lines, and wrinkles are smoother.", False),
        ("low", "Fine lines may look softer, and it reduces wrinkles.", False),
        ("low", "It softens wrinkles and may soften fine lines.", False),
        ("low", "It may soften fine lines, and it may soften wrinkles.", True),
        ("low", "Lines in skin that looks tired may soften.", True),
        ("low", "When a line is softer, wrinkles may be softer too.", True),
        ("low", "It softens fine lines, but the evidence is weak.", True),
        ("low", "In one trial lines looked softer and wrinkles were fewer.", True),
        ("low", "In one trial lines looked softer, and it erases wrinkles.", False),
        ("low", "Perhaps lines soften, but wrinkles are gone.", False),
        ("moderate", "It can soften fine lines and helps with wrinkles.", True),
        ("moderate", "It can soften fine lines and smooths wrinkles.", False),
        ("high", "It can soften fine lines and smooths wrinkles.", True),
    ],
)
def test_a_hedge_holds_for_its_own_clause(grade, text, ok):
    found = answer(text, claim("In one trial it seemed to soften and smooth lines and wrinkles.", grade))
    assert found.ok is ok, found.why


@pytest.mark.parametrize(
    ("grade", "text", "instead"),
    [
        ("low", "It softens fine lines.", "It may soften fine lines."),
        ("low", "It can soften fine lines.", "It may soften fine lines."),
        ("low", "Softens fine lines.", "May soften fine lines."),
        ("moderate", "It softens fine lines.", "It can soften fine lines."),
        ("high", "It is proven to soften fine lines.", "It can soften fine lines."),
        ("high", "It will soften fine lines in every patient.", "It can soften fine lines."),
        ("low", "It dramatically softens fine lines.", "It may soften fine lines."),
        ("low", "It may soften fine lines and smooths wrinkles.", "It may soften fine lines and may smooth wrinkles."),
        ("low", "Fine lines disappear.", "It may soften the look of fine lines"),
    ],
)
def test_words_too_strong_are_answered_with_words_that_would_pass(grade, text, instead):
    of = claim(grade=grade)
    if "smooths" in text:
        of = claim("It may soften and smooth the look of fine lines.", grade)
    found = answer(text, of)
    assert not found.ok
    assert f"These words would pass: “{instead}”." in found.why
    assert answer(instead, of).ok


def test_what_is_wrong_for_another_reason_than_its_strength_gets_no_proposal():
    for text in ("It may shrink pores.", "It may soften fine lines by 30%.", "It cures acne."):
        assert "would pass" not in answer(text).why
