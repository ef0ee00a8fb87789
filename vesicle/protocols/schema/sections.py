"""The sections of a protocol that a modality may override, in the order a patient meets them."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from vesicle.protocols.schema.common import (
    Grade,
    MeasureId,
    OptionId,
    Range,
    RedFlagId,
    ReferenceKey,
    Section,
    Slug,
    Sourced,
    Statement,
    Text,
)

Resource = Literal["room", "provider", "device"]
Route = Literal[
    "topical-after-microneedling",
    "topical-after-laser",
    "topical-intact",
    "intradermal-injection",
    "needle-channel-device",
    "peel-application",
    "topical-anesthetic",
]


# --- the page -------------------------------------------------------------------------------


class Reach(Section):
    """What reaches which depth of the skin, for the cross-section drawing (depth in millimeters)."""

    label: Text
    kind: Literal["needle", "light", "heat", "acid", "product", "injection"]
    from_mm: float = Field(ge=0, le=5)
    to_mm: float = Field(ge=0, le=5)
    note: Text


class RegulatoryStatement(Sourced):
    """A regulator's position, said plainly. ``jurisdiction`` is an id of the jurisdiction list."""

    jurisdiction: str
    text: Text


class Benefit(Sourced):
    """A key benefit for the page, tied to a concern, the measure that would show it, and its evidence."""

    id: Slug
    title: Text
    text: Text
    concern: Slug
    measure: MeasureId
    grade: Grade


class ConcernAddressed(Sourced):
    """How sure we are that this treatment helps with a concern of the catalogue."""

    concern: Slug
    effect: Text
    grade: Grade
    measure: MeasureId


class Claim(Sourced):
    """A sentence that promises or describes an effect, and everything it rests on.

    ``regulator_status`` says how regulators see the claim; after ``review_by`` the sentence
    is withdrawn from pages until somebody has looked again.
    """

    id: Slug
    wording: Text
    grade: Grade
    rests_on: Text
    measure: MeasureId | None = None
    jurisdictions: tuple[str, ...] = Field(min_length=1)
    regulator_status: Text
    review_by: date


class QuestionAndAnswer(Section):
    """A question patients ask, answered from the protocol."""

    question: Text
    answer: Text
    refs: tuple[ReferenceKey, ...] = ()


# --- what is needed -------------------------------------------------------------------------


class ProductNeed(Section):
    """A product the visit uses. ``categories`` are ids of the product categories list."""

    id: Slug
    name: Text
    categories: tuple[Slug, ...] = Field(min_length=1)
    routes: tuple[Route, ...] = Field(min_length=1)
    required: bool = True
    storage: Text
    note: Text | None = None


class EquipmentNeed(Section):
    """A kind of device the treatment needs; ``kind`` matches the clinic's device kinds."""

    kind: Slug
    name: Text
    note: Text | None = None


class Qualifications(Sourced):
    """Who may do what. Values are ids of the licence list."""

    perform: tuple[str, ...] = Field(min_length=1)
    order_required_for: tuple[str, ...] = ()
    exam_by: tuple[str, ...] = Field(min_length=1)
    exam_valid_days: int = Field(ge=1, le=1095)
    supervision: Text


# --- time -----------------------------------------------------------------------------------


class Phase(Section):
    """A stretch of the appointment with its own needs.

    ``minutes`` is the fixed length; ``null`` means it depends on the areas (see ``AreaTime``).
    """

    id: Slug
    name: Text
    needs: tuple[Resource, ...] = Field(min_length=1)
    minutes: int | None = Field(default=None, ge=5, le=480, multiple_of=5)
    patient_note: Text | None = None


class AreaTime(Sourced):
    """An area of the catalogue that can be treated, with hands-on minutes and price."""

    area: Slug
    minutes: int = Field(ge=5, le=480, multiple_of=5)
    price_from: int | None = Field(default=None, ge=0)


class Buffer(Section):
    """Minutes a resource is blocked before and after the phase that uses it."""

    before: int = Field(default=0, ge=0, le=120, multiple_of=5)
    after: int = Field(default=0, ge=0, le=120, multiple_of=5)


class Timing(Section):
    """How an appointment is built. The largest area counts in full, each further one at ``further_area_share``."""

    phases: tuple[Phase, ...] = Field(min_length=1)
    further_area_share: float = Field(default=1.0, gt=0, le=1)
    room_buffer: Buffer = Buffer()
    provider_buffer: Buffer = Buffer()
    device_buffer: Buffer = Buffer()

    @model_validator(mode="after")
    def _one_phase_depends_on_areas(self) -> Self:
        if sum(phase.minutes is None for phase in self.phases) != 1:
            raise ValueError("exactly one phase must leave 'minutes' to the areas")
        return self


class SessionPlan(Sourced):
    """How many sessions, how far apart, and how often afterwards."""

    sessions: Range
    spacing_weeks: Range | None = None
    maintenance_months: Range | None = None
    text: Text


