"""Whatever the gate may find is said in the reader's language."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from vesicle import skin
from vesicle.results.capture import wording
from vesicle.results.comparing.wording import why

GATE = Path(skin.__file__).parent / "gate"
CODES = sorted(
    {code for module in GATE.glob("*.py") for code in re.findall(r'Problem\(\s*"([a-z-]+)"', module.read_text())}
)


def test_the_gate_has_codes():
    assert {"glasses", "black-and-white", "photo-of-photo", "covered"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_each_has_words_in_both_languages(code):
    english = wording.said(code, "", 3)
    assert english != wording.said("nothing-like-it", "", 3)
    with translation.override("es"):
        assert wording.said(code, "", 3) != english


def test_a_change_of_colour_without_a_card_says_what_it_is_held_against():
    assert "untreated skin of the same photo" in why("beyond-noise", {"relative": True})
    assert "untreated skin" in why("among-many", {"relative": True, "count": 9})
    assert why("beyond-noise", {"relative": False}) == ""
    with translation.override("es"):
        assert "piel no tratada" in why("within-noise", {"relative": True})
