"""Which words of a sentence stand under a negation.

A negation reaches forward from its word: "not" and "never" to the end of their clause, "no" and "without" over what
they stand before, unless that is a word for products or evidence, as in "no product has been shown to …". It ends at
"but", "because", "instead", a semicolon, a comma behind which somebody new is spoken of, or the comma behind a clause
put in front. An even number of negations is none: "not without risk". What only looks like one ("not only", "why not",
"no other") is listed in ``context.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vesicle.website.claims.words import Word

_CLAUSE = frozenset({"not", "never", "neither", "unable", "fail", "fails", "failed", "refuse", "hardly", "decline"})
_NOBODY = frozenset({"nobody", "none", "nothing"})
_NEXT_WORDS = frozenset({"no", "without", "zero"})
_ENDS = frozenset(
    {
        "but",
        "yet",
        "however",
        "although",
        "though",
        "whereas",
        "because",
        "since",
        "so",
        "instead",
        "rather",
        "just",
        "only",
    }
)
_SOMEBODY = frozenset(
    {"it", "they", "we", "you", "our", "the", "this", "these", "your", "exosomes", "exosome", "he", "she", "i",
     "my", "patients", "results", "is", "are", "yes"}
)  # fmt: skip
_ANOTHER = frozenset({"no", "not", "never", "nobody", "none"})
_ANOTHER_CLAUSE = frozenset({"nothing", "nobody", "never"})
"""Words that deny anew behind a comma: "since nothing is added, nothing can go wrong"."""
_MOST_WORDS = 16
_MOST_OF_A_NOUN = 3
_MOST_BEFORE_A_NOUN = 6
_LIKE = frozenset({"like", "better", "faster", "than", "as", "quicker", "quite", "more"})
_LEGAL_KINDS = frozenset({"medicine", "medicines", "drug", "drugs", "biologic", "biologics", "device", "devices"})
_PREDICATE = frozenset(
    {"is", "are", "was", "were", "has", "have", "had", "can", "could", "do", "does", "did", "will", "would", "may"}
)
_MAY_STAND_BETWEEN = _PREDICATE | frozenset(
    {"result", "results", "treatment", "treatments", "product", "products", "exosome", "exosomes", "claim",
     "claims", "effect", "effects", "therapy", "of", "any", "a", "by", "for", "this", "these", "skin", "with",
     "ever", "the", "be", "simply"}
)  # fmt: skip
_MOST_BETWEEN = 6


_OPENS_IN_FRONT = frozenset(
    {"when", "whenever", "where", "if", "because", "since", "although", "though", "while", "whereas", "once", "after",
     "as", "even"}
)  # fmt: skip
"""Words that open a clause put in front of the main one."""
_LISTS = frozenset({"or", "and", "nor"})
_SHORTEST_IN_FRONT = 5


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word and the words it reaches: ``at`` itself, up to but without ``end``.

    ``in_front`` says that it stands in a clause before the main one, of which it denies nothing.
    """

    at: int
    end: int
    kind: str
    in_front: bool = False


def negations(words: Sequence[Word], not_negations: Iterable[int], generic: Iterable[int]) -> tuple[Negation, ...]:
    """Return the negations of a sentence.

    ``not_negations`` are the places of words that look like one and are none; ``generic`` those of words such as
    "product" and "evidence", behind which "no" reaches over the whole clause.
    """
    false, wide = set(not_negations), set(generic)
    main = main_clause(words)
    found = []
    for at, word in enumerate(words):
        if at in false:
            continue
        if word.text in _CLAUSE or (word.text == "nor" and _text(words, at + 1) in _PREDICATE):
            found.append(Negation(at, _end_of_clause(words, at + 1, commas=False), "clause"))
        elif word.text in _NOBODY or (word.text == "no" and _text(words, at + 1) == "one"):
            found.append(Negation(at, _end_of_clause(words, at + 1, commas=False), "nobody"))
        elif word.text in _NEXT_WORDS:
            is_wide = word.text == "no" and wide & set(_what_there_is_none_of(words, at + 1))
            if is_wide:
                found.append(Negation(at, _end_of_clause(words, at + 1, commas=False), "nobody"))
            else:
                end = _end_of_clause(words, at + 1, commas=True)
                found.append(Negation(at, min(end, at + 1 + _MOST_OF_A_NOUN), "noun"))
    return tuple(replace(one, end=min(one.end, main), in_front=True) if one.at < main else one for one in found)


