"""How options are ranked for somebody, as data: the weight of each factor, and what share of it a fact earns."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from vesicle.protocols.bank.entry import PatientLabel, PatientSentence, SourcedEntry
from vesicle.protocols.schema.sections import Direction

Factor = Literal["effect", "area", "downtime", "visits", "cost", "result"]
Match = Literal["fully", "partly", "misses", "unknown"]


class FitWeight(SourcedEntry):
    """A factor of the ranking and the most points it gives; 0 shows it without counting it."""

    id: Factor
    name: PatientLabel
    points: int = Field(ge=0, le=100)
    why: PatientSentence

    @model_validator(mode="after")
    def _only_wishes_earn(self) -> Self:
        if self.id == "result" and self.points:
            raise ValueError("'points' of result must be 0, because nobody is asked how soon they want one")
        return self


class FitDirection(SourcedEntry):
    """Which share of an evidence grade's points counts, by the way the evidence points."""

    id: Direction
    name: PatientLabel
    share: float = Field(ge=0, le=1)
    why: PatientSentence


class FitMatch(SourcedEntry):
    """Which share of a factor's points a fact earns, by how it meets what somebody wishes."""

    id: Match
    name: PatientLabel
    share: float = Field(ge=0, le=1)
    why: PatientSentence
