"""Words every section of a protocol is built from: sourced statements, ranges, grades."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""A lower-case identifier: letters, digits and single hyphens."""

QuestionId = Annotated[str, StringConstraints(pattern=r"^SCR-[A-Z]+(-[A-Z]+)*(\.[A-Z]+(-[A-Z]+)*)?$")]
RedFlagId = Annotated[str, StringConstraints(pattern=r"^RF-[A-Z]+(-[A-Z]+)*$")]
MeasureId = Annotated[str, StringConstraints(pattern=r"^OM-[A-Z]+(-[A-Z]+)*$")]
ReferenceKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
ReleaseVersion = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
"""The version of a released file: three numbers."""

VersionText = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+(\+e\d+)?$")]
"""A release's version, or that of a clinic's own text on top of it: ``1.1.0+e3`` is the text of edition 3."""


class ReadByPatients:
    """Marks a text that patients read: it is translated, and the published format says so."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the text's JSON Schema with the mark."""
        return {**handler(core_schema), "x-read-by-patients": True}


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
"""A text for the clinic: what staff do, see or decide by."""

PatientText = Annotated[Text, ReadByPatients()]
"""A text that patients read, on the page, in a form, in a letter; see ``translating``."""

Grade = Literal["high", "moderate", "low", "very-low", "none"]
"""Certainty of evidence, GRADE-style; ``none`` means no acceptable evidence was found."""

Basis = Literal["verified", "secondary", "convention", "to-confirm"]
"""Where a figure comes from: read at its source, quoted by a digest, common clinic
practice, or the clinic's own default that the medical director has to confirm."""


class Section(BaseModel):
    """Frozen, strict base of everything in a protocol: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Sourced(Section):
    """Something that says where it comes from.

    ``refs`` are keys of the shared reference list. What has no reference must be marked
    ``convention`` or ``to-confirm``, so that a reader never takes habit for evidence.
    """

    refs: tuple[ReferenceKey, ...] = ()
    """Keys of the shared reference list."""
    basis: Basis = "verified"
    """Where it comes from: verified, secondary, convention or to-confirm."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not self.refs and self.basis in ("verified", "secondary"):
            raise ValueError("give at least one reference in 'refs', or set 'basis' to convention or to-confirm")
        return self


class Statement(Sourced):
    """One sentence or short paragraph for people, with its source."""

    text: PatientText
    """The sentence or paragraph."""


class Range(Section):
    """An inclusive range; an open end is ``null``."""

    min: float = Field(ge=0)
    """Lower end, included."""
    max: float | None = Field(default=None, ge=0)
    """Upper end, included; null for an open end."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max is not None and self.max < self.min:
            raise ValueError("'max' is smaller than 'min'")
        return self
