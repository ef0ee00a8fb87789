"""What a clinic adds to a released protocol: what it offers, its minutes and prices, its own words and pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from vesicle.core.spoken import InEnglish
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.common import Range, Slug
from vesicle.protocols.translating.marks import Place

OwnWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
LONGEST_PLACE: Final = 200
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PLACE)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AreaTerms(_Part):
    """The clinic's hands-on minutes and price for one area; absent means as in the protocol."""

    minutes: int | None = Field(default=None, ge=5, le=480, multiple_of=5)
    price: int | None = Field(default=None, ge=0, le=100_000)


class ModalityTerms(_Part):
    """Whether a modality is offered, from which price, and terms by area."""

    offered: bool = True
    price_from: int | None = Field(default=None, ge=0, le=100_000)
    areas: dict[str, AreaTerms] = Field(default_factory=dict)


class OwnQuestion(_Part):
    """A question of this clinic's patients and its answer."""

    question: Short
    answer: OwnWords


class PictureCrop(_Part):
    """The part of a picture that is shown, in hundredths of it, from its upper left corner."""

    left: int = Field(default=0, ge=0, le=90)
    top: int = Field(default=0, ge=0, le=90)
    width: int = Field(default=100, ge=10, le=100)
    height: int = Field(default=100, ge=10, le=100)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.left + self.width > 100 or self.top + self.height > 100:
            raise ValueError("The part lies outside the picture: left and width, top and height make at most 100.")
        return self


WHOLE = PictureCrop()


class PlacedPicture(_Part):
    """A picture of the clinic on the page. ``picture`` is its number in the picture table."""

    picture: int
    alt: Short
    caption: str = Field(default="", max_length=300)
    crop: PictureCrop = WHOLE


class Linked(_Part):
    """A sentence of the clinic's own that rests on a claim of the protocol; who linked them, and when.

    ``sentence`` is the fingerprint of its exact words, ``says`` that of the claim as it was then: other words on
    either side are something else, and nothing is linked any more.
    """

    sentence: Digest
    claim: Slug
    says: Digest
    version: str
    by: Short
    at: datetime


class OwnTranslation(_Part):
    """What the clinic's own words at a place say in another language; ``text:…`` is a place of the protocol itself.

    ``of`` is the fingerprint of the English they translate: once that says something else, this is not shown to
    patients any more.
    """

    place: Short
    of: Digest
    text: OwnWords


OF_PROTOCOL: Final = "text:"
"""How the place of a text begins that stands in the protocol and not in the overlay."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


PageSection = Literal[
    "benefits", "candidates", "contraindications", "concerns", "what-to-expect", "results", "recovery", "alternatives"
]
PAGE_SECTIONS: Final[Mapping[PageSection, str]] = {
    "benefits": "Benefits",
    "candidates": "Who it suits",
    "contraindications": "Who should not",
    "concerns": "Concerns",
    "what-to-expect": "The visit",
    "results": "Results",
    "recovery": "Recovery",
    "alternatives": "Alternatives",
}
"""The sections of a treatment's page that the clinic may add a paragraph to, by their anchors, in their order."""


class Overlay(_Part):
    """The clinic's part of an edition. Everything is optional: an empty overlay offers all modalities as released."""

    headline: str = Field(default="", max_length=120)
    intro: tuple[OwnWords, ...] = ()
    questions: tuple[OwnQuestion, ...] = ()
    pictures: tuple[PlacedPicture, ...] = ()
    note: str = Field(default="", max_length=1000)
    sections: dict[PageSection, OwnWords] = Field(default_factory=dict)
    modalities: dict[str, ModalityTerms] = Field(default_factory=dict)
    links: tuple[Linked, ...] = ()
    translations: dict[Language, tuple[OwnTranslation, ...]] = Field(default_factory=dict)

    def terms(self, modality: str) -> ModalityTerms:
        """Return the terms for a modality; one that is not mentioned is offered as released."""
        return self.modalities.get(modality, ModalityTerms())


def apply_overlay(option: Option, overlay: Overlay) -> Option:
    """Return ``option`` with the clinic's minutes and prices in place of the protocol's."""
    terms = overlay.terms(option.modality)
    areas = tuple(
        area.model_copy(
            update={
                "minutes": own.minutes if own.minutes is not None else area.minutes,
                # The clinic's own price from stands for every area that it does not price by itself.
                "price_from": own.price if own.price is not None or terms.price_from is not None else area.price_from,
            }
        )
        for area in option.sections.areas
        for own in (terms.areas.get(area.area, AreaTerms()),)
    )
    price = option.sections.price
    if terms.price_from is not None:
        price = price.model_copy(update={"per_session": Range(min=terms.price_from, max=None)})
    return option.model_copy(update={"sections": option.sections.model_copy(update={"areas": areas, "price": price})})


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text of the clinic's own that patients read: its place in the overlay, and that place in words."""

    place: str
    label: str
    text: str


def own_texts(overlay: Overlay) -> tuple[OwnText, ...]:
    """Return the texts of the clinic's own in the order of the page; a place is like ``questions.0.answer``."""
    return tuple(OwnText(place, label, text) for place, label, text in _own_texts(overlay) if text.strip())