def _what_there_is_none_of(words: Sequence[Word], start: int) -> Iterator[int]:
    """Yield the places of what "no" may stand before, as in "no large randomized controlled trials"."""
    for at in range(start, min(len(words), start + _MOST_BEFORE_A_NOUN)):
        if at >= start + _MOST_OF_A_NOUN and ("," in words[at].before or words[at].text in _SOMEBODY):
            return
        yield at


def main_clause(words: Sequence[Word], opens: frozenset[str] = _OPENS_IN_FRONT) -> int:
    """Return where the main clause begins behind one put in front of it, which a word of ``opens`` begins; else 0.

    What is denied in "When creams have not worked, PRP treats melasma" is the first half alone.
    """
    if len(words) < _SHORTEST_IN_FRONT or words[0].text not in opens:
        return 0
    commas = [at for at in range(2, len(words)) if "," in words[at].before]
    if somebody := next((at for at in commas if words[at].text in _SOMEBODY), 0):
        return somebody
    # "acne, rosacea or eczema," is a list that ends at the second comma.
    ends = (at for at, after in pairwise([*commas, len(words)]) if not _in_a_list(words[at:after], len(words) - after))
    return next(ends, 0)


def _in_a_list(between: Sequence[Word], behind: int) -> bool:
    """Return whether words between two commas go on with a list; ``behind`` is how many words follow them."""
    return behind > 0 and any(word.text in _LISTS for word in between[:_MOST_OF_A_NOUN])


def _text(words: Sequence[Word], at: int) -> str:
    return words[at].text if at < len(words) else ""


def _end_of_clause(words: Sequence[Word], start: int, *, commas: bool) -> int:
    for at in range(start, min(len(words), start + _MOST_WORDS)):
        word = words[at]
        if word.text in _ENDS and at > start:
            return at
        if set(word.before) & set(";:—–!?"):
            return at
        if "," in word.before and (commas or word.text in _SOMEBODY or word.text in _ANOTHER_CLAUSE):
            return at
        if word.text == "and" and (at == start or _text(words, at + 1) in _ANOTHER):
            return at
        if at > start and word.text in _SOMEBODY and words[at - 1].text in ("and", "so"):
            return at
        if commas and at > start and word.text in _SOMEBODY:
            return at
    return min(len(words), start + _MOST_WORDS)


def is_negated(words: Sequence[Word], found: Sequence[Negation], start: int, end: int, *, own: bool = False) -> bool:
    """Return whether what stands at ``start`` to ``end`` is said not to be so.

    ``own`` says that a negation inside belongs to what was found ("no side effects") and denies nothing.
    """
    over = [
        one
        for one in found
        if (one.at < start < one.end and (end <= one.end or not one.in_front))
        or (not own and not one.in_front and start <= one.at < end - 1)
    ]
    if any(
        one.kind == "nobody" and any(_compares(words, at) for at in range(end, min(len(words), end + 5)))
        for one in over
    ):
        return False
    if len(over) % 2:
        return True
    return not over and _denied_afterwards(words, found, end)


def _compares(words: Sequence[Word], at: int) -> bool:
    """Return whether a word compares, as in "nothing works like it"; "as a medicine" only names a kind in law."""
    if words[at].text == "as":
        kind = at + 2 if _text(words, at + 1) in ("a", "an") else at + 1
        return _text(words, kind) not in _LEGAL_KINDS or _text(words, kind + 1) in _PREDICATE
    return words[at].text in _LIKE


def _denied_afterwards(words: Sequence[Word], found: Sequence[Negation], end: int) -> bool:
    """Return whether a predicate behind denies it: "A guarantee is not possible", "Approval has not been given"."""
    denials = {one.at for one in found if one.kind == "clause"}
    for at in range(end, min(len(words), end + _MOST_BETWEEN)):
        if at in denials and at > 0 and words[at - 1].text in _PREDICATE:
            return True
        if words[at].text not in _MAY_STAND_BETWEEN or words[at].before not in ("", "-", "”", '"', "'", "’"):
            return False
    return False
