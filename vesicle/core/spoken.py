"""Words on a page of another language that know which of them are English, because there is no translation.

Wherever HTML is made of them they mark their English with ``lang="en"``, for whoever has the page read aloud: Django
asks a text for ``__html__`` before it escapes it. As text they are the words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from string import Formatter
from typing import Any

_PLACE = re.compile(r"%(?:\((\w+)\)s|(%))")


class InEnglish(str):
    """An English text on a page of another language."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the words as HTML that says they are English."""
        return f'<span lang="en">{escape(self)}</span>'


class Mixed(str):
    """A sentence in the language of the page with English words in it."""

    pieces: tuple[str, ...]

    def __html__(self) -> str:
        """Return the sentence as HTML, its English words marked."""
        return "".join(one.__html__() if isinstance(one, InEnglish) else escape(one) for one in self.pieces)


def put_together(pieces: Iterable[str]) -> str:
    """Return pieces as one text that still knows which of them are English; plain text where none is."""
    given = [each for one in pieces for each in (one.pieces if isinstance(one, Mixed) else (one,)) if each]
    words = "".join(given)
    if not any(isinstance(one, InEnglish) for one in given):
        return words
    if all(isinstance(one, InEnglish) or not any(map(str.isalpha, one)) for one in given):
        return InEnglish(words)
    made = Mixed(words)
    made.pieces = tuple(given)
    return made


def filled(pattern: object, values: Mapping[str, str]) -> str:
    """Return a pattern of a catalog (``%(name)s``) with its values, which stay marked where they are English."""
    return put_together(_filled(str(pattern), values))


def _filled(pattern: str, values: Mapping[str, str]) -> Iterator[str]:
    end = 0
    for found in _PLACE.finditer(pattern):
        yield pattern[end : found.start()]
        yield _text(values[found[1]]) if found[1] else "%"
        end = found.end()
    yield pattern[end:]


def formatted(pattern: str, values: Mapping[str, str]) -> str:
    """Return a pattern of ``core.words`` (``{name}``) with its values, which stay marked where they are English."""
    pieces: list[str] = []
    for before, name, _, _ in Formatter().parse(pattern):
        pieces += [before, _text(values[name])] if name is not None else [before]
    return put_together(pieces)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def alike(text: str, changed: str) -> str:
    """Return changed words of a text; those that are English on a page of another language still are.

    Of a sentence with English in it the change must not move a letter.
    """
    if isinstance(text, Mixed) and len(text) == len(changed):
        return _marked_again(changed, _stretches(text))
    return InEnglish(changed) if isinstance(text, InEnglish) else changed


def lowered(text: str) -> str:
    """Return words in small letters; English ones on a page of another language still are."""
    return alike(text, text.lower())


def small(text: str) -> str:
    """Return the text with a small first letter, unless its first word is an abbreviation or a single letter."""
    return text if text[1:2].isupper() or not text[1:2].isalpha() else alike(text, text[:1].lower() + text[1:])


Stretches = dict[str, list[list[int]]]
"""Where English words stand in the texts of a tree, by the way to each: the first letter and the one after the last."""


def english_in(tree: object) -> Stretches:
    """Return where a tree of mappings and lists says English, to be kept beside it as plain data."""
    return {way: found for way, text in _texts(tree, "") if (found := _stretches(text))}


def with_english(tree: Any, kept: Mapping[str, Iterable[Iterable[int]]], way: str = "") -> Any:
    """Return a tree that was kept as plain data with its English words marked again, as ``english_in`` found them."""
    if isinstance(tree, Mapping):
        return {key: with_english(each, kept, f"{way}.{key}") for key, each in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [with_english(each, kept, f"{way}.{index}") for index, each in enumerate(tree)]
    return _marked_again(tree, kept[way]) if way in kept else tree


def _texts(tree: object, way: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield way, tree
    elif isinstance(tree, Mapping):
        for key, each in tree.items():
            yield from _texts(each, f"{way}.{key}")
    elif isinstance(tree, Sequence):
        for index, each in enumerate(tree):
            yield from _texts(each, f"{way}.{index}")


def _stretches(text: str) -> list[list[int]]:
    found, at = [], 0
    for one in text.pieces if isinstance(text, Mixed) else (text,):
        if isinstance(one, InEnglish):
            found.append([at, at + len(one)])
        at += len(one)
    return found


def _marked_again(text: str, stretches: Iterable[Iterable[int]]) -> str:
    pieces, end = [], 0
    for first, last in stretches:
        pieces += [text[end:first], InEnglish(text[first:last])]
        end = last
    return put_together([*pieces, text[end:]])
