"""The shared lists as choices: what may stand in a field, under its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from vesicle.protocols.bank import load_bank
from vesicle.protocols.crosschecks import lists_of
from vesicle.protocols.words import option_words
from vesicle.protocols.yaml_source import Path

Choices = tuple[tuple[str, str], ...]
"""Values and their names, in the order of the list."""

_NAMES: Mapping[str, Callable[[Any], str]] = {
    "reference": lambda one: str(one.citation),
    "question": lambda one: f"{one.clinician} ({one.id})",
    "licence": lambda one: f"{one.short}: {one.name}",
}


def choices_for(path: Path, key: str, options: Collection[str]) -> Choices | None:
    """Return what the field ``key`` of the group at ``path`` may hold; ``None`` where it points into no shared list."""
    found = lists_of(path, load_bank(), options).get(key)
    if found is None:
        return None
    known, what = found
    if not isinstance(known, Mapping):
        return tuple((name, option_words(name)) for name in sorted(known))
    name_of = _NAMES.get(what, lambda one: str(one.name))
    return tuple((key_, name_of(one)) for key_, one in known.items())


def citation(key: str) -> str:
    """Return what a source is; empty for an unknown key."""
    found = load_bank().references.get(key)
    return found.citation if found else ""
