"""Names of treatments, modalities and concerns: from the protocols and the bank, with more words from the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.website.importing.openings import Openings
from vesicle.website.importing.words import treatment_words

OTHER = "other"
"""Stands for a treatment that the library has no protocol of."""
_BEFORE = r"\w-"
"""Nothing of this stands right before a name: "anti-acne" is another word."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A treatment named in a text."""

    treatment: str
    start: int
    end: int


def _spelt(name: str) -> str:
    """Return a pattern for a name: spaces and hyphens alike, a plural allowed."""
    return re.sub(r"(?:\\ |\\-|-)+", r"[\\s-]*", re.escape(name.strip())) + r"(?:s|es)?"


@cache
def _treatment_names() -> tuple[Openings, tuple[str, ...]]:
    by_name: dict[str, str] = {}
    library, words = load_library(), treatment_words()
    for treatment in library.treatments():
        protocol = library.latest(treatment)
        named = [
            protocol.title,
            *protocol.synonyms,
            *(words.treatments[treatment].words if treatment in words.treatments else ()),
        ]
        for name in named:
            # "Vampire facial, a brand-linked name …": the name ends at the comma; "Something (SCIT)" has two.
            plain = name.partition(",")[0].strip().lower()
            short = re.search(r"\(([A-Z]{3,6})\)", name)
            for one in (plain, re.sub(r"\s*\([^)]*\)", "", plain), short[1].lower() if short else ""):
                if len(one) > 2 and not one.startswith("glycolic, "):
                    by_name.setdefault(one, treatment)
    for name in words.other:
        by_name.setdefault(name, OTHER)
    ordered = sorted(by_name, key=len, reverse=True)
    return Openings([_spelt(name) for name in ordered], not_after=_BEFORE), tuple(by_name[name] for name in ordered)


@lru_cache(maxsize=2048)
def mentions(text: str) -> tuple[Mention, ...]:
    """Return the treatments named in a text, longest names first where they overlap.

    Kept for the last texts, because a heading is asked for by everything that stands under it.
    """
    names, treatments = _treatment_names()
    return tuple(Mention(treatments[place], match.start(), match.end()) for place, match in names.finditer(text))


@cache
def _descriptions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{'|'.join(said.described)})(?!\w)", re.IGNORECASE))
        for name, said in treatment_words().treatments.items()
    )


def described_in(text: str) -> set[str]:
    """Return the treatments a text describes, whether or not it names them."""
    return {name for name, pattern in _descriptions() if pattern.search(text)}


@cache
def includes(treatment: str) -> frozenset[str]:
    """Return the treatments that are part of one: its protocol combines them."""
    protocol = load_library().latest(treatment)
    return frozenset(part.option.partition("/")[0] for modality in protocol.modalities for part in modality.combines)


@cache
def _modality_patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    words = treatment_words().modalities
    found = []
    for option in load_library().options():
        patterns = "|".join((re.escape(option.name), *words.get(option.id, ())))
        found.append((option.treatment, option.modality, re.compile(rf"(?<![\w-])(?:{patterns})(?!\w)", re.IGNORECASE)))
    return tuple(found)


def modalities_in(text: str, treatment: str) -> dict[str, str]:
    """Return the modalities of a treatment named in a text, each with the words that name it."""
    found: dict[str, str] = {}
    for owner, modality, pattern in _modality_patterns():
        if owner == treatment and (match := pattern.search(text)) is not None:
            found[modality] = match.group()
    return found


@cache
def _concern_names() -> tuple[Openings, tuple[str, ...]]:
    words = treatment_words().concerns
    entries: list[tuple[str, str]] = []
    for concern in load_bank().concerns.values():
        own = [*words.get(concern.id, ()), *(_spelt(name) for name in (concern.name, *concern.synonyms))]
        entries += [(pattern, concern.id) for pattern in own]
    entries += [(pattern, name) for name, patterns in treatment_words().unlisted.items() for pattern in patterns]
    entries.sort(key=lambda entry: len(entry[0]), reverse=True)
    # Scars before spots: what is longer is tried first, so that "acne scars" is not acne.
    first = [entry for entry in entries if entry[1] in ("acne-scars", "post-acne-marks")]
    entries = first + [entry for entry in entries if entry not in first]
    return Openings([words for words, _ in entries], not_after=_BEFORE), tuple(name for _, name in entries)


def concerns_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the concerns named in a text with their places."""
    patterns, names = _concern_names()
    for place, match in patterns.finditer(text):
        yield names[place], match.start(), match.end()
