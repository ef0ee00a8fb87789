"""Two people changed the same thing: what each of them did, put together field by field.

Plain Python over plain data. Nothing is decided here: the result stands in the form of whoever was slower, who reads it
and saves it on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vesicle.protocols.overlay import Overlay

_NOTHING: Final = object()
_KEYS: Final = {"questions": "question", "pictures": "picture"}
"""Lists whose entries are told apart by one of their fields, wherever they stand."""


def merged_overlay(read: Overlay, saved: Overlay, typed: Overlay) -> Overlay:
    """Return the clinic's part with what both changed since it was ``read``; where both changed the same, as typed."""
    states = [one.model_dump(mode="json", exclude_defaults=True) for one in (read, saved, typed)]
    return Overlay.model_validate(merged(*states))


def merged(read: Any, saved: Any, typed: Any) -> Any:
    """Return ``typed``, with what ``saved`` changed of ``read`` and ``typed`` did not. Mappings are taken apart."""
    if typed in (read, saved):
        return saved
    if saved == read or not all(isinstance(one, Mapping) for one in (saved, typed)):
        return typed
    known = read if isinstance(read, Mapping) else {}
    found = {}
    for name in dict.fromkeys([*saved, *typed]):
        states = [one.get(name, _NOTHING) for one in (known, saved, typed)]
        value = _entries(_KEYS[name], *states) if name in _KEYS else merged(*states)
        if value is not _NOTHING:
            found[name] = value
    return found


def _entries(key: str, read: Any, saved: Any, typed: Any) -> list[Any]:
    """Put lists together entry by entry; the order is that of whoever changed it, theirs first where only they did."""
    states = [{} if one is _NOTHING else {entry[key]: entry for entry in one} for one in (read, saved, typed)]
    found = merged(*states)
    orders = [list(one) for one in states]
    first, second = (orders[1], orders[2]) if _same_order(orders[0], orders[2]) else (orders[2], orders[1])
    return [found[name] for name in dict.fromkeys([*first, *second]) if name in found]


def _same_order(read: Sequence[Any], now: Sequence[Any]) -> bool:
    """Return whether those that were there before still stand in the same order."""
    return [one for one in read if one in now] == [one for one in now if one in read]
