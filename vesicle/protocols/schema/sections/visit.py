"""The visit, step by step, and what each step records."""

from typing import Literal, Self

from pydantic import model_validator

from vesicle.protocols.schema.common import (
    MeasureId,
    PatientText,
    Section,
    Slug,
    Sourced,
    Text,
)


class Record(Section):
    """One thing a step records, with its unit and range.

    ``product`` records pick a lot for the product need named in ``need``.
    ``per_area`` asks once for every treated area.
    """

    id: Slug
    """Unique within the step."""
    label: Text
    """What is asked."""
    kind: Literal["check", "number", "choice", "text", "time", "product", "photo", "measure", "answers"]
    """What sort of value is recorded."""
    required: bool = True
    """Whether the step can be closed without."""
    per_area: bool = False
    """Whether it is asked for every treated area."""
    unit: str | None = None
    """Unit of a number."""
    min: float | None = None
    """Smallest number accepted."""
    max: float | None = None
    """Largest number accepted."""
    step: float | None = None
    """Distance between accepted numbers."""
    choices: tuple[str, ...] = ()
    """The answers of a choice."""
    need: Slug | None = None
    """The product need a product record serves."""
    measure: MeasureId | None = None
    """The measure a measure record takes."""
    help: Text | None = None
    """A hint below the field."""
    basis: Literal["verified", "secondary", "convention", "to-confirm"] = "to-confirm"
    """Where its range comes from."""

    @model_validator(mode="after")
    def _complete_for_its_kind(self) -> Self:
        if self.kind == "number" and (self.unit is None or self.min is None or self.max is None):
            raise ValueError("a number needs 'unit', 'min' and 'max'")
        if self.kind == "choice" and len(self.choices) < 2:
            raise ValueError("a choice needs at least two 'choices'")
        if (self.kind == "product") != (self.need is not None):
            raise ValueError("'need' goes with the kind product, and only with it")
        if (self.kind == "measure") != (self.measure is not None):
            raise ValueError("'measure' goes with the kind measure, and only with it")
        return self


class Step(Sourced):
    """One step of the visit, in order, with what it records."""

    id: Slug
    """Unique within the visit."""
    title: PatientText
    """The step in a few words."""
    instruction: PatientText
    """What to do."""
    stop_if: PatientText | None = None
    """When to stop the visit here."""
    records: tuple[Record, ...] = ()
    """What is recorded at this step."""
