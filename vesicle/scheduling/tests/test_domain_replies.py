"""What an answer means: only what is plain from first word to last; everything else is for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.scheduling.domain.replies import _KNOWN, _POLITE, Meaning, _words, meaning_of, own_words

PHRASES = sorted(_KNOWN.items())


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("YES", "confirm"),
        ("c", "confirm"),
        ("Sí", "confirm"),
        ("SI", "confirm"),
        ("¡Sí, gracias!", "confirm"),
        ("Yes, thank you!", "confirm"),
        ("Hi, I'll be there", "confirm"),
        ("👍🏽", "confirm"),
        ("Cancel", "cancel"),
        ("cancelar por favor", "cancel"),
        ("Please cancel my appointment.", "cancel"),
        ("STOP", "stop"),
        ("Alto", "stop"),
        ("BAJA", "stop"),
        ("don't text me", "stop"),
        ("start", "start"),
        ("Ayuda", "help"),
        ("HELP", "help"),
    ],
)
def test_what_is_plain_is_understood_in_both_languages(text, meaning):
    assert meaning_of(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        *(
            "do not cancel",
            "don't cancel",
            "no cancelar",
            "No cancelen mi cita",
            "cancel?",
            "cancel or move?",
            "never cancel",
        ),
        *(
            "yes but later",
            "yes, cancel",
            "yes? no",
            "yes 👎",
            "sí, pero más tarde",
            "si puedo",
            "no",
            "not yes",
            "yes но",
        ),
        *(
            "stop by at 3?",
            "can I start earlier",
            "help me move it",
            "",
            "   ",
            "ok",
            "thanks",
            "👎",
            "请取消",
            "yes\u200bno",
        ),
    ],
)
def test_everything_else_is_for_a_person(text):
    assert meaning_of(text) == Meaning.OTHER


VOCABULARY = {word for phrase in _KNOWN for word in phrase.split()} | _POLITE | {"thank", "muchas", "por", "buenos"}
words_we_do_not_know = st.text(st.characters(categories=["L", "N", "So"]), min_size=1, max_size=12).filter(
    lambda word: not set(_words(word)) <= VOCABULARY
)


@given(st.sampled_from(PHRASES), words_we_do_not_know, st.booleans())
def test_no_word_is_read_past(phrase, word, is_before):
    words, _ = phrase
    assert meaning_of(f"{word} {words}" if is_before else f"{words} {word}") == Meaning.OTHER


@given(
    st.sampled_from([words for words, meaning in PHRASES if meaning in (Meaning.CONFIRM, Meaning.CANCEL)]),
    st.sampled_from(
        ["not", "no", "never", "don't", "dont", "do not", "nunca", "jamás", "if", "maybe", "?", "unless", "tal vez"]
    ),
    st.booleans(),
)
def test_a_doubt_or_a_no_beside_it_is_never_read_past(phrase, doubt, is_before):
    assert meaning_of(f"{doubt} {phrase}" if is_before else f"{phrase} {doubt}") == Meaning.OTHER


@given(st.sampled_from(PHRASES), st.sampled_from(["", "!", ".", " !!", "..."]), st.sampled_from(["", "Hola, ", "ok "]))
def test_case_signs_and_greetings_change_nothing(phrase, sign, hello):
    words, meaning = phrase
    assert meaning_of(f"{hello}{words.upper()}{sign}") == meaning


class TestOwnWords:
    @pytest.mark.parametrize(
        "below",
        [
            "On Mon, Nov 30, 2026 at 9:00 AM Alderbrook Skin <r@a.example> wrote:\n> STOP",
            "On Mon, Nov 30, 2026 at 9:00 AM Alderbrook Skin\n<r@a.example> wrote:\n> Will you come?",
            "El lun, 30 nov 2026 a las 9:00, Alderbrook (<r@a.example>) escribió:\n> ¿Vendrá?",
            "> Will you come?",
            "-- \nPia Sørensen",
            "-----Original Message-----\nFrom: us",
            "Sent from my phone",
            "________________________________\nFrom: us",
        ],
    )
    def test_end_where_the_quotation_or_the_signature_begins(self, below):
        assert own_words(f"Yes\r\n\r\n{below}") == "Yes"

    def test_are_everything_where_nothing_is_quoted(self):
        assert own_words("On Monday I cannot.\nWhat about Tuesday?") == "On Monday I cannot.\nWhat about Tuesday?"
