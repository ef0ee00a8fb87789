"""Reads for the editor: what an edition says in each language, what is missing, and what does not fit any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from vesicle.core import languages
from vesicle.protocols import queries, translating
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import OF_PROTOCOL, Overlay, OwnText, own_digest, own_text_of, own_texts, said_in


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A text of the clinic's own with its translation. ``stale``: its English changed, so patients read the English."""

    place: str
    label: str
    english: str
    translation: str
    state: Literal["said", "missing", "stale"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an edition says in a language. ``signed``: as it was signed; otherwise as the library has it today.

    ``of_protocol`` are the texts of the protocol that the library has no words for: those the clinic wrote itself, and
    what is missing there. The clinic may translate them; ``missing`` are those it has not.
    ``newer`` counts the texts that the library says otherwise by now; a new edition takes them.
    """

    code: str
    name: str
    texts: int
    missing: tuple[translating.Place, ...]
    own: tuple[OwnLine, ...]
    of_protocol: tuple[OwnLine, ...]
    signed: bool
    newer: int

    @property
    def translated(self) -> int:
        """How many texts of the protocol are translated."""
        return self.texts - len(self.missing)

    @property
    def lines(self) -> tuple[OwnLine, ...]:
        """Everything the clinic may say in this language itself."""
        return (*self.own, *self.of_protocol)

    @property
    def unchecked(self) -> int:
        """How many texts patients read in the clinic's own translation."""
        return sum(line.state == "said" for line in self.lines)

    @property
    def own_translated(self) -> int:
        """How many texts of the clinic's own patients read in this language."""
        return sum(line.state == "said" for line in self.own)

    @property
    def own_missing(self) -> int:
        """How many texts of the clinic's own patients read in English."""
        return len(self.own) - self.own_translated


def codes() -> tuple[str, ...]:
    """Return the languages that pages are read in besides English."""
    return tuple(code for code, _ in settings.LANGUAGES if code != translating.ENGLISH)


def spoken(edition: Edition) -> tuple[Spoken, ...]:
    """Return what an edition says in every language that pages are read in."""
    return tuple(spoken_in(edition, code) for code in codes())


def spoken_in(edition: Edition, code: str, overlay: Overlay | None = None) -> Spoken:
    """Return what an edition says in one language, or would say with another overlay."""
    protocol, options = queries.text_of(edition)
    said = queries.words_in(edition, code)
    found = {place.text: place for place in translating.places(protocol)}
    for option in options:
        found |= {place.text: place for place in translating.places(option) if place.text not in found}
    library = translating.words_of(protocol, options, code)
    overlay = overlay or Overlay.model_validate(edition.overlay)
    unsaid = [place for place in found.values() if translating.translation(said, place.field, place.text) is None]
    of_protocol = _lines(overlay, code, own_texts(overlay), [own_text_of(place) for place in unsaid])
    own = {own_digest(line.english) for line in of_protocol if line.state == "said"}
    missing = tuple(place for place in unsaid if own_digest(place.text) not in own)
    signed = not queries.is_open(edition)
    newer = sum(said.get(key) != text for key, text in library.items()) if signed else 0
    return Spoken(
        code,
        languages.name_in_english(code),
        len(found),
        missing,
        own_lines_of(overlay, code),
        of_protocol,
        signed,
        newer,
    )


def said_by_the_clinic(edition: Edition, code: str, overlay: Overlay) -> tuple[OwnLine, ...]:
    """Return what patients read in a language in the clinic's own translation, of its words and of its protocol."""
    # Going through a whole protocol takes milliseconds, and pages are built meanwhile: only where something was said.
    within = any(one.place.startswith(OF_PROTOCOL) for one in overlay.translations.get(code, ()))
    lines = spoken_in(edition, code, overlay).lines if within else own_lines_of(overlay, code)
    return tuple(line for line in lines if line.state == "said")


def own_lines_of(overlay: Overlay, code: str) -> tuple[OwnLine, ...]:
    """Return the clinic's own words with what they say in a language; a stale translation is that of its place."""
    return _lines(overlay, code, (), own_texts(overlay))


def _lines(overlay: Overlay, code: str, beside: Sequence[OwnText], listed: Sequence[OwnText]) -> tuple[OwnLine, ...]:
    """Return texts with what they say in a language. ``beside`` are others whose words may have moved from a place."""
    entries = overlay.translations.get(code, ())
    by_words = said_in(overlay, code)
    current = {own_digest(own.text) for own in (*beside, *listed)}
    # What is said of words that only moved is not the old translation of whatever stands in their place now.
    by_place: Mapping[str, str] = {one.place: one.text for one in entries if one.of not in current}
    lines = []
    for own in listed:
        said, before = by_words.get(own_digest(own.text), ""), by_place.get(own.place, "")
        state: Literal["said", "missing", "stale"] = "said" if said else "stale" if before else "missing"
        lines.append(OwnLine(own.place, own.label, own.text, said or before, state))
    return tuple(lines)
