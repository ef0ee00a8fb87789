"""How full the time was, who came, how far ahead people booked: plain arithmetic on ticks and rows.

Time is counted in ticks of five minutes since the epoch, one byte each, so that daylight saving disappears: the days on
which the clock changes simply have 276 or 300 ticks. What is open is painted, closures are painted out (however many
lie over each other), what is taken is painted in; then bytes are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from fractions import Fraction
from statistics import quantiles
from typing import NamedTuple

from vesicle.clinic.domain.hours import Weekly, counts_on
from vesicle.core.clock import local_moment
from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.ticks import Window, tick_after, tick_of

LATE_HOURS = 24
"""A cancellation with less notice than this counts as late."""
_ON = b"\x01"


class Taken(NamedTuple):
    """A stretch for which one place of something was taken: with buffers, and the phase alone, in ticks."""

    place: int
    low: int
    high: int
    phase_low: int
    phase_high: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one provider, room or device had in a period.

    ``open`` and ``closed`` are stretches in ticks and may overlap. ``capacity`` multiplies what is open.
    """

    open: Sequence[tuple[int, int]]
    closed: Sequence[tuple[int, int]] = ()
    taken: Sequence[Taken] = ()
    capacity: int = 1


@dataclass(slots=True)
class Use:
    """Minutes: there to be booked, booked within them (the phases alone, and with buffers), and booked outside them."""

    open: int = 0
    booked: int = 0
    with_buffers: int = 0
    outside: int = 0

    def add(self, other: Use) -> None:
        """Add another's minutes to these."""
        self.open += other.open
        self.booked += other.booked
        self.with_buffers += other.with_buffers
        self.outside += other.outside

    @property
    def share(self) -> Fraction | None:
        """Booked minutes of the open ones, without buffers; ``None`` where nothing was open."""
        return Fraction(self.booked, self.open) if self.open else None

    @property
    def share_with_buffers(self) -> Fraction | None:
        """The same with buffers."""
        return Fraction(self.with_buffers, self.open) if self.open else None


Hour = tuple[int, int]
"""Weekday (0 for Monday) and hour of the local clock."""


@dataclass(slots=True)
class Utilization:
    """How one calendar was used: in all, and by hour of the local week."""

    total: Use = field(default_factory=Use)
    by_hour: dict[Hour, Use] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """A period cut into pieces of one local hour each: first bit, bit after, weekday, hour. One for all calendars."""

    window: Window
    hours: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def of_days(cls, first: date, last: date, zone: str) -> Clock:
        """Return the local hours from ``first`` to ``last``, both included.

        An hour the clock skips has no piece; one it shows twice is a piece of twice the length.
        """
        window = Window.of_days(first, last, zone)
        return cls(window, tuple(_hours(window, first, last, zone)))


def _hours(window: Window, first: date, last: date, zone: str) -> Iterator[tuple[int, int, int, int]]:
    day = first
    while day <= last:
        after = tick_of(local_moment(day + timedelta(days=1), time.min, zone)) - window.origin
        begins = [tick_of(local_moment(day, time(hour), zone)) - window.origin for hour in range(24)]
        for hour, begin in enumerate(begins):
            end = begins[hour + 1] if hour < 23 else after
            if end > begin:
                yield begin, end, day.weekday(), hour
        day += timedelta(days=1)


def utilization(calendar: Calendar, clock: Clock) -> Utilization:
    """Return how a calendar was used within the period of ``clock``."""
    window = clock.window
    free = _painted(window, calendar.open)
    for low, high in calendar.closed:
        _paint(free, window, low, high, b"\x00")
    open_bits = int.from_bytes(free, "little")
    found = Utilization()
    layers: list[tuple[bytes, bytes]] = []
    for place in sorted({taken.place for taken in calendar.taken}):
        mine = [taken for taken in calendar.taken if taken.place == place]
        phases = int.from_bytes(_painted(window, ((one.phase_low, one.phase_high) for one in mine)), "little")
        whole = int.from_bytes(_painted(window, ((one.low, one.high) for one in mine)), "little") | phases
        found.total.outside += (phases & ~open_bits).bit_count() * TICK_MINUTES
        layers.append(
            (
                (phases & open_bits).to_bytes(window.ticks, "little"),
                (whole & open_bits).to_bytes(window.ticks, "little"),
            )
        )
    for begin, end, weekday, hour in clock.hours:
        ticks = free.count(_ON, begin, end)
        if not ticks:
            continue
        use = found.by_hour.setdefault((weekday, hour), Use())
        use.open += ticks * calendar.capacity * TICK_MINUTES
        for phases_open, whole_open in layers:
            if whole := whole_open.count(_ON, begin, end):
                use.with_buffers += whole * TICK_MINUTES
                use.booked += phases_open.count(_ON, begin, end) * TICK_MINUTES
    for use in found.by_hour.values():
        found.total.add(use)
    return found


