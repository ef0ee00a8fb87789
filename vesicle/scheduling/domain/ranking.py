"""Which of several possible times and resources is the better one: stated weights, the rest is arithmetic.

Everything counts in points against. A day stays whole when runs lie beside each other: what is left between two of them
should be nothing or long enough for somebody, and a long free stretch should not be torn while a shorter one will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.plan import Need, Taken, reach
from vesicle.scheduling.domain.ticks import runs_of, shifted

STRETCHES = (120, 240, 360)
"""A free stretch counts as torn once for each of these lengths (in minutes) that it has."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much, in points against a time or a resource.

    Args:
        gap: each unusable gap that a run leaves beside it on a resource it takes: at least ``grid`` minutes (less is
            lost to the grid anyway), shorter than ``shortest``, the shortest thing that can be booked; on a device,
            shorter than the run itself.
        tear: each of ``STRETCHES`` that the free stretch has which a run takes from.
        load: each hour that a resource is taken more than the least taken of its kind.
        provider: anybody but the provider who is wished for.
        wish: a time of day or a weekday that is not wished for.
        day: each day later.
        hour: each hour later on the day. Days that fill from the front keep what is left of all resources together.
    """

    gap: float = 0.0
    tear: float = 0.0
    load: float = 0.0
    provider: float = 0.0
    wish: float = 0.0
    day: float = 0.0
    hour: float = 0.0
    grid: int = 15
    shortest: int = 30


PLAIN = Weights()
"""No opinion: the earliest time, the order of the resources."""
HOUSE = Weights(gap=1.0, tear=1.0, load=0.05, provider=1000.0, wish=1000.0, day=3000.0, hour=50.0)
"""What we go by: first the day (time that nobody takes is lost), then wishes, then the earlier hour, then the day's
wholeness, then whose turn it is. docs/rooms/scheduling.md says what that gains."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person would like but does not insist on: weekdays (0 is Monday), from when to when they begin, with whom.

    ``earliest`` and ``latest`` are on the local clock, both included.
    """

    weekdays: tuple[int, ...] = ()
    earliest: time = time.min
    latest: time | None = None
    provider_id: int | None = None

    @property
    def are_about_time(self) -> bool:
        """Whether some times are wished for more than others."""
        return bool(self.weekdays) or self.earliest > time.min or self.latest is not None


NO_WISHES = Wishes()


def strain(needs: Sequence[Need], free: int, taken: Taken, weights: Weights) -> Iterator[tuple[float, int]]:
    """Yield points against taking a resource and the starts to which they apply; the starts are apart.

    ``free`` is the resource's free time, ``needs`` what it would serve.
    """
    first = min(reach(need, taken)[0] for need in needs) // TICK_MINUTES
    last = -(-max(reach(need, taken)[1] for need in needs) // TICK_MINUTES)
    # A device is there for one kind of treatment: what is left of its time has to be enough for another such run.
    shortest = (last - first) * TICK_MINUTES if needs[0].kind == "device" else weights.shortest
    gaps = _unusable_gaps(free, weights.grid, shortest, first, last)
    stretches = [shifted(_in_runs_of(free, minutes // TICK_MINUTES), -first) for minutes in STRETCHES]
    for number, has_gaps in enumerate(gaps):
        # Longer stretches are among the shorter ones.
        left = has_gaps
        for torn, where in zip(range(len(STRETCHES), 0, -1), reversed(stretches), strict=True):
            yield number * weights.gap + torn * weights.tear, left & where
            left &= ~where
        yield number * weights.gap, left


def _unusable_gaps(free: int, grid: int, shortest: int, first: int, last: int) -> tuple[int, int, int]:
    """Return the starts that leave no, one and two unusable gaps."""
    least, enough = grid // TICK_MINUTES, -(-shortest // TICK_MINUTES)
    some, fitting = runs_of(free, least), runs_of(free, enough)
    # Free right before the run begins, but not for long enough to be of use; after it ends, the same.
    before = shifted((some << least) & ~(fitting << enough), -first)
    after = shifted(some & ~fitting, -last)
    return ~(before | after), before ^ after, before & after


def _in_runs_of(free: int, length: int) -> int:
    """Return the bits that lie in a run of at least ``length`` free ticks."""
    mask = runs_of(free, length)
    known = 1
    while known < length and mask:
        step = min(known, length - known)
        mask |= mask << step
        known += step
    return mask
