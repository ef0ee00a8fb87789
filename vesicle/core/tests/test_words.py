"""Sentences made in plain Python: English as text, and said again in another language piece by piece."""

import copy
import json
import pickle
from datetime import date

import pytest

from vesicle.core.languages import speaking, told
from vesicle.core.words import joined, said

DAY = date(2026, 3, 14)
THREE_VISITS = said("{amount} at most", amount=said("{number} visits", number=3))


@pytest.mark.parametrize(
    ("made", "english", "spanish"),
    [
        (said("A provider decides first."), "A provider decides first.", "Primero decide un profesional."),
        (
            said("Not yet: from {day}.", day=DAY),
            "Not yet: from March 14, 2026.",
            "Todavía no: desde el 14 de marzo de 2026.",
        ),
        (
            said("You want {wish}: it takes more.", wish=THREE_VISITS),
            "You want 3 visits at most: it takes more.",
            "Usted quiere 3 visitas como máximo: necesita más.",
        ),
        (
            joined([said("As you wish."), "Zanfel {x}"]),
            "As you wish. Zanfel {x}",
            "Como usted desea. Zanfel {x}",
        ),
        (said("nobody has a word for this"), "nobody has a word for this", "nobody has a word for this"),
        ("Forehead", "Forehead", "Frente"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_english_and_can_be_said_in_spanish(made, english, spanish):
    assert made == english
    assert json.loads(json.dumps(made)) == english
    with speaking("es"):
        assert told(made) == spanish
    assert told(made) == english


@pytest.mark.parametrize("again", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])  # noqa: S301
def test_a_copy_still_knows_how_it_was_made(again):
    with speaking("es"):
        assert told(again(said("Not on: {areas}.", areas="{x}"))) == "No en: {x}."
