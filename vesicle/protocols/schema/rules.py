"""Candidacy rules as data: a condition over answers, an effect, a wait, and two sentences."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from vesicle.protocols.schema.common import PatientText, QuestionId, Section, Slug, Sourced, Text

Effect = Literal["exclude", "defer", "review", "note"]


class Answered(Section):
    """True when the answer to ``question`` is one of ``is`` (any of them, for multiple choice)."""

    question: QuestionId
    """A question of the bank."""
    is_: tuple[str, ...] = Field(alias="is", min_length=1)
    """The answers that make it true."""


class WithinDays(Section):
    """True when ``question`` was answered yes with a date at most ``within_days`` before the day asked about."""

    question: QuestionId
    """A question of the bank that asks for a date."""
    within_days: int = Field(ge=1, le=3650)
    """How many days back the date may lie."""


class AgeBand(Section):
    """An age in completed years: at least ``from`` and below ``below``."""

    from_: int | None = Field(default=None, alias="from", ge=0, le=130)
    """Youngest age, included."""
    below: int | None = Field(default=None, ge=1, le=130)
    """First age that no longer counts."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_ is None and self.below is None:
            raise ValueError("give 'from', 'below' or both")
        return self


class AgeIs(Section):
    """True when the person's age on the day lies in the band."""

    age: AgeBand
    """The band of ages."""


class AreaIs(Section):
    """True when any area to be treated is one of these ids of the area catalogue."""

    area: tuple[Slug, ...] = Field(min_length=1)
    """Ids of the area catalogue, any of them."""


class AllOf(Section):
    """Kleene conjunction."""

    all: tuple[Condition, ...] = Field(min_length=1)
    """Conditions that must all hold."""


class AnyOf(Section):
    """Kleene disjunction."""

    any: tuple[Condition, ...] = Field(min_length=1)
    """Conditions of which one must hold."""


class NotThis(Section):
    """Kleene negation: the negation of unknown is unknown."""

    not_: Condition = Field(alias="not")
    """The condition that must not hold."""


def _kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else value.model_fields_set
    for key, kind in (
        ("all", "all"),
        ("any", "any"),
        ("not", "not"),
        ("not_", "not"),
        ("age", "age"),
        ("area", "area"),
    ):
        if key in keys:
            return kind
    return "within_days" if "within_days" in keys else "answered"


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotThis, Tag("not")]
    | Annotated[AgeIs, Tag("age")]
    | Annotated[AreaIs, Tag("area")]
    | Annotated[WithinDays, Tag("within_days")]
    | Annotated[Answered, Tag("answered")],
    Discriminator(_kind),
]


class Wait(Section):
    """How long a ``defer`` lasts.

    ``from_question``: ``days`` after the date given with that question; once that day has come
    the rule no longer fires. ``event``: something that has to happen first (completes the
    sentence "until …"), then ``days`` more; the earliest date is unknown until it has happened.
    """

    days: int = Field(ge=0, le=3650)
    """Days to wait after the start."""
    from_question: QuestionId | None = None
    """The question whose date starts the wait."""
    event: PatientText | None = None
    """What has to happen first; completes "until …"."""

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if (self.from_question is None) == (self.event is None):
            raise ValueError("give exactly one of 'from_question' and 'event'")
        return self


class Rule(Sourced):
    """One contraindication, deferral, reason for review, or note.

    ``patient`` is said to the patient, ``clinician`` to the reviewer. ``cleared_by`` names the
    licences that may clear a ``review`` (empty: whoever the qualifications name for the exam).
    """

    id: Slug
    """Unique within the protocol; a modality replaces a rule by its id."""
    when: Condition
    """The condition over answers."""
    effect: Effect
    """exclude, defer, review or note; the strictest that fires wins."""
    wait: Wait | None = None
    """How long a defer lasts; with no other effect."""
    patient: PatientText
    """The reason as the patient reads it."""
    clinician: Text
    """The reason as the reviewer reads it."""
    cleared_by: tuple[str, ...] = ()
    """Licenses that may clear a review; empty: as the qualifications say."""

    @model_validator(mode="after")
    def _wait_belongs_to_defer(self) -> Self:
        if (self.effect == "defer") != (self.wait is not None):
            raise ValueError("'wait' goes with the effect defer, and only with it")
        return self


class WithoutRule(Section):
    """A base rule that does not apply to this modality, and why."""

    rule: Slug
    """The id of a base rule."""
    because: Text
    """Why it does not apply to this modality."""


def questions_of(condition: Condition) -> frozenset[str]:
    """Return the ids of all questions that ``condition`` looks at (``SCR-AGE`` for an age)."""
    if isinstance(condition, AllOf):
        return frozenset().union(*(questions_of(part) for part in condition.all))
    if isinstance(condition, AnyOf):
        return frozenset().union(*(questions_of(part) for part in condition.any))
    if isinstance(condition, NotThis):
        return questions_of(condition.not_)
    if isinstance(condition, AgeIs):
        return frozenset({"SCR-AGE"})
    if isinstance(condition, AreaIs):
        return frozenset()
    return frozenset({condition.question})
