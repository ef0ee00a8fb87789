"""The calendar as a grid: columns of rooms, providers, devices or days, rows of five minutes, phases on each booking.

Times of day are minutes since midnight on the location's own clock, so all days of a week share one frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

ROW_MINUTES = 5
MOST_ROWS = 192
LONGEST = 96
MOST_LANES = 6
HOUR = 60


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a booking: a phase with or without the provider (``work``, ``wait``), or a ``buffer`` around it."""

    kind: str
    start: int
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class Act:
    """The one thing to do next with a booking: how the form names it, and the words of its button."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """A booking in a column: where it stands and how long it is, in rows, and everything written on it.

    ``key`` names it in the page: the appointment and which of its parts, so that it stays the same when it is moved.
    ``lead`` is by how many rows the patient's own start comes before. ``tone`` colors it, ``icon`` and ``state`` say
    the same without color. ``cleared`` says until when a provider's clearance counts, where it does on the day.
    ``visit`` is the same for all parts of a visit of several treatments, which move together.
    """

    appointment_id: int
    key: str
    start: int
    rows: int
    lead: int
    name: str
    time: str
    until: str
    what: str
    tone: str
    icon: str = ""
    state: str = ""
    is_movable: bool = False
    bands: tuple[Band, ...] = ()
    act: Act | None = None
    visit: str = ""
    blockers: tuple[str, ...] = ()
    cleared: str = ""
    lane: int = 1


@dataclass(frozen=True, slots=True)
class Shut:
    """A stretch that somebody closed, and why; ``closure_id`` opens it again."""

    closure_id: int
    start: int
    rows: int
    words: str
    of_house: bool = False


@dataclass(slots=True)
class Column:
    """A room, a provider, a device, or a day: what happens there and when it is closed (start row, rows).

    ``resource_id`` is empty for a day of everybody. ``now`` is the row of this moment, if it is in the column.
    """

    title: str
    subtitle: str
    day: date
    resource_id: int | None = None
    is_provider: bool = False
    now: int | None = None
    lanes: int = 1
    blocks: list[Block] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)
    shut: list[Shut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is shown: the hours at the left and the columns. ``first`` is the first row, in minutes since midnight."""

    first: int
    hours: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of each day that is shown, in minutes since midnight."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many rows the stretch has."""
        return min(MOST_ROWS, (self.last - self.first) // ROW_MINUTES)

    def row(self, minutes: int) -> int:
        """Return the row of a time of day, within the frame."""
        return max(0, min(self.rows, (minutes - self.first) // ROW_MINUTES))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return first row and number of rows of a stretch; at least one row, at most 96."""
        first = min(self.row(start), self.rows - 1)
        return first, max(1, min(LONGEST, self.row(end) - first))


def minutes_into(day: date, moment: datetime) -> int:
    """Return the minutes from midnight of ``day`` to a local ``moment`` as its wall clock shows it."""
    return (moment.date() - day).days * 24 * HOUR + moment.hour * HOUR + moment.minute


def frame_for(opens: int, closes: int, stretches: Iterable[tuple[int, int]]) -> Frame:
    """Return the frame: opening hours, widened to whole hours around everything booked."""
    first, last = opens, closes
    for start, end in stretches:
        first, last = min(first, start), max(last, end)
    return Frame(max(0, first // HOUR * HOUR), -(-last // HOUR) * HOUR)


def hours_of(frame: Frame) -> tuple[str, ...]:
    """Return the labels of the hours shown."""
    shown = range(frame.first // HOUR, -(-(frame.first + frame.rows * ROW_MINUTES) // HOUR))
    return tuple(f"{hour % 12 or 12} {'AM' if hour % 24 < 12 else 'PM'}" for hour in shown)


def closed_rows(frame: Frame, open_spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches of rows outside ``open_spans``, cut into pieces the grid can show."""
    edges, row = [], 0
    for start, end in sorted(open_spans):
        first, last = frame.row(start), frame.row(end)
        if first > row:
            edges.append((row, first - row))
        row = max(row, last)
    if row < frame.rows:
        edges.append((row, frame.rows - row))
    return [(first + cut, min(LONGEST, rows - cut)) for first, rows in edges for cut in range(0, rows, LONGEST)]


def side_by_side(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    """Return the blocks with lanes, so that none covers another, and how many lanes that takes (at most six)."""
    ends: list[int] = []
    placed = []
    for block in sorted(blocks, key=lambda block: (block.start, block.appointment_id)):
        lane = next((number for number, end in enumerate(ends) if end <= block.start), len(ends))
        if lane == len(ends):
            if len(ends) == MOST_LANES:
                lane = min(range(MOST_LANES), key=ends.__getitem__)
            else:
                ends.append(0)
        ends[lane] = block.start + block.rows
        placed.append(replace(block, lane=lane + 1))
    return placed, max(1, len(ends))


def clock_of(minutes: int) -> str:
    """Return a time of day as the board writes it: ``9:45``."""
    hour = minutes // HOUR % 24
    return f"{hour % 12 or 12}:{minutes % HOUR:02}"
