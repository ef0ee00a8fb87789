"""The day a finished course is spoken of again, and the moment a letter about it leaves. Plain Python."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from vesicle.clinic.domain.hours import Weekly, counts_on
from vesicle.people.domain import end_of_quiet

LEAD = timedelta(weeks=4)
"""How long before the predicted return the letter leaves: time to think about it, and to find a day."""
MORNING = time(10)
"""On the location's clock: somebody is there to answer, and the day is long enough to call."""
GIVE_UP = timedelta(days=180)
"""A letter that had to wait so long says nothing true any more."""
_SEARCH_DAYS = 60

Basis = Literal["measured", "interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """What the protocol says: months between maintenance visits, and whether that rests on anything."""

    least: float
    most: float | None
    is_habit: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A change that was real and is going back: what, where, how much of it is gone, and when it is predicted to be.

    ``best`` and ``back`` are weeks after the last visit, ``low`` and ``high`` the 95 % interval of the return; ``lost``
    is the part of the best change that the latest value no longer shows.
    """

    measure: str
    region: str
    best: float
    lost: float
    back: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Planned:
    """A day and what it follows from."""

    on: date
    basis: Basis


def plan(last: date, interval: Interval | None, measured: Measured | None) -> Planned | None:
    """Return when to write after a course whose last visit was on ``last``; ``None`` where nobody can say.

    What was measured leads, inside the protocol's bounds: the letter leaves ``LEAD`` before the predicted return.
    """
    if measured is None:
        return Planned(months_after(last, interval.least), "interval") if interval else None
    on = last + timedelta(weeks=max(0.0, measured.back)) - LEAD
    if interval is not None:
        on = max(on, months_after(last, interval.least))
        if interval.most is not None:
            on = min(on, months_after(last, interval.most))
    return Planned(max(on, last), "measured")


def months_after(day: date, months: float) -> date:
    """Return the same day so many months later, the last of a shorter month; parts of a month count thirty days."""
    whole = int(months)
    years, month = divmod(day.month - 1 + whole, 12)
    year = day.year + years
    found = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return found + timedelta(days=round(30 * (months - whole)))


def moment(
    on: date,
    zone: str,
    patient_zone: str,
    hours: Sequence[Weekly],
    closed: Iterable[tuple[datetime, datetime]] = (),
    *,
    not_before: datetime,
) -> datetime:
    """Return when a letter for a day leaves: that day or the next on which the location is open and it is no night.

    Days and hours are on the location's clock, the night on the patient's. Where no hours are known, any day does.
    """
    shut = list(closed)
    first = max(on, not_before.astimezone(ZoneInfo(zone)).date())
    for day in (first + timedelta(days=number) for number in range(_SEARCH_DAYS)):
        spans = [(row.opens, row.closes) for row in hours if row.weekday == day.weekday() and counts_on(row, day)]
        for opens, closes in sorted(spans) if hours else [(time(8), time(20))]:
            begins, ends = (_on_clock(day, at, zone) for at in (max(opens, MORNING), closes))
            if closes <= opens:
                ends = _on_clock(day + timedelta(days=1), closes, zone)
            found = end_of_quiet(max(begins, not_before), patient_zone)
            if found < ends and not any(start <= found < end for start, end in shut):
                return found
    return end_of_quiet(max(_on_clock(first, MORNING, zone), not_before), patient_zone)


def _on_clock(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