class Price(Sourced):
    """An indicative price per session; clinics set their own in the overlay."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    per_session: Range
    text: Text


# --- the visit ------------------------------------------------------------------------------


class Record(Section):
    """One thing a step records, with its unit and range.

    ``product`` records pick a lot for the product need named in ``need``.
    ``per_area`` asks once for every treated area.
    """

    id: Slug
    label: Text
    kind: Literal["check", "number", "choice", "text", "time", "product", "photo", "measure", "answers"]
    required: bool = True
    per_area: bool = False
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    need: Slug | None = None
    measure: MeasureId | None = None
    help: Text | None = None
    basis: Literal["verified", "secondary", "convention", "to-confirm"] = "to-confirm"

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
    title: Text
    instruction: Text
    stop_if: Text | None = None
    records: tuple[Record, ...] = ()


# --- afterwards -----------------------------------------------------------------------------


class CoursePoint(Sourced):
    """What is normal during a stretch of time after treatment (hours on day 0, or days).

    ``redness_max`` (0-4), ``swelling_max`` (0-4) and ``pain_max`` (0-10) are the upper bounds of the
    expected course; a check-in above them alerts the clinic. ``intensity`` (0-3) draws the timeline.
    """

    from_day: int = Field(ge=0, le=400)
    to_day: int = Field(ge=0, le=400)
    from_hour: int | None = Field(default=None, ge=0, le=24)
    to_hour: int | None = Field(default=None, ge=0, le=24)
    label: Text
    normal: Text
    intensity: int = Field(ge=0, le=3)
    redness_max: int = Field(ge=0, le=4)
    swelling_max: int = Field(ge=0, le=4)
    pain_max: int = Field(ge=0, le=10)
    watch_for: tuple[RedFlagId, ...] = ()


class CheckIn(Section):
    """A message with questions on a day after treatment."""

    day: int = Field(ge=0, le=120)
    title: Text
    measures: tuple[MeasureId, ...] = Field(min_length=1)


class RedFlags(Section):
    """Red flags asked at every check-in, the ones to stress first, and treatment-specific wording."""

    ask: tuple[RedFlagId, ...] = Field(min_length=1)
    stress: tuple[RedFlagId, ...] = ()
    note: Text | None = None


class AftercareRange(Sourced):
    """What to do and not to do from one day to another (day 0 is the treatment day)."""

    from_day: int = Field(ge=0, le=400)
    to_day: int = Field(ge=0, le=400)
    do: tuple[Text, ...] = Field(min_length=1)
    do_not: tuple[Text, ...] = ()


class FollowUp(Section):
    """A look at the result: due ``week`` weeks after treatment, answerable within the window."""

    week: int = Field(ge=1, le=104)
    opens_days_before: int = Field(ge=0, le=28)
    closes_days_after: int = Field(ge=1, le=60)
    purpose: Text
    measures: tuple[MeasureId, ...] = Field(min_length=1)
    photographs: bool = True


class Results(Sourced):
    """When a result may show and how long it may last, with the certainty of that statement."""

    onset_weeks: Range
    peak_weeks: Range | None = None
    lasts_months: Range | None = None
    swelling_window_days: int = Field(ge=0, le=90)
    grade: Grade
    text: Text


class Downtime(Sourced):
    """Days until most people are comfortable in public."""

    days: Range
    text: Text


# --- consent --------------------------------------------------------------------------------


class ConsentRisk(Sourced):
    """A risk of the shared vocabulary as it applies here; ``text`` adds what is specific."""

    risk: Slug
    how_often: Text
    text: Text | None = None


class Acknowledgement(Section):
    """Something the patient confirms with a tick of its own."""

    id: Slug
    text: Text


class Consent(Section):
    """What the patient reads and signs for this treatment, beyond what every consent holds."""

    procedure: Text
    legal_status: Text
    expected_benefit: Text
    evidence_limits: Text
    common_effects: Text
    risks: tuple[ConsentRisk, ...] = Field(min_length=3)
    acknowledgements: tuple[Acknowledgement, ...] = Field(min_length=1)
    product_origin: Text | None = None
    valid_months: int = Field(ge=1, le=24)


class Alternative(Section):
    """Another option, and how it differs for the patient."""

    option: OptionId
    because: Text


__all__ = [
    "Acknowledgement",
    "AftercareRange",
    "Alternative",
    "AreaTime",
    "Benefit",
    "Buffer",
    "CheckIn",
    "Claim",
    "ConcernAddressed",
    "Consent",
    "ConsentRisk",
    "CoursePoint",
    "Downtime",
    "EquipmentNeed",
    "FollowUp",
    "Phase",
    "Price",
    "ProductNeed",
    "Qualifications",
    "QuestionAndAnswer",
    "Reach",
    "Record",
    "RedFlags",
    "RegulatoryStatement",
    "Results",
    "Route",
    "SessionPlan",
    "Statement",
    "Step",
    "Timing",
]
