"""The protocol file itself: identity, shared sections, modalities that override them, and options."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from vesicle.protocols.schema.common import (
    OptionId,
    PatientText,
    ReleaseVersion,
    Section,
    Slug,
    Statement,
    VersionText,
)
from vesicle.protocols.schema.rules import Rule, WithoutRule
from vesicle.protocols.schema.sections import (
    AftercareRange,
    Alternative,
    AreaTime,
    Benefit,
    CheckIn,
    Claim,
    ConcernAddressed,
    Consent,
    CoursePoint,
    Downtime,
    EquipmentNeed,
    ExamItem,
    FollowUp,
    Involved,
    Prerequisite,
    Price,
    ProductNeed,
    Qualifications,
    QuestionAndAnswer,
    Reach,
    RedFlags,
    RegulatoryStatement,
    Results,
    SessionPlan,
    Step,
    Timing,
)


class Sections(Section):
    """Every section an option needs. A modality may replace any of them as a whole."""

    summary: PatientText
    """The option in a few sentences."""
    mechanism: tuple[Statement, ...] = Field(min_length=1)
    """How it is thought to work."""
    reaches: tuple[Reach, ...] = Field(min_length=1)
    """What reaches which depth of the skin."""
    regulation: tuple[RegulatoryStatement, ...] = Field(min_length=1)
    """What regulators say, by jurisdiction."""
    candidates: tuple[Statement, ...] = Field(min_length=1)
    """Who it suits."""
    benefits: tuple[Benefit, ...] = Field(min_length=1)
    """The key benefits of the page."""
    concerns: tuple[ConcernAddressed, ...] = Field(min_length=1)
    """The concerns it addresses, with certainty."""
    claims: tuple[Claim, ...] = Field(min_length=1)
    """Sentences that promise or describe an effect."""
    products: tuple[ProductNeed, ...] = ()
    """Products the visit uses."""
    equipment: tuple[EquipmentNeed, ...] = ()
    """Devices the visit uses."""
    qualifications: Qualifications
    """Who may do what."""
    involves: tuple[Involved, ...] = ()
    """What the person goes through at a visit; empty: not stated."""
    exam: tuple[ExamItem, ...] = ()
    """What a provider examines before clearing."""
    prerequisites: tuple[Prerequisite, ...] = ()
    """Visits that have to come first, and for whom."""
    areas: tuple[AreaTime, ...] = Field(min_length=1)
    """Areas with minutes and price."""
    timing: Timing
    """How the appointment is built."""
    sessions: SessionPlan
    """How many sessions, and how far apart."""
    price: Price
    """Indicative price."""
    steps: tuple[Step, ...] = Field(min_length=3)
    """The visit, step by step."""
    course: tuple[CoursePoint, ...] = Field(min_length=2)
    """What is normal by hour and day."""
    check_ins: tuple[CheckIn, ...] = Field(min_length=1)
    """Messages with questions after the visit."""
    red_flags: RedFlags
    """What must never wait."""
    aftercare: tuple[AftercareRange, ...] = Field(min_length=2)
    """What to do and leave, by days."""
    follow_ups: tuple[FollowUp, ...] = Field(min_length=1)
    """When the result is looked at."""
    results: Results
    """When a result shows and how long it lasts."""
    downtime: Downtime
    """Days until comfortable in public."""
    consent: Consent
    """What is read and signed."""
    alternatives: tuple[Alternative, ...] = Field(min_length=1)
    """What else could be chosen."""
    questions: tuple[QuestionAndAnswer, ...] = Field(min_length=1)
    """Questions patients ask."""
    gaps: tuple[PatientText, ...] = Field(min_length=1)
    """What nobody knows yet."""


SECTION_NAMES: tuple[str, ...] = tuple(Sections.model_fields)


def _optional(base: type[Section], name: str, doc: str) -> Any:
    """Make the same fields optional: absent means inherited."""
    fields: dict[str, Any] = {}
    for field_name, info in Sections.model_fields.items():
        fields[field_name] = (info.rebuild_annotation() | None, None)
    return create_model(name, __base__=base, __doc__=doc, **fields)


class Combines(Section):
    """Another option whose rules also apply, pinned to the version they were read in."""

    option: OptionId
    """Another option, treatment/modality."""
    version: ReleaseVersion
    """The version whose rules apply."""


class _ModalityIdentity(Section):
    id: Slug
    """Unique within the treatment; the second half of the option id."""
    name: PatientText
    """How the treatment is given."""
    combines: tuple[Combines, ...] = ()
    """Options whose rules apply as well."""
    rules: tuple[Rule, ...] = ()
    """Rules of this modality; a known id replaces the base rule."""
    without_rules: tuple[WithoutRule, ...] = ()
    """Base rules that do not apply."""


class _ProtocolIdentity(Section):
    format: int = Field(ge=1, le=1)
    """Version of this file format; always 1."""
    id: Slug
    """The treatment."""
    version: VersionText
    """Version of this text; quoted, three numbers; a clinic's own text adds its edition (1.1.0+e3)."""
    released: date
    """The day of its release."""
    title: PatientText
    """The name of the treatment."""
    synonyms: tuple[PatientText, ...] = Field(min_length=1)
    """What else people call it."""
    not_the_same_as: tuple[PatientText, ...] = ()
    """What it is often taken for."""
    tagline: PatientText
    """One line below the name."""
    overview: tuple[Statement, ...] = Field(min_length=1)
    """What it is, where it comes from, what is known."""
    rules: tuple[Rule, ...] = ()
    """Candidacy rules of every modality."""


if TYPE_CHECKING:

    class Modality(_ModalityIdentity):
        """As below, for the type checker: every section may be absent."""

        def __getattr__(self, name: str) -> Any: ...

    class _ProtocolBase(_ProtocolIdentity):
        def __getattr__(self, name: str) -> Any: ...

else:
    Modality = _optional(
        _ModalityIdentity,
        "Modality",
        "A way the treatment is given. Sections given here replace the treatment's; rules with a known id replace "
        "that rule, others are added, ``without_rules`` removes, ``combines`` adds all rules of another option.",
    )
    _ProtocolBase = _optional(_ProtocolIdentity, "_ProtocolBase", "Identity and shared sections.")


class Protocol(_ProtocolBase):
    """One treatment, one version, one file."""

    modalities: tuple[Modality, ...] = Field(min_length=1)
    """The ways the treatment is given."""


class Option(Section):
    """A treatment in one modality with every section settled: what the rest of the house reads.

    ``id`` is ``treatment/modality``; ``rules`` are in the order of the file, those of combined options last,
    each with ``origin`` naming the treatment it comes from.
    """

    id: OptionId
    treatment: Slug
    modality: Slug
    title: PatientText
    name: PatientText
    version: VersionText
    sections: Sections
    rules: tuple[OptionRule, ...]

    @property
    def label(self) -> str:
        """The name to print where the treatment is not already named."""
        return f"{self.title}: {self.name}"


class OptionRule(Section):
    """A rule as it applies to an option. ``id`` is ``treatment.rule``, unique within the option."""

    id: str
    origin: OptionId
    rule: Rule


Option.model_rebuild()
