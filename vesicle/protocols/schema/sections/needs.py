"""What a treatment needs: products, devices, people, time, sessions, money."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from vesicle.protocols.needs import NEED_PATTERN, parse_need
from vesicle.protocols.schema.common import (
    PatientText,
    Range,
    Section,
    Slug,
    Sourced,
    Text,
)
from vesicle.protocols.schema.rules import Condition


def _is_a_need(text: str) -> str:
    parse_need(text)
    return text


Need = Annotated[str, AfterValidator(_is_a_need), Field(json_schema_extra={"pattern": NEED_PATTERN})]
"""What a phase needs: ``room``, ``provider``, ``device``, ``device:centrifuge``, ``room:laser|room``; see ``needs``."""

VisitBefore = Literal["patch-test", "consultation"]
ANY_PURPOSE = "any"
"""Among what a visit may have been made for: whatever it was."""
Route = Literal[
    "topical-after-microneedling",
    "topical-after-laser",
    "topical-intact",
    "intradermal-injection",
    "needle-channel-device",
    "peel-application",
    "topical-anesthetic",
]


InvolvedKind = Literal[
    "needles", "injection", "blood-draw", "light", "heat", "acid", "product-on-skin", "numbing-cream"
]


class ProductNeed(Section):
    """A product the visit uses. ``categories`` are ids of the product categories list."""

    id: Slug
    """What steps call it by."""
    name: PatientText
    """What it is called in the room."""
    categories: tuple[Slug, ...] = Field(min_length=1)
    """Product categories that may serve."""
    routes: tuple[Route, ...] = Field(min_length=1)
    """How it may be applied here."""
    required: bool = True
    """Whether the visit can do without."""
    storage: Text
    """How it is kept and prepared."""
    note: PatientText | None = None
    """Anything a provider must know."""


class EquipmentNeed(Section):
    """A kind of device the treatment needs; ``kind`` matches the clinic's device kinds."""

    kind: Slug
    """The device kind, as the clinic lists its devices."""
    name: PatientText
    """What it is called in the room."""
    note: Text | None = None
    """Limits and settings to know."""


class Involved(Sourced):
    """Something the person goes through at a visit, so that who does not want it can say so beforehand.

    Where a product comes from is not said here but follows from its categories.
    """

    kind: InvolvedKind
    """What it is."""
    when: Literal["always", "sometimes"] = "always"
    """Whether every visit has it, or only some."""
    text: PatientText
    """What happens, in a sentence."""


class Qualifications(Sourced):
    """Who may do what. Values are ids of the license list."""

    perform: tuple[str, ...] = Field(min_length=1)
    """Licenses that may perform it."""
    order_required_for: tuple[str, ...] = ()
    """Licenses that need an order of a prescriber."""
    exam_by: tuple[str, ...] = Field(min_length=1)
    """Licenses that may do the good-faith exam."""
    exam_valid_days: int = Field(ge=1, le=1095)
    """How long that exam counts."""
    supervision: PatientText
    """Who must be reachable, and how."""


class Phase(Section):
    """A stretch of the appointment with its own needs.

    ``minutes`` is the fixed length; ``null`` means it depends on the areas (see ``AreaTime``). A need is ``room``,
    ``provider`` or ``device``; ``device:centrifuge`` is a device of that kind of the equipment, ``room:laser`` a room
    of that kind, and ``|`` divides alternatives. ``device`` alone is one of every kind that the equipment lists.
    """

    id: Slug
    """Unique within the appointment."""
    name: PatientText
    """What staff call it."""
    needs: tuple[Need, ...] = Field(min_length=1)
    """What it occupies: room, provider or device; device:centrifuge for one kind; alternatives divided by |."""
    minutes: int | None = Field(default=None, ge=5, le=480, multiple_of=5)
    """Fixed length; null: depends on the areas."""
    patient_note: PatientText | None = None
    """What the patient is told about it."""


