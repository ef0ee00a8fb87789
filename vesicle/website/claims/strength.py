"""How surely a sentence speaks, clause by clause, and how to say it as surely as a grade of evidence allows.

A hedge holds for its own clause. Clauses part at commas and the like and at "and", "but" and their kin; one without a
verb of its own ("and smooth texture" behind "may") goes on with the one before it and states nothing by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence, Set

from vesicle.protocols.schema.common import Grade
from vesicle.website.claims.phrases import forms_of
from vesicle.website.claims.rules import SupportFile
from vesicle.website.claims.words import Word, words_of

_PARTS = frozenset(",;:—–()")
_JOINS = frozenset({"and", "but", "yet", "while", "whereas", "so", "because", "plus", "then"})
_BEFORE_A_SIGN = re.compile(r" ([.,;:!?])")
_RELATIVE = frozenset({"that", "which", "who"})


def states_plainly(words: Sequence[Word], said: Set[int], unsure: Set[int], conditions: Collection[str]) -> bool:
    """Return whether a clause states an effect and no hedge stands in it.

    ``said`` are the places of words that state one, ``unsure`` those of hedges; ``conditions`` open clauses that state
    nothing.
    """
    return any(
        words[start].text not in conditions
        and not any(start <= at < end for at in unsure)
        and any(start <= at < end and not _only_says_which(words, start, at) for at in said)
        for start, end in _clauses(words)
    )


def said_of_it(verb: str) -> str:
    """Return a verb as it is said of one thing: "softens"."""
    return forms_of(f"{verb}~")[1]


def _clauses(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(words)):
        if _PARTS & set(words[at].before) or words[at].text in _JOINS:
            yield start, at
            start = at + 1 if words[at].text in _JOINS and at + 1 < len(words) else at
    if words:
        yield start, len(words)


def _only_says_which(words: Sequence[Word], start: int, at: int) -> bool:
    """Return whether a verb only says which is meant, as in "skin that is dry"."""
    return at > start and words[at - 1].text in _RELATIVE and not _PARTS & set(words[at - 1].before)


def weakened(text: str, grade: Grade, data: SupportFile) -> str:
    """Return a sentence with what is too sure put as ``grade`` allows; whether it may be said then is not looked at."""
    allowed = data.allowed.get(grade)
    if allowed is None:
        return text
    sure = {tuple(said.split()): allowed for said in data.too_sure}
    sure |= {(said_of_it(verb),): f"{allowed} {verb}" for verb in data.verbs}
    sure |= {tuple(said.split()): "" for said in data.left_out}
    longest = max(len(said) for said in sure)
    words = words_of(text)
    parts: list[str] = []
    copied = at = 0
    while at < len(words):
        reach = min(longest, len(words) - at)
        length = next((n for n in range(reach, 0, -1) if _texts(words[at : at + n]) in sure), 0)
        if length:
            instead = sure[_texts(words[at : at + length])]
            start = words[at].start
            parts += [text[copied:start], instead.capitalize() if text[start].isupper() else instead]
            copied = words[at + length - 1].end
        at += length or 1
    said = " ".join("".join([*parts, text[copied:]]).split())
    return _BEFORE_A_SIGN.sub(r"\1", said)


def _texts(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)