def _own_texts(overlay: Overlay) -> Iterator[tuple[str, str, str]]:
    yield "headline", "Headline", overlay.headline
    for number, paragraph in enumerate(overlay.intro):
        yield f"intro.{number}", f"Introduction, paragraph {number + 1}", paragraph
    yield "note", "Note", overlay.note
    for section, label in PAGE_SECTIONS.items():
        yield f"sections.{section}", f"Words under “{label}”", overlay.sections.get(section, "")
    for number, one in enumerate(overlay.questions):
        yield f"questions.{number}.question", f"Question {number + 1}", one.question
        yield f"questions.{number}.answer", f"Answer {number + 1}", one.answer
    for number, picture in enumerate(overlay.pictures):
        yield f"pictures.{number}.alt", f"Picture {number + 1}, description", picture.alt
        yield f"pictures.{number}.caption", f"Picture {number + 1}, caption", picture.caption


def own_text_of(place: Place) -> OwnText:
    """Return a text of the protocol as one that the clinic may translate."""
    steps = (f"{int(step) + 1}" if step.isdigit() else step.replace("_", " ") for step in place.way)
    return OwnText(f"{OF_PROTOCOL}{place.name}"[:LONGEST_PLACE], f"Protocol: {', '.join(steps)}", place.text)


def own_digest(text: str) -> str:
    """Return the fingerprint of a text of the clinic's own; only white space does not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def said_in(overlay: Overlay, language: str) -> Mapping[str, str]:
    """Return what the clinic says in a language, by the fingerprint of the English it translates.

    A translation goes with the words it is of, wherever they stand now.
    """
    return {one.of: one.text for one in overlay.translations.get(language, ())}


def in_language(overlay: Overlay, language: str) -> Overlay:
    """Return the overlay with the clinic's own words in a language, and as ``InEnglish`` what is not translated."""
    said = said_in(overlay, language)
    return with_words(overlay, lambda text: said.get(own_digest(text)) or InEnglish(text))


def translated(
    overlay: Overlay, language: str, said: Mapping[str, str], of_protocol: Sequence[OwnText] = ()
) -> Overlay:
    """Return the overlay with its words in a language as given by place; a place that is empty is not translated.

    ``of_protocol`` are the texts of the protocol itself that the clinic translates. What stays stale, because its place
    is not given, is kept for its author to go on from.
    """
    listed = (*own_texts(overlay), *of_protocol)
    current = {own_digest(own.text) for own in listed}
    kept = {one.place: one for one in overlay.translations.get(language, ()) if one.of not in current}
    entries = []
    for own in listed:
        if own.place in said:
            if text := said[own.place].strip():
                entries.append(OwnTranslation(place=own.place, of=own_digest(own.text), text=text))
        elif own.place in kept:
            entries.append(kept[own.place])
    others = {code: listed for code, listed in overlay.translations.items() if code != language}
    return overlay.model_copy(update={"translations": others | ({language: tuple(entries)} if entries else {})})


def with_words(overlay: Overlay, say: Callable[[str], str]) -> Overlay:
    """Return the overlay with every text of ``own_texts`` replaced by what ``say`` makes of it."""
    return overlay.model_copy(
        update={
            "headline": overlay.headline and say(overlay.headline),
            "intro": tuple(map(say, overlay.intro)),
            "note": overlay.note and say(overlay.note),
            "sections": {section: say(text) for section, text in overlay.sections.items()},
            "questions": tuple(
                one.model_copy(update={"question": say(one.question), "answer": say(one.answer)})
                for one in overlay.questions
            ),
            "pictures": tuple(
                one.model_copy(update={"alt": say(one.alt), "caption": one.caption and say(one.caption)})
                for one in overlay.pictures
            ),
        }
    )


def fitted(overlay: Overlay, options: tuple[Option, ...]) -> Overlay:
    """Return the overlay without terms for modalities and areas that the options do not have."""
    areas = {option.modality: {area.area for area in option.sections.areas} for option in options}
    kept = {
        modality: terms.model_copy(
            update={"areas": {area: own for area, own in terms.areas.items() if area in areas[modality]}}
        )
        for modality, terms in overlay.modalities.items()
        if modality in areas
    }
    return overlay.model_copy(update={"modalities": kept})


def misfits(overlay: Overlay, options: tuple[Option, ...]) -> dict[str, str]:
    """Return what the overlay names that the protocol does not have, by field; empty when it fits."""
    by_modality = {option.modality: {area.area for area in option.sections.areas} for option in options}
    problems = {}
    for modality, terms in overlay.modalities.items():
        if modality not in by_modality:
            problems[f"modalities.{modality}"] = f"The protocol has no modality '{modality}'."
            continue
        for area in terms.areas.keys() - by_modality[modality]:
            problems[f"modalities.{modality}.areas.{area}"] = f"The protocol does not offer the area '{area}'."
    if options and not any(overlay.terms(option.modality).offered for option in options):
        problems["modalities"] = "Offer at least one modality, or retire the edition instead."
    return problems