class Prerequisite(Sourced):
    """A visit that has to come before the treatment, such as a test spot, and for how long it counts.

    ``when`` is a condition over the screening's answers, as rules have it; without one it is for everybody. What is not
    known is not a no: where the condition cannot be decided, the visit is needed. ``first_time`` restricts it to people
    who have not had this option here before.
    """

    id: Slug
    """Unique within the section."""
    visit: VisitBefore
    """Which visit: a patch test or a consultation."""
    when: Condition | None = None
    """Who needs it; empty: everybody."""
    first_time: bool = False
    """Only before the first time; later visits rest on how the skin took that one."""
    min_days_before: int = Field(ge=0, le=365)
    """How many days before the treatment it has to be, at least."""
    valid_days: int | None = Field(default=None, ge=1, le=1095)
    """How many days it counts; empty: for good."""
    also_made_for: tuple[str, ...] = ()
    """What else it may have been made for and count here: options, whole treatments (`chemical-peel`), or `any`. Empty:
    only a visit made for this very option counts."""
    patient: PatientText
    """Why, as the patient reads it."""
    clinician: Text
    """Why and how, as the clinic reads it."""

    def counts(self, option: str, made_for: str) -> bool:
        """Whether a visit made for ``made_for`` counts before ``option``; ``""`` (not known) only where any does."""
        if ANY_PURPOSE in self.also_made_for:
            return True
        return bool(made_for) and not {made_for, made_for.partition("/")[0]}.isdisjoint((option, *self.also_made_for))

    @model_validator(mode="after")
    def _counts_when_it_is_needed(self) -> Self:
        if self.valid_days is not None and self.valid_days <= self.min_days_before:
            raise ValueError("'valid_days' has to be more than 'min_days_before', or the visit never counts")
        return self


class AreaTime(Sourced):
    """An area of the catalogue that can be treated, with hands-on minutes and price."""

    area: Slug
    """An id of the area catalogue."""
    minutes: int = Field(ge=5, le=480, multiple_of=5)
    """Hands-on minutes."""
    price_from: int | None = Field(default=None, ge=0)
    """Price from, in whole units of the currency; null: as per session."""


class Buffer(Section):
    """Minutes a resource is blocked before and after the phase that uses it."""

    before: int = Field(default=0, ge=0, le=120, multiple_of=5)
    """Minutes blocked before."""
    after: int = Field(default=0, ge=0, le=120, multiple_of=5)
    """Minutes blocked after."""


class Timing(Section):
    """How an appointment is built. The largest area counts in full, each further one at ``further_area_share``."""

    phases: tuple[Phase, ...] = Field(min_length=1)
    """The stretches of the appointment, in order."""
    further_area_share: float = Field(default=1.0, gt=0, le=1)
    """Share of its minutes that each further area adds."""
    room_buffer: Buffer = Buffer()
    """Around the use of the room."""
    provider_buffer: Buffer = Buffer()
    """Around the time of the provider."""
    device_buffer: Buffer = Buffer()
    """Around the use of the device."""

    @model_validator(mode="after")
    def _one_phase_depends_on_areas(self) -> Self:
        if sum(phase.minutes is None for phase in self.phases) != 1:
            raise ValueError("exactly one phase must leave 'minutes' to the areas")
        return self


class SessionPlan(Sourced):
    """How many sessions, how far apart, and how often afterwards."""

    sessions: Range
    """How many sessions a series has."""
    spacing_weeks: Range | None = None
    """Weeks between sessions."""
    maintenance_months: Range | None = None
    """Months between maintenance sessions; null: not known, and nobody is reminded of any."""
    maintenance_areas: tuple[Slug, ...] = ()
    """Areas these months are for; empty for all."""
    text: PatientText
    """The plan for the page."""


class Price(Sourced):
    """An indicative price per session; clinics set their own in the overlay."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code."""
    per_session: Range
    """Indicative price of a session."""
    text: PatientText
    """What the price holds and what it depends on."""
