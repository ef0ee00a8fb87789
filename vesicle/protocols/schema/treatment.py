"""The protocol file itself: identity, shared sections, modalities that override them, and options."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from vesicle.protocols.schema.common import OptionId, Section, Slug, Statement, Text, VersionText
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
    FollowUp,
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

    summary: Text
    mechanism: tuple[Statement, ...] = Field(min_length=1)
    reaches: tuple[Reach, ...] = Field(min_length=1)
    regulation: tuple[RegulatoryStatement, ...] = Field(min_length=1)
    candidates: tuple[Statement, ...] = Field(min_length=1)
    benefits: tuple[Benefit, ...] = Field(min_length=1)
    concerns: tuple[ConcernAddressed, ...] = Field(min_length=1)
    claims: tuple[Claim, ...] = Field(min_length=1)
    products: tuple[ProductNeed, ...] = ()
    equipment: tuple[EquipmentNeed, ...] = ()
    qualifications: Qualifications
    areas: tuple[AreaTime, ...] = Field(min_length=1)
    timing: Timing
    sessions: SessionPlan
    price: Price
    steps: tuple[Step, ...] = Field(min_length=3)
    course: tuple[CoursePoint, ...] = Field(min_length=2)
    check_ins: tuple[CheckIn, ...] = Field(min_length=1)
    red_flags: RedFlags
    aftercare: tuple[AftercareRange, ...] = Field(min_length=2)
    follow_ups: tuple[FollowUp, ...] = Field(min_length=1)
    results: Results
    downtime: Downtime
    consent: Consent
    alternatives: tuple[Alternative, ...] = Field(min_length=1)
    questions: tuple[QuestionAndAnswer, ...] = Field(min_length=1)
    gaps: tuple[Text, ...] = Field(min_length=1)


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
    version: VersionText


class _ModalityIdentity(Section):
    id: Slug
    name: Text
    combines: tuple[Combines, ...] = ()
    rules: tuple[Rule, ...] = ()
    without_rules: tuple[WithoutRule, ...] = ()


class _ProtocolIdentity(Section):
    format: int = Field(ge=1, le=1, description="Version of this file format; always 1.")
    id: Slug
    version: VersionText
    released: date
    title: Text
    synonyms: tuple[Text, ...] = Field(min_length=1)
    not_the_same_as: tuple[Text, ...] = ()
    tagline: Text
    overview: tuple[Statement, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()


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


class Option(Section):
    """A treatment in one modality with every section settled: what the rest of the house reads.

    ``id`` is ``treatment/modality``; ``rules`` are in the order of the file, those of combined options last,
    each with ``origin`` naming the treatment it comes from.
    """

    id: OptionId
    treatment: Slug
    modality: Slug
    title: Text
    name: Text
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
