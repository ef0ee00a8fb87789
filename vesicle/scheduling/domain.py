"""Availability on bitmaps: exact, small, and the same answer as looking at every slot by hand.

Time is cut into ticks of five minutes counted from the epoch, so a stretch of any length is one
integer with one bit a tick. Daylight saving disappears here: hours are turned into absolute time
before they become bits. A resource's free time is its opening hours minus everything it is taken
for; the starts it allows are those bits whose whole run is free, found with shifts and ANDs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.protocols.duration import TICK_MINUTES

TICK_SECONDS = TICK_MINUTES * 60


# --- time as ticks --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of absolute time, ``ticks`` long from ``origin`` (a tick number since the epoch)."""

    origin: int
    ticks: int

    @classmethod
    def of_days(cls, first: date, last: date, zone: str) -> Window:
        """Return the window from local midnight of ``first`` to local midnight after ``last``."""
        start = tick_of(local_moment(first, time.min, zone))
        end = tick_of(local_moment(last + timedelta(days=1), time.min, zone))
        return cls(start, end - start)

    def mask(self, start_tick: int, end_tick: int) -> int:
        """Return the bits from ``start_tick`` up to ``end_tick``, clipped to the window."""
        low, high = max(start_tick - self.origin, 0), min(end_tick - self.origin, self.ticks)
        return ((1 << (high - low)) - 1) << low if high > low else 0

    def moment(self, bit: int) -> datetime:
        """Return the UTC moment at which ``bit`` begins."""
        return datetime.fromtimestamp((self.origin + bit) * TICK_SECONDS, UTC)


def local_moment(day: date, clock: time, zone: str) -> datetime:
    """Return the UTC moment at which the wall clock of ``zone`` shows ``clock`` on ``day``.

    A time the clock skips in spring is read with the offset before the change, one it shows twice
    in autumn is the first of the two (PEP 495, ``fold=0``).
    """
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def tick_of(moment: datetime) -> int:
    """Return the tick that ``moment`` falls in."""
    return int(moment.timestamp()) // TICK_SECONDS


