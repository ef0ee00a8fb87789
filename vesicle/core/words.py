"""Sentences made in plain Python that can be said in other languages later.

A sentence is text like any other, in English. It also remembers how it was put together, so that a page can look up
its translation and put the values in there; ``core.languages.told`` does that. Nothing here knows a framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


class Said(str):
    """A sentence: ``pattern`` with ``{places}`` for ``values``. As text it is the English sentence."""

    pattern: str
    values: Mapping[str, Any]

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


class Written(str):
    """Free words of somebody who works here, as a value of a sentence: no catalog has them, in whatever language."""

    __slots__ = ()


def said(pattern: str, **values: Any) -> Said:
    """Return a sentence. Without values the pattern is the sentence; days among the values are written in full.

    >>> said("Not before {day}.", day=date(2026, 3, 14))
    'Not before March 14, 2026.'
    """
    made = Said(pattern.format_map({name: _plain(value) for name, value in values.items()}) if values else pattern)
    made.pattern, made.values = pattern, values
    return made


def joined(parts: Iterable[str], separator: str = " ") -> Said:
    """Return sentences one after the other, each of which keeps how it was made."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return said(separator.join(f"{{{name}}}" for name in values), **values)


def _plain(value: object) -> str:
    return f"{value:%B} {value.day}, {value.year}" if isinstance(value, date) else str(value)
