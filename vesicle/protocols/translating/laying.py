"""A language laid over an option or the bank: the same things, said in other words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from vesicle.core.spoken import InEnglish
from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.schema import Option, Protocol
from vesicle.protocols.translating.catalogs import BANK, Catalog, catalog, key, translation
from vesicle.protocols.translating.marks import places, replaced

Model = TypeVar("Model", bound=BaseModel)
ENGLISH = "en"


def laid(model: Model, words: Catalog) -> Model:
    """Return ``model`` with its texts as ``words`` has them, and what it does not have as ``InEnglish``."""
    return replaced(model, lambda field, text: translation(words, field, text) or InEnglish(text))


def words_of(protocol: Protocol, options: Iterable[Option], language: str) -> dict[str, str]:
    """Return the library's translations of exactly the texts that a protocol and its options have.

    A rule that another treatment brings along is translated in that treatment's catalog.
    """
    own = catalog(language, protocol.id)
    sources: list[tuple[BaseModel, Catalog]] = [(protocol, own)]
    for option in options:
        for rule in option.rules:
            origin = rule.origin.partition("/")[0]
            if origin != protocol.id:
                sources.append((rule.rule, catalog(language, origin)))
    found: dict[str, str] = {}
    for model, words in sources:
        for place in places(model):
            for name in (key(place.field, place.text), place.text):
                if name in words:
                    found.setdefault(name, words[name])
    return found


@lru_cache(maxsize=16)
def bank_in(language: str) -> Bank:
    """Return the bank with its texts in a language, made once per process; ``en`` is the bank as it is written."""
    bank = load_bank()
    if language == ENGLISH:
        return bank
    words = catalog(language, BANK)
    changed: dict[str, object] = {}
    for part in fields(bank):
        entries = getattr(bank, part.name)
        if not isinstance(entries, frozenset):
            changed[part.name] = MappingProxyType({name: laid(entry, words) for name, entry in entries.items()})
    return replace(bank, **changed)  # type: ignore[arg-type]  # each part under its own name
