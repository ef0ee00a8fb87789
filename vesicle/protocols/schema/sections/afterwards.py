"""After the visit: the expected course, check-ins, red flags, aftercare, follow-ups, results, downtime."""

from pydantic import Field

from vesicle.protocols.schema.common import (
    Grade,
    MeasureId,
    PatientText,
    Range,
    RedFlagId,
    Section,
    Sourced,
)


class CoursePoint(Sourced):
    """What is normal during a stretch of time after treatment (hours on day 0, or days).

    ``redness_max`` (0-4), ``swelling_max`` (0-4) and ``pain_max`` (0-10) are the upper bounds of the
    expected course; a check-in above them alerts the clinic. ``intensity`` (0-3) draws the timeline.
    """

    from_day: int = Field(ge=0, le=400)
    """First day; 0 is the treatment day."""
    to_day: int = Field(ge=0, le=400)
    """Last day, included."""
    from_hour: int | None = Field(default=None, ge=0, le=24)
    """First hour, on the treatment day."""
    to_hour: int | None = Field(default=None, ge=0, le=24)
    """Last hour, on the treatment day."""
    label: PatientText
    """The stretch in a few words."""
    normal: PatientText
    """What is normal then."""
    intensity: int = Field(ge=0, le=3)
    """How strong the reaction is, 0 to 3, for the drawing."""
    redness_max: int = Field(ge=0, le=4)
    """Most redness expected, 0 to 4."""
    swelling_max: int = Field(ge=0, le=4)
    """Most swelling expected, 0 to 4."""
    pain_max: int = Field(ge=0, le=10)
    """Most pain expected, 0 to 10."""
    watch_for: tuple[RedFlagId, ...] = ()
    """Red flags to mind in this stretch."""


class CheckIn(Section):
    """A message with questions on a day after treatment."""

    day: int = Field(ge=0, le=120)
    """Days after treatment."""
    title: PatientText
    """The message in a few words."""
    measures: tuple[MeasureId, ...] = Field(min_length=1)
    """What is asked."""


class RedFlags(Section):
    """Red flags asked at every check-in, the ones to stress first, and treatment-specific wording."""

    ask: tuple[RedFlagId, ...] = Field(min_length=1)
    """Red flags asked at every check-in."""
    stress: tuple[RedFlagId, ...] = ()
    """Those to name first for this treatment."""
    note: PatientText | None = None
    """Wording of its own for this treatment."""


class AftercareRange(Sourced):
    """What to do and not to do from one day to another (day 0 is the treatment day)."""

    from_day: int = Field(ge=0, le=400)
    """First day; 0 is the treatment day."""
    to_day: int = Field(ge=0, le=400)
    """Last day, included."""
    do: tuple[PatientText, ...] = Field(min_length=1)
    """What to do."""
    do_not: tuple[PatientText, ...] = ()
    """What to leave."""


class FollowUp(Section):
    """A look at the result: due ``week`` weeks after treatment, answerable within the window."""

    week: int = Field(ge=1, le=104)
    """Weeks after treatment."""
    opens_days_before: int = Field(ge=0, le=28)
    """Days before that it may be answered."""
    closes_days_after: int = Field(ge=1, le=60)
    """Days after that it may be answered."""
    purpose: PatientText
    """What is looked at."""
    measures: tuple[MeasureId, ...] = Field(min_length=1)
    """What is measured."""
    photographs: bool = True
    """Whether photographs belong to it."""


class Results(Sourced):
    """When a result may show and how long it may last, with the certainty of that statement."""

    onset_weeks: Range
    """When a result may first show."""
    peak_weeks: Range | None = None
    """When it is at its best."""
    lasts_months: Range | None = None
    """How long it may last; null: not known."""
    swelling_window_days: int = Field(ge=0, le=90)
    """Days in which swelling imitates a result; photographs then do not count."""
    grade: Grade
    """Certainty of this statement."""
    text: PatientText
    """The statement for the page."""


class Downtime(Sourced):
    """Days until most people are comfortable in public."""

    days: Range
    """From the mildest to the longest usual course."""
    text: PatientText
    """Downtime in words."""
