"""Availability on bitmaps: exact, small, and the same answer as looking at every slot by hand.

Time is cut into ticks of five minutes counted from the epoch, so a stretch of any length is one
integer with one bit a tick. Daylight saving disappears here: hours are turned into absolute time
before they become bits. A resource's free time is its opening hours minus everything it is taken
for; the starts it allows are those bits whose whole run is free, found with shifts and ANDs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from vesicle.protocols.duration import TICK_MINUTES

TICK_SECONDS = TICK_MINUTES * 60
DAY_TICKS = 24 * 60 // TICK_MINUTES


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

    def mask_of(self, stretches: Iterable[tuple[int, int]]) -> int:
        """Return the bits of all stretches, each from its first tick up to the one after its last."""
        mask, origin, last = 0, self.origin, self.origin + self.ticks
        for start_tick, end_tick in stretches:
            if origin <= start_tick <= end_tick <= last:
                mask |= ((1 << (end_tick - start_tick)) - 1) << (start_tick - origin)
            else:
                mask |= self.mask(start_tick, end_tick)
        return mask

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
    digits = bin(mask)[:1:-1]
    position = digits.find("1")
    while position >= 0:
        yield position
        position = digits.find("1", position + 1)


@dataclass(frozen=True, slots=True)
class ResourceDay:
    """When one place of a resource is free within a window. Most have one place; a room may hold several people."""

    id: int
    kind: str
    free: int
    place: int = 0


def starts_for(need: Need, free: int) -> int:
    """Return the bits at which the *patient* may start so that ``need`` finds ``free`` time.

    The run begins ``start - before`` ticks after the patient's start, which may lie before it.
    """
    length = (need.end - need.start + need.before + need.after) // TICK_MINUTES
    offset = (need.start - need.before) // TICK_MINUTES
    runs = runs_of(free, length)
    return runs >> offset if offset >= 0 else runs << -offset


@lru_cache(maxsize=64)
def grid_mask(window: Window, grid_minutes: int, zone: str) -> int:
    """Return the bits that lie on the clinic's grid of starts, counted from local midnight of each day.

    All zones in use are offset by whole quarter hours, so a grid of up to 15 minutes is the same
    in local and in absolute time; coarser grids follow the local clock.
    """
    step = grid_minutes // TICK_MINUTES
    mask = 0
    for _, begins, ends in days_of(window, zone):
        low, length = begins - window.origin, ends - begins
        every_step = ((1 << -(-length // step) * step) - 1) // ((1 << step) - 1) & ((1 << length) - 1)
        mask |= every_step << low if low >= 0 else every_step >> -low
    return mask & ((1 << window.ticks) - 1)


@dataclass(frozen=True, slots=True)
class Start:
    """A bookable start, and for each kind of need the resources (with a place) that could serve it, best first."""

    bit: int
    choices: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def find_starts(plan: Plan, resources: Sequence[ResourceDay], allowed: int) -> list[Start]:
    """Return every start in ``allowed`` for which each kind of need has a resource for all its runs.

    A resource serves all needs of its kind: the same room before and after a pause, and the same place in it.
    """
    by_kind: dict[str, list[Need]] = {}
    for need in plan.needs:
        by_kind.setdefault(need.kind, []).append(need)
    possible: dict[str, list[tuple[ResourceDay, int]]] = {}
    for kind, needs in by_kind.items():
        found, any_of_kind = [], 0
        for resource in resources:
            if resource.kind == kind:
                starts = allowed
                for need in needs:
                    starts &= starts_for(need, resource.free)
                found.append((resource, starts))
                any_of_kind |= starts
        allowed &= any_of_kind
        possible[kind] = found
    bits = list(bits_of(allowed))
    columns = [list(_pick(found, bits)) for found in possible.values()]
    return [
        Start(bit, tuple((kind, column[row]) for kind, column in zip(possible, columns, strict=True)))
        for row, bit in enumerate(bits)
    ]


def _pick(found: Sequence[tuple[ResourceDay, int]], bits: Sequence[int]) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield for each bit who could serve a start there; looked up in bytes, because long integers are slow to index."""
    tables = [
        ((resource.id, resource.place), starts.to_bytes(starts.bit_length() // 8 + 1, "little"))
        for resource, starts in found
        if starts
    ]
    for bit in bits:
        byte, mask = bit >> 3, 1 << (bit & 7)
        yield tuple(who for who, table in tables if byte < len(table) and table[byte] & mask)


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of weekly hours on the local clock, ``weekday`` 0 for Monday; counts between two dates where given.

    One that closes no later than it opens ends on the next day.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it opens on ``day``."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@lru_cache(maxsize=512)
def open_mask(window: Window, zone: str, hours: tuple[Opening, ...]) -> int:
    """Return the bits within weekly hours."""
    mask = 0
    for day, begins, ends in days_of(window, zone):
        whole = ends - begins == DAY_TICKS
        for opening in hours:
            if not opening.counts_on(day):
                continue
            over_night = opening.closes <= opening.opens
            # On a day without a change of clocks minutes are ticks; every other day the zone has to be asked.
            if whole and not over_night:
                low, high = begins + _ticks_into(opening.opens), begins + _ticks_into(opening.closes)
            else:
                low = tick_of(local_moment(day, opening.opens, zone))
                high = tick_of(local_moment(day + timedelta(days=over_night), opening.closes, zone))
            mask |= window.mask(low, high)
    return mask


@lru_cache(maxsize=64)
def days_of(window: Window, zone: str) -> tuple[tuple[date, int, int], ...]:
    """Return the local days that touch the window, each with its first tick and the first tick of the next."""
    day = window.moment(0).astimezone(ZoneInfo(zone)).date()
    found = []
    begins = tick_of(local_moment(day, time.min, zone))
    while begins < window.origin + window.ticks:
        after = day + timedelta(days=1)
        ends = tick_of(local_moment(after, time.min, zone))
        found.append((day, begins, ends))
        day, begins = after, ends
    return tuple(found)


def _ticks_into(clock: time) -> int:
    return (clock.hour * 60 + clock.minute) // TICK_MINUTES
