"""Which language a page is in, by its commonest words; its own statement alone is not enough."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vesicle.website.importing.blocks import Content
from vesicle.website.importing.words import language_words

_FEWEST = 25
"""Words below which a text is too short to tell its language, unless `_PLAIN` words are of one and none English."""
_PLAIN = 4
_SAID = re.compile(r"[a-z]{2,3}(?![a-z])", re.IGNORECASE)
"""The language in what a page says of itself: "es" of "es-MX"."""
_FEWEST_STRANGE = 8
"""Different words, hardly any of them English, before a page in a language we have no words of is taken for one."""
_ENGLISH_ENOUGH = 0.06
_FOREIGN = 0.3
"""Share of letters beyond ours; French and Czech have less, other scripts and a wrongly read encoding far more."""


def language_of(content: Content) -> str:
    """Return the language of a page if it is surely not English; its own statement alone is not enough."""
    return language_in((block.text for block in content.blocks), declared=content.language)


def language_in(texts: Iterable[str], *, declared: str = "") -> str:
    """Return the language of texts if it is surely not English; ``declared`` is what they say of themselves."""
    text = " ".join(texts)[:60_000]
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(ord(letter) > 0x7F for letter in letters) > _FOREIGN * len(letters):
        return "a language in other letters than ours"
    common, subject, others = language_words()
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in common for word in words)
    name, count = max(
        ((name, sum(word in known for word in words)) for name, known in others.items()), key=lambda one: one[1]
    )
    declared = said[0].lower() if (said := _SAID.match(declared)) else ""
    if len(words) >= _FEWEST:
        if count > english * 1.5 and count > 0.08 * len(words):
            return name
        if declared not in ("", "en") and english < _ENGLISH_ENOUGH * len(words):
            return f"“{declared}”, as the page says"
    elif count >= _PLAIN and not english:
        return name
    is_strange = english < _ENGLISH_ENOUGH * len(words) and subject.isdisjoint(words)
    return "another language than English" if is_strange and len(set(words)) >= _FEWEST_STRANGE else ""
