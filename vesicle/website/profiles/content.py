"""The words about a member of the team or a location: which there are, how long they may be, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vesicle.protocols import merging
from vesicle.protocols.bank import Bank
from vesicle.protocols.overlay import PlacedPicture
from vesicle.website.claims.sentences import Kind
from vesicle.website.statements.own_words import OwnWords
from vesicle.website.statements.withdrawing import without

LONGEST: Final = 1200
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Told:
    """One field of words: its name, its label, what helps to fill it in, and what kind of sentence stands there."""

    name: str
    label: str
    help: str
    rows: int = 4
    kind: Kind = "sentence"


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: PlacedPicture | None = None


class PersonWords(_Words):
    """What the pages say of a member of the team. Name and licence are not among it: they come from the record."""

    title: Line = ""
    biography: Text = ""
    position: int = Field(default=50, ge=1, le=999)


class LocationWords(_Words):
    """What the pages say of a location beside its address and hours."""

    description: Text = ""
    directions: Text = ""
    parking: Text = ""
    access: Text = ""


Words = PersonWords | LocationWords
FIELDS: Final[Mapping[type[_Words], tuple[Told, ...]]] = {
    PersonWords: (
        Told("title", "Public title", "Empty: as in the staff record. The licence is added by us.", 1, "heading"),
        Told(
            "biography", "Short biography", "Three or four sentences. What they do here, how long, what they like.", 6
        ),
    ),
    LocationWords: (
        Told("description", "Description", "What one finds here: the rooms, the light, who works here."),
        Told("directions", "Getting here", "By bus or train, and from the nearest large street.", 3),
        Told("parking", "Parking", "Where, how much, and what to do when it is full.", 2),
        Told("access", "Access", "Steps, doors, lift, restroom, hearing loop: what is there, and what is not.", 3),
    ),
}
"""Every field of words, in the order in which it is written and read."""
PICTURE: Final = Told(
    "alt", "What the picture shows", "For people who cannot see it. One plain sentence.", 1, "caption"
)


def parsed(kind: type[Words], plain: Mapping[str, Any] | None) -> Words:
    """Return words as they are kept; without any, empty ones. Raises ``pydantic.ValidationError``."""
    return kind.model_validate(plain or {})


def own_words(words: Words) -> tuple[OwnWords, ...]:
    """Return every stretch of text, to be judged; places are the names of fields."""
    return tuple(one for one in _own_words(words) if one.text.strip())


def _own_words(words: Words) -> Iterator[OwnWords]:
    for field in FIELDS[type(words)]:
        yield OwnWords(field.name, field.label, getattr(words, field.name), field.kind)
    if words.picture is not None:
        yield OwnWords(PICTURE.name, PICTURE.label, words.picture.alt, PICTURE.kind)


def typed_words(typed: Mapping[str, str]) -> tuple[OwnWords, ...]:
    """Return what stands in a form as it is typed, however long, to be judged; other fields are left out."""
    fields = (*(field for listed in FIELDS.values() for field in listed), PICTURE)
    return tuple(OwnWords(one.name, one.label, typed[one.name], one.kind) for one in fields if one.name in typed)


def both(read: Words, saved: Words, typed: Words) -> Words:
    """Return words with what two people changed since they were ``read``; where both changed the same, as typed."""
    states = [one.model_dump(mode="json", exclude_defaults=True) for one in (read, saved, typed)]
    return type(typed).model_validate(merging.merged(*states))


def is_empty(words: Words) -> bool:
    """Return whether nothing is said and nothing shown."""
    return words.picture is None and not own_words(words)


def words_without(words: Words, withdrawn: Collection[str]) -> Words:
    """Return words without the sentences whose fingerprints are given; a picture goes with its description."""
    if not withdrawn:
        return words
    update: dict[str, Any] = {
        field.name: without(getattr(words, field.name), withdrawn) for field in FIELDS[type(words)]
    }
    if words.picture is not None and without(words.picture.alt, withdrawn) != words.picture.alt:
        update["picture"] = None
    return words.model_copy(update=update)


def differences(saved: Words, typed: Words) -> list[tuple[str, str]]:
    """Return the fields in which what is saved differs from what is typed, as (label, what is saved)."""
    found = [
        (field.label, getattr(saved, field.name) or "nothing")
        for field in FIELDS[type(saved)]
        if getattr(saved, field.name) != getattr(typed, field.name)
    ]
    if isinstance(saved, PersonWords) and isinstance(typed, PersonWords) and saved.position != typed.position:
        found.append(("Place in the row", str(saved.position)))
    if saved.picture != typed.picture:
        found.append(("Picture", saved.picture.alt if saved.picture else "none"))
    return found


def borrowed_licence(title: str, licence: str, bank: Bank) -> str:
    """Return a licence that a title names and the person has not, or empty.

    Licences are read from the record alone. Letters count as written (``PA``, not ``pa``), names in any case.
    """
    own = bank.licences.get(licence)
    left = title
    for name in sorted(_names(own) if own else (), key=len, reverse=True):
        left = re.sub(rf"\b{re.escape(name)}\b", " ", left, flags=_case(name))
    others = {name for one in bank.licences.values() for name in _names(one)}
    for name in sorted(others, key=len, reverse=True):
        if re.search(rf"\b{re.escape(name)}\b", left, flags=_case(name)):
            return name
    return ""


def _names(licence: Any) -> set[str]:
    return {licence.name, *re.split(r"[/,]\s*", licence.short), *licence.includes}


def _case(name: str) -> re.RegexFlag:
    return re.RegexFlag(0) if name.isupper() else re.IGNORECASE
