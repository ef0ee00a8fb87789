"""What the page says: reach, regulators, benefits, concerns, claims, questions."""

from datetime import date
from typing import Literal

from pydantic import Field

from vesicle.protocols.schema.common import (
    Grade,
    MeasureId,
    PatientText,
    ReferenceKey,
    Section,
    Slug,
    Sourced,
)


class Reach(Section):
    """What reaches which depth of the skin, for the cross-section drawing (depth in millimeters)."""

    label: PatientText
    """What reaches the skin."""
    kind: Literal["needle", "light", "heat", "acid", "product", "injection"]
    """How it gets there; decides how it is drawn."""
    from_mm: float = Field(ge=0, le=5)
    """Shallowest depth in millimeters."""
    to_mm: float = Field(ge=0, le=5)
    """Deepest depth in millimeters."""
    note: PatientText
    """The sentence beside the drawing."""


class RegulatoryStatement(Sourced):
    """A regulator's position, said plainly. ``jurisdiction`` is an id of the jurisdiction list."""

    jurisdiction: str
    """An id of the jurisdiction list."""
    text: PatientText
    """The position, said plainly."""


class Benefit(Sourced):
    """A key benefit for the page, tied to a concern, the measure that would show it, and its evidence."""

    id: Slug
    """Unique within the protocol."""
    title: PatientText
    """The benefit in a few words."""
    text: PatientText
    """The benefit in a sentence or two."""
    concern: Slug
    """The concern of the catalogue it belongs to."""
    measure: MeasureId
    """The outcome measure that would show it."""
    grade: Grade
    """Certainty of the evidence."""


Direction = Literal["helps", "as-addition", "mixed", "no-difference", "not-for-this"]
"""Which way the evidence on a concern points.

`as-addition`: shown only together with something else. `mixed`: studies or raters disagree, or what was studied is
not quite this. `no-difference`: looked for and not found. `not-for-this`: the protocol advises against choosing it
for this.
"""


class ConcernAddressed(Sourced):
    """How sure we are that this treatment helps with a concern of the catalogue."""

    concern: Slug
    """An id of the concern catalogue."""
    effect: PatientText
    """What may be expected, in words."""
    direction: Direction = "helps"
    """Which way that evidence points; a grade alone does not say it."""
    grade: Grade
    """Certainty of the evidence."""
    measure: MeasureId
    """The outcome measure that would show it."""


class Claim(Sourced):
    """A sentence that promises or describes an effect, and everything it rests on.

    ``regulator_status`` says how regulators see the claim; after ``review_by`` the sentence
    is withdrawn from pages until somebody has looked again.
    """

    id: Slug
    """Unique within the protocol."""
    wording: PatientText
    """The sentence as it is published."""
    grade: Grade
    """Certainty of the evidence."""
    rests_on: PatientText
    """The kind and size of the studies behind it."""
    measure: MeasureId | None = None
    """The outcome measure that would show it, if one does."""
    jurisdictions: tuple[str, ...] = Field(min_length=1)
    """Where it may be said."""
    regulator_status: PatientText
    """How regulators see the claim."""
    review_by: date
    """The last day it may be shown without another look."""


class QuestionAndAnswer(Section):
    """A question patients ask, answered from the protocol."""

    question: PatientText
    """As patients ask it."""
    answer: PatientText
    """The answer for the page."""
    refs: tuple[ReferenceKey, ...] = ()
    """Keys of the shared reference list."""
