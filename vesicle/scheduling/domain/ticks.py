"""Time as ticks of five minutes since the epoch, and stretches of it as one integer with one bit a tick.

Daylight saving disappears here: wall clocks become absolute time before they become bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vesicle.core.clock import local_moment
from vesicle.protocols.duration import TICK_MINUTES

TICK_SECONDS = TICK_MINUTES * 60
_ONES = bytes.maketrans(b"01", b"\x00\x01")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of absolute time, ``ticks`` long from ``origin`` (a tick number since the epoch)."""

    origin: int
    ticks: int

    @classmethod
    def of_days(cls, first: date, last: date, zone: str, *, before: int = 0, after: int = 0) -> Window:
        """Return the window from local midnight of ``first`` to local midnight after ``last``.

        ``before`` and ``after`` are ticks added on either side, for runs that reach over the edge.
        """
        start = tick_of(local_moment(first, time.min, zone))
        end = tick_of(local_moment(last + timedelta(days=1), time.min, zone))
        return cls(start - before, end - start + before + after)

    @property
    def end(self) -> int:
        """The first tick after it."""
        return self.origin + self.ticks

    def mask(self, start_tick: int, end_tick: int) -> int:
        """Return the bits from ``start_tick`` up to ``end_tick``, clipped to the window."""
        low, high = max(start_tick - self.origin, 0), min(end_tick - self.origin, self.ticks)
        return ((1 << (high - low)) - 1) << low if high > low else 0

    def moment(self, bit: int) -> datetime:
        """Return the UTC moment at which ``bit`` begins."""
        return datetime.fromtimestamp((self.origin + bit) * TICK_SECONDS, UTC)


def tick_of(moment: datetime) -> int:
    """Return the tick that ``moment`` falls in."""
    return math.floor(moment.timestamp()) // TICK_SECONDS


def tick_after(moment: datetime) -> int:
    """Return the first tick that begins at or after ``moment``."""
    return -(-math.ceil(moment.timestamp()) // TICK_SECONDS)


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


def shifted(mask: int, ticks: int) -> int:
    """Return ``mask`` moved by so many ticks to later (or earlier, where negative) bits."""
    return mask << ticks if ticks >= 0 else mask >> -ticks


def flags_of(mask: int) -> bytes:
    """Return one byte a bit, 0 or 1, lowest first: what lists are cut out of without touching the integer again."""
    return bin(mask)[:1:-1].encode().translate(_ONES)


def bits_of(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first."""
    text = bin(mask)[:1:-1]
    found = text.find("1")
    while found >= 0:
        yield found
        found = text.find("1", found + 1)
