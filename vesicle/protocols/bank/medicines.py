"""Medicines by every name people use for them, and the screening questions that each class of them bears on."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from vesicle.protocols.bank.entry import Entry, Label, PatientLabel, SourcedEntry
from vesicle.protocols.schema.common import QuestionId, Slug

Certainty = Literal["shows", "suggests"]

AtcCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}([A-Z]([A-Z](\d{2})?)?)?$")]
"""A code of the WHO's anatomical therapeutic chemical classification; shorter ones name a group of substances."""

Name = Annotated[str, StringConstraints(pattern=r"^[^,;:\n]+$", min_length=2, max_length=60)]
"""A name without the marks that hold a list apart."""


def plain_name(name: str) -> str:
    """Return a name as it is compared: small letters and digits alone, without accents, spaces and punctuation."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in bare if letter.isalnum())


class MedicineText(Entry):
    """A question in whose free text naming a medicine means using it."""

    id: QuestionId


class Bearing(Entry):
    """What a class of medicines says about a question: the answer it speaks for, and how surely.

    `shows`: another answer contradicts it. `suggests`: the medicine has other uses, so a plain no settles it.
    `looks_back`: the question is also about medicines taken earlier, so having stopped does not make it a no.
    """

    question: QuestionId
    answer: Label
    certainty: Certainty
    looks_back: StrictBool = False


class MedicineClass(SourcedEntry):
    """Medicines that mean the same for a screening.

    `plain` completes the sentence "…, which is …" for the person; `name` is for the clinician.
    """

    id: Slug
    name: Label
    plain: PatientLabel
    bears_on: tuple[Bearing, ...]


class LookAlikes(Entry):
    """Names that are easily taken for each other."""

    id: Slug
    names: tuple[Name, ...] = Field(min_length=2)


class OrdinaryWord(Entry):
    """A word of everyday language that lies close to a medicine's name and is never read as one."""

    id: Name


class Medicine(Entry):
    """One medicine. `id` is its international name, `name` the one used in the United States, in small letters.

    `atc` holds several codes where the same substance is used in several ways, none where it has no code.
    """

    id: Slug
    name: Name
    also: tuple[Name, ...] = ()
    brands: tuple[Name, ...] = ()
    atc: tuple[AtcCode, ...] = ()
    classes: tuple[Slug, ...] = Field(min_length=1)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, as printed."""
        return (self.name, *self.also, *self.brands)
