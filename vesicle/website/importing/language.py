"""Which language a page is in, by its commonest words; its own statement alone is not enough."""

from __future__ import annotations

import re

from vesicle.website.importing.blocks import Content

_ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "is",
        "for",
        "your",
        "with",
        "are",
        "or",
        "in",
        "that",
        "be",
        "on",
        "you",
        "it",
        "as",
        "from",
        "can",
        "by",
        "this",
        "at",
        "will",
        "have",
        "after",
    ]
)
_OTHERS = {
    "Spanish": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "de",
            "que",
            "y",
            "en",
            "para",
            "con",
            "una",
            "por",
            "su",
            "piel",
            "es",
            "del",
            "se",
            "más",
            "después",
            "como",
            "tratamiento",
        ]
    ),
    "French": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "et",
            "une",
            "dans",
            "pour",
            "avec",
            "est",
            "sur",
            "vous",
            "votre",
            "peau",
            "du",
            "au",
            "après",
            "qui",
            "traitement",
        ]
    ),
    "German": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "ist",
            "für",
            "mit",
            "den",
            "von",
            "ein",
            "eine",
            "nicht",
            "sie",
            "ihre",
            "haut",
            "nach",
            "auf",
            "bei",
            "wird",
            "werden",
        ]
    ),
    "Portuguese": frozenset(
        [
            "o",
            "os",
            "as",
            "de",
            "que",
            "e",
            "em",
            "para",
            "com",
            "uma",
            "por",
            "sua",
            "pele",
            "é",
            "do",
            "da",
            "não",
            "mais",
            "depois",
            "tratamento",
        ]
    ),
    "Italian": frozenset(
        [
            "il",
            "lo",
            "la",
            "gli",
            "di",
            "che",
            "e",
            "in",
            "per",
            "con",
            "una",
            "del",
            "della",
            "pelle",
            "è",
            "sono",
            "dopo",
            "più",
            "trattamento",
        ]
    ),
    "Dutch": frozenset(
        [
            "de",
            "het",
            "een",
            "en",
            "van",
            "is",
            "voor",
            "met",
            "op",
            "uw",
            "huid",
            "niet",
            "zijn",
            "na",
            "bij",
            "wordt",
            "behandeling",
        ]
    ),
    "Polish": frozenset(
        ["i", "w", "na", "z", "do", "jest", "się", "po", "nie", "dla", "oraz", "skóry", "zabieg", "przez"]
    ),
}
_FEWEST = 25
"""Words below which a text is too short to tell its language, unless `_PLAIN` words are of one and none English."""
_PLAIN = 4
_FOREIGN = 0.3
"""Share of letters beyond ours; French and Czech have less, other scripts and a wrongly read encoding far more."""


def language_of(content: Content) -> str:
    """Return the language of a page if it is surely not English; its own statement alone is not enough."""
    text = " ".join(block.text for block in content.blocks)[:60_000]
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(ord(letter) > 0x7F for letter in letters) > _FOREIGN * len(letters):
        return "a language in other letters than ours"
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _ENGLISH for word in words)
    name, count = max(
        ((name, sum(word in known for word in words)) for name, known in _OTHERS.items()), key=lambda one: one[1]
    )
    if len(words) < _FEWEST:
        return name if count >= _PLAIN and not english else ""
    if count > english * 1.5 and count > 0.08 * len(words):
        return name
    declared = content.language.partition("-")[0].lower()
    if declared not in ("", "en") and english < 0.06 * len(words):
        return f"“{declared}”, as the page says"
    return ""
