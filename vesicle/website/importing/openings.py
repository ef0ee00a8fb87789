"""Many patterns over one text, of which only those are tried that could begin with the letters that stand there.

One long alternation tries every name at every word. Which patterns can match what begins with three given letters is
the same everywhere, so it is asked once for each such three, of the partial matching of `regex`. The matching itself
stays with `re`, and what is found stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

_LETTERS = 3
_REMEMBERED = 16_384


class Openings:
    """Patterns without case, in the order they are tried, each of which matches only where no word character is before.

    Parameters
    ----------
    patterns
        Regular expressions without groups that capture.
    not_after
        Characters, as in a class, that may not stand before a match.
    """

    def __init__(self, patterns: Sequence[str], *, not_after: str = r"\w") -> None:
        self._patterns = tuple(patterns)
        self._partial = tuple(regex.compile(pattern, regex.IGNORECASE) for pattern in patterns)
        self._starts = re.compile(rf"(?<![{not_after}])(?=(.{{1,{_LETTERS}}}))", re.DOTALL)
        self._not_after = not_after
        self._opened = lru_cache(_REMEMBERED)(self._opened_by)
        self._alternation = lru_cache(_REMEMBERED)(self._alternation_of)

    def possible_in(self, text: str) -> list[int]:
        """Return the places, in order, of the patterns that may match somewhere in a text."""
        keys = {match[1] for match in self._starts.finditer(text)}
        return sorted({place for key in keys for place in self._opened(_key(key))})

    def finditer(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield what an alternation of the patterns would match, with the place of the pattern that did."""
        end = 0
        for start in self._starts.finditer(text):
            if start.start() < end or not (places := self._opened(_key(start[1]))):
                continue
            match = self._alternation(places).match(text, start.start())
            if match is not None and match.end() > match.start():
                end = match.end()
                yield places[(match.lastindex or 1) - 1], match

    def _opened_by(self, letters: str) -> tuple[int, ...]:
        if not letters:
            return tuple(range(len(self._patterns)))
        return tuple(
            place for place, pattern in enumerate(self._partial) if pattern.match(letters, partial=True) is not None
        )

    def _alternation_of(self, places: tuple[int, ...]) -> re.Pattern[str]:
        patterns = "|".join(f"({self._patterns[place]})" for place in places)
        return re.compile(rf"(?<![{self._not_after}])(?:{patterns})(?!\w)", re.IGNORECASE)


def _key(letters: str) -> str:
    """Return what is remembered for a text's letters; empty where the two libraries may fold case differently."""
    if letters.isascii():
        return letters.lower()
    return "" if any(one > "\x7f" and one.isalpha() for one in letters) else letters.lower()
