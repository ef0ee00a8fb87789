"""Sentences about the practice rather than the treatment: opening hours, years in business, paying, parking."""

from __future__ import annotations

from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.exclusions import strong_questions_in
from vesicle.website.importing.words import practice_patterns

_LONGEST = 45
"""Words up to which a sentence may be about the practice alone; a longer one says something else as well."""


def is_of_the_house(text: str) -> bool:
    """Return whether a short sentence is about the practice, its prices, hours or people, not the treatment."""
    about, spared = practice_patterns()
    return (
        not text.endswith("?")
        and len(text.split()) <= _LONGEST
        and about.search(text) is not None
        and spared.search(text) is None
        and not strong_questions_in(text)
    )


def without_the_house(text: str) -> str:
    """Return a text without its sentences about the practice; empty where nothing else stands in it."""
    if practice_patterns()[0].search(text) is None:
        return text
    sentences = of_text(text)
    kept = [one.text for one in sentences if not is_of_the_house(one.text)]
    return text if len(kept) == len(sentences) else " ".join(kept)