def tick_after(moment: datetime) -> int:
    """Return the first tick that begins at or after ``moment``."""
    return -(-math.ceil(moment.timestamp()) // TICK_SECONDS)


# --- what an appointment needs --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of resource, from ``start`` to ``end`` minutes after the patient's start, and its buffers.

    ``kind`` is ``room``, ``provider`` or ``device:<device kind>``. Phases that follow each other
    and need the same kind are one need: the patient stays in the room.
    """

    kind: str
    phase: str
    start: int
    end: int
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How an appointment is built: its phases in minutes and the needs that follow from them."""

    phases: tuple[tuple[str, int, int], ...]
    needs: tuple[Need, ...]

    @property
    def minutes(self) -> int:
        """What the patient is told: from arrival to leaving."""
        return self.phases[-1][2]


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase of the protocol as the plan needs it; ``minutes`` is ``None`` where areas decide."""

    id: str
    minutes: int | None
    needs: tuple[str, ...]


def build_plan(
    phases: Sequence[PhasePlan],
    hands_on: int,
    device_kinds: Sequence[str],
    buffers: Mapping[str, tuple[int, int]],
) -> Plan:
    """Return the plan of an appointment.

    ``buffers`` maps ``room``, ``provider`` and ``device`` to minutes before and after.
    """
    timeline: list[tuple[str, int, int]] = []
    needs: dict[str, Need] = {}
    settled: list[Need] = []
    clock = 0
    for phase in phases:
        length = hands_on if phase.minutes is None else phase.minutes
        end = clock + length
        timeline.append((phase.id, clock, end))
        for kind in _kinds(phase.needs, device_kinds):
            before, after = buffers.get(kind.partition(":")[0], (0, 0))
            open_need = needs.get(kind)
            if open_need is not None and open_need.end == clock:
                needs[kind] = Need(kind, open_need.phase, open_need.start, end, before, after)
                continue
            if open_need is not None:
                settled.append(open_need)
            needs[kind] = Need(kind, phase.id, clock, end, before, after)
        clock = end
    return Plan(tuple(timeline), (*settled, *needs.values()))


def _kinds(needs: Sequence[str], device_kinds: Sequence[str]) -> Iterator[str]:
    for need in needs:
        if need == "device":
            yield from (f"device:{kind}" for kind in device_kinds)
        else:
            yield need


# --- bits -----------------------------------------------------------------------------------


def runs_of(free: int, length: int) -> int:
    """Return the bits at which a run of ``length`` free ticks begins.

    Doubles the run it knows of at each turn, so an hour takes four shifts, not twelve.
    """
    known = 1
    while known < length and free:
        step = min(known, length - known)
        free &= free >> step
        known += step
    return free


def bits_of(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@dataclass(frozen=True, slots=True)
class ResourceDay:
    """A resource's calendar within a window: when it is there, and when it is taken."""

    id: int
    kind: str
    free: int


def starts_for(need: Need, free: int) -> int:
    """Return the bits at which the *patient* may start so that ``need`` finds ``free`` time.

    The run begins ``start - before`` ticks after the patient's start, which may lie before it.
    """
    length = (need.end - need.start + need.before + need.after) // TICK_MINUTES
    offset = (need.start - need.before) // TICK_MINUTES
    runs = runs_of(free, length)
    return runs >> offset if offset >= 0 else runs << -offset


def grid_mask(window: Window, grid_minutes: int, zone: str) -> int:
    """Return the bits that lie on the clinic's grid of starts, counted from local midnight of each day.

    All zones in use are offset by whole quarter hours, so a grid of up to 15 minutes is the same
    in local and in absolute time; coarser grids follow the local clock.
    """
    step = grid_minutes // TICK_MINUTES
    mask = 0
    day = window.moment(0).astimezone(ZoneInfo(zone)).date()
    while True:
        low = tick_of(local_moment(day, time.min, zone)) - window.origin
        if low >= window.ticks:
            return mask & ((1 << window.ticks) - 1)
        high = tick_of(local_moment(day + timedelta(days=1), time.min, zone)) - window.origin
        count = -(-(high - low) // step)
        every_step = ((1 << count * step) - 1) // ((1 << step) - 1)
        mask |= every_step << low
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Start:
    """A bookable start and the resources each kind of need could take, best first."""

    bit: int
    choices: tuple[tuple[str, tuple[int, ...]], ...]


def find_starts(plan: Plan, resources: Sequence[ResourceDay], allowed: int) -> list[Start]:
    """Return every start in ``allowed`` for which each kind of need has a resource for all its runs.

    A resource serves all needs of its kind: the same room before and after a pause.
    """
    by_kind: dict[str, list[Need]] = {}
    for need in plan.needs:
        by_kind.setdefault(need.kind, []).append(need)
    possible: dict[str, list[tuple[int, int]]] = {}
    for kind, needs in by_kind.items():
        candidates = []
        for resource in resources:
            if resource.kind != kind:
                continue
            starts = allowed
            for need in needs:
                starts &= starts_for(need, resource.free)
            if starts:
                candidates.append((resource.id, starts))
        any_of_kind = 0
        for _, starts in candidates:
            any_of_kind |= starts
        allowed &= any_of_kind
        possible[kind] = candidates
    return [
        Start(
            bit,
            tuple((kind, tuple(id_ for id_, starts in found if starts >> bit & 1)) for kind, found in possible.items()),
        )
        for bit in bits_of(allowed)
    ]


def open_mask(window: Window, zone: str, hours: Mapping[int, Sequence[tuple[time, time]]]) -> int:
    """Return the bits within weekly ``hours`` (weekday → opening and closing times on the local clock)."""
    mask = 0
    day = window.moment(0).astimezone(ZoneInfo(zone)).date()
    last = window.moment(window.ticks - 1).astimezone(ZoneInfo(zone)).date()
    while day <= last:
        for opens, closes in hours.get(day.weekday(), ()):
            mask |= window.mask(tick_of(local_moment(day, opens, zone)), tick_of(local_moment(day, closes, zone)))
        day += timedelta(days=1)
    return mask
