"""How well the claims check agrees with people, held as floors; docs/rooms/claims.md says how the sets came about."""

from __future__ import annotations

import pytest

from vesicle.protocols.library_files import load_library
from vesicle.website.claims import audit
from vesicle.website.tests.claims_measured import SETS, labelled, measured


@pytest.mark.parametrize(
    ("name", "kept", "agreement", "recall", "precision", "ok_blocked"),
    [
        ("labelled", False, 0.98, 0.98, 0.97, 0.01),
        ("labelled", True, 0.96, 0.96, 0.95, 0.03),
        ("voices", True, 0.90, 0.93, 0.95, 0.03),
        ("oblique", True, 0.78, 0.82, 0.92, 0.08),
        ("sideways", True, 0.86, 0.85, 0.94, 0.05),
        ("last", True, 0.65, 0.70, 0.70, 0.20),
        ("families", None, 0.98, 0.98, 0.97, 0.01),
        ("third", None, 0.98, 0.98, 0.97, 0.01),
        ("fourth", None, 0.98, 0.98, 0.97, 0.01),
        ("fifth", None, 0.98, 0.98, 0.97, 0.01),
        ("sixth", None, 0.94, 0.97, 0.97, 0.04),
        ("seventh", None, 0.97, 0.98, 0.98, 0.01),
        ("eighth", None, 0.96, 0.97, 0.98, 0.01),
        ("ninth", None, 0.97, 0.98, 0.98, 0.01),
        ("tenth", None, 0.93, 0.95, 0.97, 0.01),
        ("eleventh", None, 0.90, 0.95, 0.95, 0.03),
        ("twelfth", None, 0.97, 0.97, 0.98, 0.01),
        ("thirteenth", None, 0.98, 0.98, 0.98, 0.01),
        ("fourteenth", None, 0.98, 1, 0, 0.01),
        ("fifteenth", None, 0.98, 0.98, 0.98, 0.02),
        ("sixteenth", None, 0.97, 0.97, 0.98, 0.01),
    ],
)
def test_the_check_agrees_with_the_labels(name, kept, agreement, recall, precision, ok_blocked):
    found = measured(one for one in labelled(name) if kept is None or one.is_kept is kept)
    assert found.agreement >= agreement
    assert found.recall >= recall
    assert found.precision >= precision
    assert found.ok_blocked <= ok_blocked


def test_there_are_enough_sentences_of_every_label_and_none_twice():
    everything = [one for name in SETS for one in labelled(name)]
    assert len(everything) >= 800
    assert len({(one.text, one.jurisdiction) for one in everything}) == len(everything)
    for label in ("block", "needs-evidence", "ok"):
        assert sum(one.label == label for one in everything) >= 200


def test_no_claim_of_a_released_protocol_is_blocked():
    for option in load_library().options():
        for claim in option.sections.claims:
            assert audit(claim.wording, jurisdiction=claim.jurisdictions[0]).verdict != "block", claim.wording


def test_a_verdict_never_depends_on_quotation_marks_case_of_the_first_letter_or_spaces_around():
    for one in labelled("third"):
        verdict = audit(one.text).verdict
        assert audit(f"  {one.text}\t").verdict == verdict
        assert audit(one.text.replace("’", "'")).verdict == verdict
        assert audit(one.text[0].lower() + one.text[1:]).verdict == verdict
