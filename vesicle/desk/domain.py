"""The day as a grid: columns of rooms or providers, rows of five minutes, blockers on each booking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ROW_MINUTES = 5
MOST_ROWS = 192


@dataclass(frozen=True, slots=True)
class Block:
    """A booking in a column: where it stands and how long it is, in rows; ``tone`` colors it.

    ``cleared`` says until when a provider's clearance counts, where it does on the day.
    """

    appointment_id: int
    start: int
    rows: int
    name: str
    time: str
    what: str
    tone: str
    blockers: tuple[str, ...] = ()
    cleared: str = ""


@dataclass(slots=True)
class Column:
    """A room or a provider, with what happens there and when it is closed (start row, rows)."""

    title: str
    subtitle: str
    blocks: list[Block] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """A day: the hours at the left and the columns. ``now`` is the row of this moment, if it is on the day."""

    hours: tuple[str, ...]
    columns: tuple[Column, ...]
    now: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of a day that is shown."""

    begins: datetime
    ends: datetime

    @property
    def rows(self) -> int:
        """How many rows the stretch has."""
        return min(MOST_ROWS, int((self.ends - self.begins).total_seconds()) // 60 // ROW_MINUTES)

    def row(self, moment: datetime) -> int:
        """Return the row of a moment, within the frame."""
        minutes = (moment - self.begins).total_seconds() / 60
        return max(0, min(self.rows, int(minutes // ROW_MINUTES)))

    def span(self, start: datetime, end: datetime) -> tuple[int, int]:
        """Return first row and number of rows of a stretch; at least one row, at most 96."""
        first, last = self.row(start), self.row(end)
        return first, max(1, min(96, last - first))


def frame_for(opens: datetime, closes: datetime, moments: Iterable[tuple[datetime, datetime]]) -> Frame:
    """Return the frame of a day: its opening hours, widened to whole hours around everything booked."""
    begins, ends = opens, closes
    for start, end in moments:
        begins, ends = min(begins, start), max(ends, end)
    begins = begins.replace(minute=0, second=0, microsecond=0)
    if ends.minute or ends.second:
        ends = ends.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return Frame(begins, ends)


def hours_of(frame: Frame) -> tuple[str, ...]:
    """Return the labels of the hours shown."""
    labels: list[str] = []
    moment = frame.begins
    while moment < frame.ends and len(labels) * 12 < frame.rows:
        labels.append(f"{moment.hour % 12 or 12} {moment:%p}")
        moment += timedelta(hours=1)
    return tuple(labels)


def closed_rows(frame: Frame, open_spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    """Return the stretches of rows outside ``open_spans``, cut into pieces the grid can show."""
    edges, row = [], 0
    for start, end in sorted(open_spans):
        first, last = frame.row(start), frame.row(end)
        if first > row:
            edges.append((row, first - row))
        row = max(row, last)
    if row < frame.rows:
        edges.append((row, frame.rows - row))
    return [(first + cut, min(96, rows - cut)) for first, rows in edges for cut in range(0, rows, 96)]
