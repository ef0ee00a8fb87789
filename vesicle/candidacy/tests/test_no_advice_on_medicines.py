"""The software never tells anybody to stop a medicine: not in a protocol, not in a question, not on a page."""

import re
from pathlib import Path

import pytest

import vesicle
from vesicle.protocols.bank import load_bank

ROOT = Path(vesicle.__file__).parent
TEXTS = sorted(
    [
        *(ROOT / "protocols/library").glob("*/*.yaml"),
        *(ROOT / "candidacy").glob("**/*.html"),
        *(ROOT / "candidacy").glob("presenters/*.py"),
        *(ROOT / "candidacy").glob("*forms.py"),
        *(ROOT / "candidacy").glob("views/*.py"),
        *(ROOT / "candidacy").glob("letters.py"),
        *(ROOT / "aftercare").glob("**/*.html"),
        *(ROOT / "aftercare").glob("letters.py"),
        *(ROOT / "scheduling").glob("letters.py"),
    ]
)
_GENERIC = "|".join(re.escape(medicine.name) for medicine in load_bank().medicines.values())
_THING = (
    rf"medicines?|medications?|drugs?|tablets?|pills?|doses?|blood[ -]thinners?|prescriptions?|steroids?|{_GENERIC}"
)
_VERB = (
    r"stop(?:ping)?|discontinu(?:e|ing)|quit(?:ting)?|skip(?:ping)?|miss|paus(?:e|ing)|interrupt(?:ing)?|withhold(?:ing)?"
    r"|hold(?: off)?|(?:come|coming|go|going|get|getting) off|leave out|cut down|reduc(?:e|ing)|lower(?:ing)?"
)
TO_STOP = re.compile(
    rf"\b(?:{_VERB})\b(?:\s+[\w'’-]+){{0,3}}?\s+(?:{_THING})\b|\b(?:stop|quit|discontinue|pause)\s+(?:taking|it|them)\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:never|not|don['’]t|nobody|nothing|without|no)\b", re.IGNORECASE)


def advice_in(text: str) -> list[str]:
    """Return the sentences that tell somebody to stop a medicine; "never stop …" tells the opposite."""
    sentences = re.split(r"(?<=[.!?;])\s|\s- |#|[\"{}]", " ".join(text.split()))
    return [
        sentence
        for sentence in sentences
        if (found := TO_STOP.search(sentence)) and not DENIED.search(sentence[: found.start()])
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Stop taking your blood thinner three days before.",
        "Please discontinue aspirin.",
        "Skip your dose on the day.",
        "You can come off warfarin for a week.",
        "Pause the tablets.",
        "If you take isotretinoin, stop it.",
        "Hold off your morning dose.",
    ],
)
def test_the_search_finds_it(sentence) -> None:
    assert advice_in(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Never stop a blood thinner on your own for a skin treatment.",
        "Decide; do not stop the drug.",
        "Please do not stop it for this treatment.",
        "Keep taking your medicine.",
        "A product that helps people stop smoking.",
        "You can stop at any time.",
    ],
)
def test_the_search_leaves_the_opposite_alone(sentence) -> None:
    assert advice_in(sentence) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_tells_anybody_to_stop_a_medicine(path) -> None:
    assert advice_in(path.read_text("utf-8")) == []


def test_every_protocol_and_every_bank_file_is_looked_at() -> None:
    names = {str(path.relative_to(ROOT / "protocols/library")) for path in TEXTS if "library" in path.parts}
    assert {"bank/questions.yaml", "bank/medicines.yaml", "prp/1.0.0.yaml", "laser-resurfacing/1.1.0.yaml"} <= names
    assert len(names) >= 20
