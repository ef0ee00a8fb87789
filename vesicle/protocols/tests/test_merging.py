"""What two people changed at once is put together, and nothing that one of them typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.protocols.merging import merged, merged_overlay
from vesicle.protocols.overlay import Overlay

_PART = st.dictionaries(st.sampled_from("xy"), st.booleans())
PLAIN = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | _PART)


@given(read=PLAIN, other=PLAIN)
def test_where_only_one_changed_something_it_is_theirs(read, other):
    assert merged(read, other, read) == other
    assert merged(read, read, other) == other
    assert merged(read, other, other) == other


@given(read=PLAIN, saved=PLAIN, typed=PLAIN)
def test_nothing_is_there_that_nobody_wrote_and_whoever_saves_again_changes_it_no_further(read, saved, typed):
    both = merged(read, saved, typed)
    assert set(both) <= set(saved) | set(typed)
    assert merged(saved, saved, both) == both


def question(asked, answer="Yes."):
    return {"question": asked, "answer": answer}


@pytest.mark.parametrize(
    ("read", "saved", "typed", "both"),
    [
        ({"note": "A."}, {"headline": "B", "note": "A."}, {"note": "C."}, {"headline": "B", "note": "C."}),
        ({"note": "A."}, {"note": "B."}, {"note": "C."}, {"note": "C."}),
        ({"note": "A.", "headline": "H"}, {"headline": "H"}, {"note": "A.", "headline": "I"}, {"headline": "I"}),
        (
            {"questions": [question("One?")]},
            {"questions": [question("One?"), question("Two?")]},
            {"questions": [question("One?", "No."), question("Three?")]},
            {"questions": [question("One?", "No."), question("Two?"), question("Three?")]},
        ),
        (
            {"questions": [question("One?"), question("Two?")]},
            {"questions": [question("Two?")]},
            {"questions": [question("Two?"), question("One?")]},
            {"questions": [question("Two?")]},
        ),
        (
            {"modalities": {"injection": {"price_from": 400}}},
            {"modalities": {"injection": {"price_from": 500}}},
            {"modalities": {"injection": {"price_from": 400, "areas": {"scalp": {"minutes": 60}}}}},
            {"modalities": {"injection": {"price_from": 500, "areas": {"scalp": {"minutes": 60}}}}},
        ),
        (
            {"pictures": [{"picture": 1, "alt": "A"}, {"picture": 2, "alt": "B"}]},
            {"pictures": [{"picture": 1, "alt": "A room"}, {"picture": 2, "alt": "B"}, {"picture": 3, "alt": "C"}]},
            {"pictures": [{"picture": 2, "alt": "B"}, {"picture": 1, "alt": "A"}]},
            {"pictures": [{"picture": 2, "alt": "B"}, {"picture": 1, "alt": "A room"}, {"picture": 3, "alt": "C"}]},
        ),
    ],
)
def test_words_prices_questions_and_pictures(read, saved, typed, both):
    found = merged_overlay(*(Overlay.model_validate(one) for one in (read, saved, typed)))
    assert found == Overlay.model_validate(both)
