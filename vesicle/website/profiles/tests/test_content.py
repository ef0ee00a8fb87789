"""Words about people and places: what a title may name, what is judged, where two texts differ."""

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.website.profiles.content import (
    LocationWords,
    PersonWords,
    borrowed_licence,
    differences,
    own_words,
    typed_words,
)


@pytest.mark.parametrize(
    ("title", "licence", "named"),
    [
        ("Medical director", "md", ""),
        ("Senior nurse", "rn", ""),
        ("Registered nurse", "rn", ""),
        ("Nurse practitioner", "np", ""),
        ("Physician assistant", "pa", ""),
        ("Physician", "md", ""),
        ("Physician", "rn", "Physician"),
        ("Noor Haddad, MD", "rn", "MD"),
        ("physician of the house", "", "Physician"),
        ("Papa of the clinic", "", ""),
        ("Front desk", "", ""),
    ],
)
def test_a_title_names_no_licence_but_the_one_on_record(title, licence, named):
    assert borrowed_licence(title, licence, load_bank()) == named


def test_every_text_is_judged_and_the_description_of_the_picture_too():
    words = LocationWords(description="A.", parking="B.", picture={"picture": 1, "alt": "C."})
    assert [one.place for one in own_words(words)] == ["description", "parking", "alt"]


def test_what_is_typed_is_judged_however_long_and_nothing_else_is():
    typed = {"biography": "x" * 5000, "revision": "3", "alt": "A door."}
    assert [one.place for one in typed_words(typed)] == ["biography", "alt"]


def test_differences_name_the_field_and_show_what_is_saved():
    saved = PersonWords(title="Nurse", biography="Theirs.", position=2)
    typed = PersonWords(title="Nurse", biography="Mine.")
    assert differences(saved, typed) == [("Short biography", "Theirs."), ("Place in the row", "2")]
