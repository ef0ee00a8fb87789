"""Reads through slips of the pen in the words that decide: one letter missing, doubled, exchanged or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from vesicle.website.claims.rules import load_rules
from vesicle.website.claims.words import Word

_SHORTEST = 6
"""Letters of a word worth correcting; in shorter ones another letter makes another word."""


def respelt(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words, those nearly spelt like one of ``context.yaml``'s ``often_misspelt`` spelt like it."""
    return tuple(word if (text := _respelt(word.text)) == word.text else replace(word, text=text) for word in words)


@lru_cache(maxsize=50_000)
def _respelt(text: str) -> str:
    known = load_rules().often_misspelt
    if len(text) < _SHORTEST or text in known or not text.isalpha():
        return text
    found = process.extractOne(text, known, scorer=OSA.distance, score_cutoff=1)
    # An ending is no slip: "collagens", "permanently" begin like the word itself.
    if found is None or text.startswith(found[0]) or found[0].startswith(text + "s"):
        return text
    return found[0]
