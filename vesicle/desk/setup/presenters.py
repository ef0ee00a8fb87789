"""Hours, closures and travel in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.clinic.domain.hours import Period
from vesicle.clinic.models import Closure, Location
from vesicle.website.presenters.places import OpenDays, clock, open_week


@dataclass(frozen=True, slots=True)
class Hours:
    """The weekly hours of a stretch of days: when it begins and ends, in words, and whether it is to come."""

    when: str
    week: tuple[OpenDays, ...]
    first: date | None
    is_coming: bool


def hours(periods: Sequence[Period], today: date) -> list[Hours]:
    """Return weekly hours in words, those of today first."""
    found = []
    for one in periods:
        is_coming = one.first is not None and one.first > today
        begins = f"From {day(one.first)}" if is_coming and one.first else "Now"
        until = f", until {day(one.last)}" if one.last is not None else ""
        found.append(Hours(begins + until, open_week(one.week), one.first, is_coming))
    return found


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure in words."""

    id: int
    when: str
    kind: str
    reason: str
    is_now: bool


def closed(rows: Iterable[Closure], zone: str, now: datetime) -> list[Closed]:
    """Return closures in words, by the clock of ``zone``."""
    return [
        Closed(
            row.pk, stretch(row.period.lower, row.period.upper, zone), row.get_kind_display(), row.reason,
            row.period.lower <= now,
        )
        for row in rows
    ]  # fmt: skip


def stretch(start: datetime, end: datetime, zone: str) -> str:
    """Return a stretch of time as it is said: whole days without hours, one day once."""
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    if first.time() == time.min and last.time() == time.min:
        final = last.date() - timedelta(days=1)
        return day(first.date()) if final == first.date() else f"{day(first.date())} to {day(final)}"
    ends = clock(last.time()) if first.date() == last.date() else f"{day(last.date())}, {clock(last.time())}"
    return f"{day(first.date())}, {clock(first.time())} to {ends}"


def day(on: date) -> str:
    """Return a day as it is said, with its weekday."""
    return f"{on:%a}, {on:%b} {on.day}, {on.year}"


@dataclass(frozen=True, slots=True)
class Way:
    """The way between two locations; ``minutes`` is ``None`` where nobody has said."""

    first: Location
    second: Location
    minutes: int | None

    @property
    def name(self) -> str:
        """The name of its field in a form."""
        return f"travel-{self.first.pk}-{self.second.pk}"


def ways(places: Sequence[Location], known: Mapping[tuple[int, int], int]) -> list[Way]:
    """Return every pair of locations once, the older one first."""
    ordered = sorted(places, key=lambda place: place.pk)
    return [
        Way(first, second, known.get((first.pk, second.pk)))
        for index, first in enumerate(ordered)
        for second in ordered[index + 1 :]
    ]