def _painted(window: Window, stretches: Iterable[tuple[int, int]]) -> bytearray:
    found = bytearray(window.ticks)
    for low, high in stretches:
        _paint(found, window, low, high, _ON)
    return found


def _paint(on: bytearray, window: Window, low: int, high: int, color: bytes) -> None:
    begin, end = max(low - window.origin, 0), min(high - window.origin, window.ticks)
    if end > begin:
        on[begin:end] = color * (end - begin)


def opening(rows: Iterable[Weekly], first: date, last: date, zone: str) -> list[tuple[int, int]]:
    """Return the stretches, in ticks, that weekly hours say between two local days, hours over midnight included."""
    by_day: dict[int, list[Weekly]] = {}
    for row in rows:
        by_day.setdefault(row.weekday, []).append(row)
    found = []
    # The evening before the first day may reach into it.
    day = first - timedelta(days=1)
    while day <= last:
        for row in by_day.get(day.weekday(), ()):
            if counts_on(row, day):
                ends_on = day if row.closes > row.opens else day + timedelta(days=1)
                low = tick_of(local_moment(day, row.opens, zone))
                found.append((low, tick_after(local_moment(ends_on, row.closes, zone))))
        day += timedelta(days=1)
    return found


def both(these: Sequence[tuple[int, int]], those: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where stretches of both lists lie: a provider's hours count only while the house is open."""
    left, right = _merged(these), _merged(those)
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if high > low:
            found.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def _merged(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


# --- who came ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Attendance:
    """What became of the appointments whose time has come: visits, no-shows, cancellations early and late.

    ``open`` are those whose time has passed without anybody saying what became of them.
    """

    came: int = 0
    no_shows: int = 0
    cancelled: int = 0
    cancelled_late: int = 0
    open: int = 0

    @property
    def expected(self) -> int:
        """Everybody who was still expected on the day: the denominator of the rates."""
        return self.came + self.no_shows + self.cancelled_late

    @property
    def no_show_share(self) -> Fraction | None:
        """Those who did not come, of those expected; ``None`` where nobody was."""
        return Fraction(self.no_shows, self.expected) if self.expected else None

    @property
    def late_share(self) -> Fraction | None:
        """Those who cancelled late, of those expected; ``None`` where nobody was."""
        return Fraction(self.cancelled_late, self.expected) if self.expected else None

    @property
    def lost_share(self) -> Fraction | None:
        """Both together."""
        return Fraction(self.no_shows + self.cancelled_late, self.expected) if self.expected else None


def is_late(hours_before: float) -> bool:
    """Return whether a cancellation this many hours before the start counts as late."""
    return hours_before < LATE_HOURS


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number is spread over people: its quartiles, and of how many."""

    count: int
    lower: float
    median: float
    upper: float


def spread(values: Sequence[float]) -> Spread | None:
    """Return the quartiles of ``values``, measured as in a sample that includes its extremes; ``None`` without any."""
    if not values:
        return None
    if len(values) == 1:
        return Spread(1, values[0], values[0], values[0])
    lower, median, upper = quantiles(values, n=4, method="inclusive")
    return Spread(len(values), lower, median, upper)


# --- what was looked for ------------------------------------------------------------------------


@dataclass(slots=True)
class Demand:
    """Searches of a week for one thing: those that found times, those that found none."""

    found: int = 0
    missed: int = 0

    @property
    def share(self) -> Fraction | None:
        """Those that found none, of all; ``None`` where nobody searched."""
        total = self.found + self.missed
        return Fraction(self.missed, total) if total else None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
