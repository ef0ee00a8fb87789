"""What is looked at and looked out for: red flags, outcome measures, concerns, areas, consent risks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, StrictBool, model_validator

from vesicle.protocols.bank.entry import Entry, PatientLabel, PatientSentence, Sentence, SourcedEntry
from vesicle.protocols.schema.common import MeasureId, RedFlagId, Slug

Action = Literal["emergency-now", "same-hour", "same-day", "within-days"]

ACTIONS: tuple[Action, ...] = ("emergency-now", "same-hour", "same-day", "within-days")
"""Most urgent first."""


class RedFlag(SourcedEntry):
    """A sign after treatment that must not wait: how it is asked, what the patient does now, what staff do.

    `within_days` goes with the action `within-days`, and only with it.
    """

    id: RedFlagId
    name: PatientLabel
    patient: PatientSentence
    ask: PatientSentence
    action: Action
    within_days: int | None = Field(default=None, ge=1, le=30)
    patient_now: PatientSentence
    staff: Sentence

    @model_validator(mode="after")
    def _days_go_with_days(self) -> Self:
        if (self.action == "within-days") != (self.within_days is not None):
            raise ValueError("'within_days' goes with the action within-days, and only with it")
        return self

    @property
    def is_emergency(self) -> bool:
        """Say whether the patient is told to call the emergency number before anything else."""
        return self.action == "emergency-now"

    @property
    def due_hours(self) -> int:
        """Hours within which a clinician has to have seen to it; 0 for an emergency."""
        hours = {"emergency-now": 0, "same-hour": 1, "same-day": 24}
        return hours[self.action] if self.within_days is None else self.within_days * 24

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts red flags, most urgent first."""
        return ACTIONS.index(self.action), self.due_hours


class Level(Entry):
    """One step of an ordinal scale, in our own words."""

    value: int
    label: PatientLabel


class Part(Entry):
    """One of several values that make up a measure, recorded one by one on the same scale."""

    id: Slug
    label: PatientLabel
    ask: PatientSentence | None = None


class Climate(SourcedEntry):
    """The room in which readings can be compared, and how long the skin rests in it first."""

    temperature_c: tuple[float, float]
    humidity_percent_below: float = Field(gt=0, le=100)
    rest_minutes: int = Field(ge=0)


class Measure(SourcedEntry):
    """A way to tell whether something changed.

    `min`, `max` and `step` bound a value; they are null where values have no bounds or are not numbers.
    `schedule_weeks` counts from treatment, 0 being the baseline; `schedule_days` is for the first days.
    `shipped` is false for questionnaires whose text is licensed: only the score may be entered. `climate` is set where
    the room changes what a device reads.
    """

    id: MeasureId
    name: PatientLabel
    what: PatientSentence
    ask: PatientSentence | None = None
    scale: Literal["ordinal", "numeric", "days", "form", "photographs", "reading"]
    unit: PatientLabel | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = Field(default=None, gt=0)
    levels: tuple[Level, ...] = ()
    low_end: PatientLabel | None = None
    high_end: PatientLabel | None = None
    parts: tuple[Part, ...] = ()
    climate: Climate | None = None
    how: Sentence
    better: Literal["higher", "lower", "neither"]
    scored_by: tuple[Literal["patient", "clinician", "device", "staff"], ...] = Field(min_length=1)
    licence: Literal["free", "published", "device", "proprietary", "licensed"]
    licence_note: Sentence
    shipped: StrictBool
    schedule_weeks: tuple[int, ...] = ()
    schedule_days: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _complete_for_its_scale(self) -> Self:
        if self.scale == "ordinal":
            values = [level.value for level in self.levels]
            if len(values) < 2 or values != sorted(set(values)):
                raise ValueError("an ordinal scale needs at least two 'levels', rising and without repetition")
            if (self.min, self.max) != (values[0], values[-1]):
                raise ValueError("'min' and 'max' of an ordinal scale are those of its levels")
        elif self.levels:
            raise ValueError(f"'levels' goes with the scale ordinal, not with {self.scale}")
        if self.scale in ("numeric", "days") and (self.min is None or self.max is None or self.step is None):
            raise ValueError(f"the scale {self.scale} needs 'min', 'max' and 'step'")
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError("'min' must be smaller than 'max'")
        if "patient" in self.scored_by and self.shipped and self.ask is None:
            raise ValueError("what a patient scores needs 'ask'")
        if self.licence == "licensed" and self.shipped:
            raise ValueError("a licensed questionnaire is not shipped; set 'shipped' to false")
        return self


class Concern(Entry):
    """Something a person would like to change about their skin or hair.

    `measures` are the default ways to see a change; `photo_measures` those of the photo library that could show one.
    `medical_note` is given where the word is also a diagnosis,
    which a website and a questionnaire do not make.
    """

    id: Slug
    name: PatientLabel
    description: PatientSentence
    synonyms: tuple[PatientLabel, ...] = ()
    measures: tuple[str, ...] = Field(min_length=1)
    photo_measures: tuple[str, ...] = ()
    medical_note: PatientSentence | None = None


class Site(Entry):
    """A place on the body, the smallest unit that areas are made of.

    `photo_regions` are the regions of the photo library that lie on it.
    """

    id: Slug
    name: PatientLabel
    photo_regions: tuple[Slug, ...] = ()
    caution: Sentence | None = None


class Area(Entry):
    """What a patient books: one or several sites under one name. `aliases` are other ids it answers to."""

    id: Slug
    name: PatientLabel
    plain: PatientSentence
    kind: Literal["face", "neck-chest", "hands", "scalp", "body"]
    sites: tuple[str, ...] = Field(min_length=1)
    aliases: tuple[Slug, ...] = ()
    note: PatientSentence | None = None


class ConsentRisk(SourcedEntry):
    """A risk in the words a patient signs under. A protocol adds how often it happens with that treatment."""

    id: Slug
    name: PatientLabel
    patient: PatientSentence
    how_often: PatientSentence
    seriousness: Literal["mild", "moderate", "serious", "unknown"]
