"""Availability worked out by hand, minute by minute, with sets of moments: what the search is compared with.

Written from the rules alone and without a single bit: slow, and easy to believe.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from zoneinfo import ZoneInfo

Hours = tuple[int, time, time, date | None, date | None]


@dataclass(frozen=True)
class Wanted:
    """A need: who serves it, which labels will do, minutes after the start, minutes of buffer."""

    key: str
    labels: frozenset[str]
    start: int
    end: int
    before: int
    after: int


@dataclass(frozen=True)
class Thing:
    """A place of a resource. ``hours`` is ``None`` where the house's are enough; stretches are UTC minutes."""

    number: int
    place: int
    labels: frozenset[str]
    before: int
    after: int
    hours: tuple[Hours, ...] | None
    taken: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class House:
    """A location: its zone, hours, closures (UTC minutes), and what it has."""

    zone: str
    hours: tuple[Hours, ...]
    closed: tuple[tuple[int, int], ...]
    things: tuple[Thing, ...]


Served = dict[str, tuple[int, int]]
"""For each key the number and place of what serves it."""


def minute_of(moment: datetime) -> int:
    """Return the UTC minute of a moment."""
    return int(moment.timestamp()) // 60


@lru_cache(maxsize=64)
def wall_clock(zone: str, first: date, last: date) -> tuple[tuple[int, datetime], ...]:
    """Return every UTC minute from four days before the days asked about to five after, and what the clock shows."""
    minute = minute_of(datetime.combine(first - timedelta(days=4), time.min, UTC))
    end = minute_of(datetime.combine(last + timedelta(days=6), time.min, UTC))
    where = ZoneInfo(zone)
    return tuple((m, datetime.fromtimestamp(m * 60, where).replace(tzinfo=None)) for m in range(minute, end))


@lru_cache(maxsize=4096)
def first_minute_showing(zone: str, first: date, last: date, wanted: datetime) -> int:
    """Return the first minute at which the clock shows ``wanted`` or later."""
    return next(minute for minute, shown in wall_clock(zone, first, last) if shown >= wanted)


def open_minutes(zone: str, hours: Sequence[Hours], first: date, last: date) -> set[int]:
    """Return the minutes within weekly hours, from two days before ``first`` to two after ``last``.

    Two, because the next day on the calendar need not exist.
    """
    found: set[int] = set()
    day = first - timedelta(days=2)
    while day <= last + timedelta(days=2):
        for weekday, opens, closes, valid_from, valid_until in hours:
            if day.weekday() != weekday or (valid_from and day < valid_from) or (valid_until and day > valid_until):
                continue
            closing = day if closes > opens else day + timedelta(days=1)
            begins = first_minute_showing(zone, first, last, datetime.combine(day, opens))
            ends = first_minute_showing(zone, first, last, datetime.combine(closing, closes))
            found.update(range(begins, ends))
        day += timedelta(days=1)
    return found


def starts(
    house: House, wanted: Sequence[Wanted], first: date, last: date, grid: int
) -> Iterator[tuple[int, list[Served]]]:
    """Yield each minute at which the visit can begin, with every way to serve it."""
    opening = open_minutes(house.zone, house.hours, first, last)
    for begins, ends in house.closed:
        opening.difference_update(range(begins, ends))
    free: dict[tuple[int, int], set[int]] = {}
    for thing in house.things:
        there = opening if thing.hours is None else opening & open_minutes(house.zone, thing.hours, first, last)
        taken = {minute for begins, ends in thing.taken for minute in range(begins, ends)}
        free[thing.number, thing.place] = there - taken
    keys = list(dict.fromkeys(need.key for need in wanted))
    for minute, shown in wall_clock(house.zone, first, last):
        if not first <= shown.date() <= last or (shown.hour * 60 + shown.minute) % grid or minute % 5:
            continue
        could = [
            [
                thing
                for thing in house.things
                if all(
                    _is_served(need, thing, minute, free[thing.number, thing.place])
                    for need in wanted
                    if need.key == key
                )
            ]
            for key in keys
        ]
        ways = [
            {key: (thing.number, thing.place) for key, thing in zip(keys, way, strict=True)}
            for way in product(*could)
            if not _is_needed_twice(wanted, dict(zip(keys, way, strict=True)))
        ]
        if ways:
            yield minute, ways


def _is_served(need: Wanted, thing: Thing, minute: int, free: set[int]) -> bool:
    if not need.labels & thing.labels:
        return False
    begins = minute + need.start - max(need.before, thing.before)
    ends = minute + need.end + max(need.after, thing.after)
    return begins in free and all(one in free for one in range(begins, ends))


def _is_needed_twice(wanted: Sequence[Wanted], way: dict[str, Thing]) -> bool:
    for one in wanted:
        for other in wanted:
            same = (way[one.key].number, way[one.key].place) == (way[other.key].number, way[other.key].place)
            if one.key < other.key and same and one.start < other.end and other.start < one.end:
                return True
    return False
