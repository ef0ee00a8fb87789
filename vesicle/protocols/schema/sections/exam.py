"""The good-faith exam: what a provider asks, looks at and records before they decide."""

from typing import Literal, Self

from pydantic import Field, model_validator

from vesicle.protocols.schema.common import QuestionId, Section, Slug, Sourced, Text
from vesicle.protocols.schema.sections.visit import Record


class Finding(Record):
    """One finding of an exam: a record of the visit, of the kinds an examination knows."""

    kind: Literal["check", "choice", "number", "text"]
    """What sort of finding is recorded."""
    against: tuple[str, ...] = ()
    """Choices with which nobody may clear."""

    @model_validator(mode="after")
    def _against_is_among_the_choices(self) -> Self:
        if unknown := [value for value in self.against if value not in self.choices]:
            raise ValueError(f"'against' names {', '.join(unknown)}, which is not among 'choices'")
        if self.per_area:
            raise ValueError("an exam asks once; 'per_area' belongs to the visit")
        return self


class Decides(Section):
    """What an item of the exam helps to decide."""

    rules: tuple[Slug, ...] = ()
    """Rules of this option, without the treatment's name."""
    questions: tuple[QuestionId, ...] = ()
    """Questions whose answers it checks."""


class ExamItem(Sourced):
    """One thing to ask or look at before a clearance, with the findings to record."""

    id: Slug
    """Unique within the exam."""
    title: Text
    """The item in a few words."""
    instruction: Text
    """What to ask or look at."""
    only: tuple[Slug, ...] = ()
    """The modalities it is for; empty for all."""
    decides: Decides = Decides()
    """Which rules and questions it helps to decide."""
    findings: tuple[Finding, ...] = Field(min_length=1)
    """What is recorded."""
