"""The form of ``prevalences.yaml``: how often people who ask for skin treatments give which answer.

Every figure sizes a questionnaire. None says anything about a person, and no rule reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from vesicle.protocols.bank.entry import Entry, Label, Sentence
from vesicle.protocols.schema.common import OptionId, QuestionId, ReferenceKey

LEFT_OUT = "left-out"
"""Stands among the chances of an optional question for people who do not answer it."""

TOLERANCE = 1e-6
"""How far chances may be from 1 together."""

Chance = Annotated[float, Field(ge=0, le=1)]
Chances = Annotated[dict[str, Chance], Field(min_length=1)]
"""Answers as they are stored, each with its chance; several values of one answer are joined by commas."""

Sex = Literal["female", "male"]


class Source(Entry):
    """A publication, and which of its figures is used here."""

    key: ReferenceKey
    citation: Sentence
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    figure: Sentence
    read: Literal["abstract", "page", "digest"]
    """How it was read: the publisher's or index's abstract, the publisher's page, or somebody's account of it."""


class Ages(Entry):
    """Ages in completed years: from ``from`` on, and below ``below``."""

    from_: int = Field(default=0, alias="from", ge=0, le=120)
    below: int = Field(default=121, ge=1, le=121)

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.from_ >= self.below:
            raise ValueError(f"'from' {self.from_} must lie below 'below' {self.below}")
        return self


class After(Entry):
    """What was answered before to another question."""

    question: QuestionId
    is_: tuple[str, ...] = Field(alias="is", min_length=1)


class Where(Entry):
    """For whom something holds: everything that is named must fit."""

    sex: Sex | None = None
    ages: Ages | None = None
    areas: tuple[str, ...] = ()
    after: After | None = None


class Instead(Where):
    """Other chances for some people; the first that fits takes the place of the row's own."""

    chances: Chances

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_sum(self.chances.values())
        return self


class Span(Entry):
    """Days before (or, for plans, after) the day of asking, first and last included, all equally likely."""

    first: int = Field(ge=0, le=3650)
    last: int = Field(ge=0, le=3650)
    chance: Chance

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"'first' {self.first} must not lie after 'last' {self.last}")
        return self


class Dates(Where):
    """With an answer of yes: the chance that a date is given, and which."""

    given: Chance
    spans: tuple[Span, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_sum(span.chance for span in self.spans)
        return self


class Grounded(Entry):
    """Says where its figures come from.

    ``figure``: a published figure as it stands. ``adapted``: a published figure, changed for the people meant here as
    the note says. ``assumption``: nobody's figure; the note says what was thought.
    """

    basis: Literal["figure", "adapted", "assumption"]
    sources: tuple[ReferenceKey, ...] = ()
    note: Sentence

    @model_validator(mode="after")
    def _names_its_sources(self) -> Self:
        if (self.basis == "assumption") == bool(self.sources):
            raise ValueError(f"'sources' go with the bases figure and adapted, and only with them; found {self.basis}")
        return self


class Row(Grounded):
    """How often a question or follow-up of the bank is answered how."""

    id: QuestionId
    chances: Chances
    instead: tuple[Instead, ...] = ()
    dates: tuple[Dates, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_sum(self.chances.values())
        return self


class InsteadChance(Where):
    """Another chance for some people; the first that fits takes the place of the row's own."""

    chance: Chance


class Wish(Grounded):
    """How often people name a concern or are interested in an option, apart from all others."""

    id: OptionId | Label
    chance: Chance
    instead: tuple[InsteadChance, ...] = ()


class AgeShare(Entry):
    """The share of people in a band of ages; inside it all years are equally likely."""

    ages: Ages
    share: Chance


class AreaShare(Entry):
    """The share of people who ask for these areas together."""

    areas: tuple[str, ...] = Field(min_length=1)
    share: Chance


class AgesRow(Grounded):
    """How old people are."""

    shares: tuple[AgeShare, ...] = Field(min_length=1)


class AreasRow(Grounded):
    """What people want treated."""

    shares: tuple[AreaShare, ...] = Field(min_length=1)


class WomenRow(Grounded):
    """The share of women."""

    share: Chance


class EverythingRow(Grounded):
    """The share of people who have chosen nothing yet and ask about every option."""

    share: Chance


class Prevalences(Entry):
    """The whole file."""

    format: Literal[1]
    about: Sentence
    sources: tuple[Source, ...]
    women: WomenRow
    ages: AgesRow
    areas: AreasRow
    answers: tuple[Row, ...]
    concerns: tuple[Wish, ...]
    everything: EverythingRow
    options: tuple[Wish, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_sum(band.share for band in self.ages.shares)
        _check_sum(share.share for share in self.areas.shares)
        return self


def _check_sum(chances: Iterable[float]) -> None:
    total = sum(chances)
    if not isclose(total, 1, abs_tol=TOLERANCE):
        raise ValueError(f"the chances add up to {total:g}; make them add up to 1")
