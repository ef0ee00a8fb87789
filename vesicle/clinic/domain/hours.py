"""Weekly hours: what cannot be, what counts on a day, and which periods follow each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Protocol

Spans = Sequence[tuple[time, time]]
DAY_MINUTES = 24 * 60
LONGEST_NIGHT = 15 * 60
"""Minutes a span over midnight may last: longer is morning and evening mixed up."""


def hours_problems(week: Mapping[int, Spans]) -> dict[str, str]:
    """Return what is wrong with a week of opening spans, by weekday number. Empty when nothing is."""
    problems = {str(day): problem for day, spans in week.items() if (problem := hours_problem(spans))}
    problems |= {str(day): "Weekdays go from 0 (Monday) to 6 (Sunday)." for day in week if not 0 <= day <= 6}
    for day, spans in week.items():
        late = max((_ends(span) for span in spans), default=0) - DAY_MINUTES
        early = min((_minute(opens) for opens, _ in week.get((day + 1) % 7, ())), default=DAY_MINUTES)
        if late > early:
            key = str((day + 1) % 7)
            problems.setdefault(key, "Opens before the hours of the evening before have ended.")
    return problems


def hours_problem(spans: Spans) -> str | None:
    """Return what is wrong with one day's opening spans, or ``None``.

    A span that closes no later than it opens ends on the next day.
    """
    ordered = sorted(spans)
    for span in ordered:
        length = _ends(span) - _minute(span[0])
        if _ends(span) > DAY_MINUTES and length > LONGEST_NIGHT:
            return "A span that closes on the next day lasts at most 15 hours. Are opening and closing mixed up?"
    if any(_ends(first) > _minute(second[0]) for first, second in pairwise(ordered)):
        return "Two spans of the same day overlap."
    return None


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _ends(span: tuple[time, time]) -> int:
    """Return the minute a span ends, counted from midnight before it."""
    opens, closes = span
    return _minute(closes) + (DAY_MINUTES if closes <= opens else 0)


class Weekly(Protocol):
    """A row of weekly hours: a span of one weekday, and the days between which it counts."""

    @property
    def weekday(self) -> int:
        """0 for Monday."""

    @property
    def opens(self) -> time:
        """On the location's clock."""

    @property
    def closes(self) -> time:
        """On the next day when it is no later than ``opens``."""

    @property
    def valid_from(self) -> date | None:
        """The first day it counts; ``None``: it always did."""

    @property
    def valid_until(self) -> date | None:
        """The last day it counts; ``None``: for good."""


def counts_on(row: Weekly, on: date) -> bool:
    """Return whether weekly hours count on a day (if it is their weekday)."""
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_until is None or on <= row.valid_until)


def week_on(rows: Iterable[Weekly], on: date) -> dict[int, list[tuple[time, time]]]:
    """Return the spans by weekday that count on a day."""
    week: dict[int, list[tuple[time, time]]] = {}
    for row in sorted(rows, key=lambda row: (row.weekday, row.opens)):
        if counts_on(row, on):
            week.setdefault(row.weekday, []).append((row.opens, row.closes))
    return week


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days with the same weekly hours. ``week`` is empty where it is closed throughout."""

    first: date | None
    last: date | None
    week: Mapping[int, Spans]


def periods(rows: Sequence[Weekly], today: date) -> list[Period]:
    """Return the weekly hours that count today and those to come, in order. Empty where nothing was ever said."""
    if not rows:
        return []
    turns = {row.valid_from for row in rows if row.valid_from is not None}
    turns |= {row.valid_until + timedelta(days=1) for row in rows if row.valid_until is not None}
    coming = sorted(turn for turn in turns if turn > today)
    begun = max((turn for turn in turns if turn <= today), default=None)
    found: list[Period] = []
    for first, after in pairwise([begun, *coming, None]):
        week = week_on(rows, first or today)
        last = after - timedelta(days=1) if after is not None else None
        if found and found[-1].week == week:
            found[-1] = Period(found[-1].first, last, week)
        else:
            found.append(Period(first, last, week))
    return found
