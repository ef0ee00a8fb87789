"""Aftercare in plain data: the plan of a day, when check-ins are due, and what answers amount to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.core.words import said
from vesicle.protocols.bank import RedFlag
from vesicle.protocols.schema.sections import AftercareRange, CoursePoint

EXPECTED, OUTSIDE, RED_FLAG = "expected", "outside", "red-flag"
ASK_AT = time(9, 0)
OUTSIDE_WITHIN = timedelta(hours=24)

# Which measure is bounded by which column of the expected course.
BOUNDS: Mapping[str, str] = {
    "OM-REDNESS": "redness_max",
    "OM-SWELLING": "swelling_max",
    "OM-VAS-PAIN": "pain_max",
}
_WORDS = {"OM-REDNESS": said("redness"), "OM-SWELLING": said("swelling"), "OM-VAS-PAIN": said("pain")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as expected. ``code`` is a red flag's id or a measure's."""

    code: str
    urgency: str
    staff: str
    patient: str
    due_within: timedelta


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check-in amounts to; findings are in order of urgency, the most urgent first."""

    outcome: str
    findings: tuple[Finding, ...]


def judge(
    *, day: int, course: Sequence[CoursePoint], measures: Mapping[str, float], red_flags: Iterable[RedFlag]
) -> Judgement:
    """Compare a day's answers with the expected course.

    ``measures`` maps measure ids to values; ``red_flags`` are those answered yes. A value above the
    upper bound of normal for the day is outside the course; any red flag is a red flag.
    """
    flagged = sorted(red_flags, key=lambda flag: flag.urgency)
    findings = [
        Finding(flag.id, flag.action, f"{flag.name}. {flag.staff}", flag.patient_now, timedelta(hours=flag.due_hours))
        for flag in flagged
    ]
    findings += _above(day, course, measures)
    outcome = RED_FLAG if flagged else OUTSIDE if findings else EXPECTED
    return Judgement(outcome, tuple(findings))


def _above(day: int, course: Sequence[CoursePoint], measures: Mapping[str, float]) -> Iterable[Finding]:
    points = points_on(course, day)
    for measure, column in BOUNDS.items():
        value = measures.get(measure)
        if value is None or not points:
            continue
        bound = max(int(getattr(point, column)) for point in points)
        if value > bound:
            word = _WORDS[measure]
            yield Finding(
                measure,
                "same-day",
                f"More {word} than expected on day {day}: {value:g}, expected at most {bound}.",
                said(
                    "You have more {what} than we expect on this day. A member of our team looks at your answer today "
                    "and calls you if anything should be done. Call us if it gets worse.",
                    what=word,
                ),
                OUTSIDE_WITHIN,
            )


def points_on(course: Sequence[CoursePoint], day: int) -> list[CoursePoint]:
    """Return the stretches of the expected course that include a day."""
    return [point for point in course if point.from_day <= day <= point.to_day]


def plan_on(plan: Sequence[AftercareRange], day: int) -> list[AftercareRange]:
    """Return what to do and not to do on a day."""
    return [part for part in plan if part.from_day <= day <= part.to_day]


def day_of(treated_on: date, today: date) -> int:
    """Return which day after treatment ``today`` is; the treatment day is 0."""
    return (today - treated_on).days


def due_at(treated_on: date, day: int, zone: str, finished_at: datetime) -> datetime:
    """Return when a check-in is due: nine in the morning of its day, two hours after the visit on day 0."""
    if day == 0:
        return finished_at + timedelta(hours=2)
    return datetime.combine(treated_on + timedelta(days=day), ASK_AT, ZoneInfo(zone))


def flags_in_order(ask: Sequence[str], stress: Collection[str]) -> list[str]:
    """Return the red flags to ask about, the stressed ones first, each once."""
    first = [flag for flag in ask if flag in stress]
    return [*first, *(flag for flag in ask if flag not in stress)]
