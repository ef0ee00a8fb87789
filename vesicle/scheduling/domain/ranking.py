"""Which of several possible times and resources is the better one: stated weights, the rest is arithmetic.

Everything counts in points against. A day stays whole when runs lie beside each other: what is left between two of them
should be nothing or long enough for somebody, and a long free stretch should not be torn while a shorter one will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

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

    def met_by(self, start: datetime) -> bool:
        """Whether a start on the local clock is as wished; with whom is not looked at."""
        if self.weekdays and start.weekday() not in self.weekdays:
            return False
        return self.earliest <= start.time() and (self.latest is None or start.time() <= self.latest)


NO_WISHES = Wishes()


def strain(
    needs: Sequence[Need], free: int, taken: Taken, weights: Weights, *, among: int
) -> Iterator[tuple[float, int]]:
    """Yield points against taking a resource and the starts of ``among`` to which they apply; the starts are apart.

    ``free`` is the resource's free time, ``needs`` what it would serve.
    """
    first = min(reach(need, taken)[0] for need in needs) // TICK_MINUTES
    last = -(-max(reach(need, taken)[1] for need in needs) // TICK_MINUTES)
    # A device is there for one kind of treatment: what is left of its time has to be enough for another such run.
    shortest = (last - first) * TICK_MINUTES if needs[0].kind == "device" else weights.shortest
    gaps = _unusable_gaps(free, weights.grid, shortest, first, last)
    stretches = [shifted(mask, -first) for mask in _stretches(free)]
    for number, starts in enumerate(gaps):
        left = starts & among
        # Longer stretches are among the shorter ones.
        for torn, where in zip(range(len(STRETCHES), 0, -1), reversed(stretches), strict=True):
            if hit := left & where:
                yield number * weights.gap + torn * weights.tear, hit
                left ^= hit
        if left:
            yield number * weights.gap, left


def strain_at(needs: Sequence[Need], free: int, taken: Taken, weights: Weights, bit: int) -> float:
    """Return the points against taking a resource at one start, as ``strain`` has them: all that a booking asks."""
    first = min(reach(need, taken)[0] for need in needs) // TICK_MINUTES
    last = -(-max(reach(need, taken)[1] for need in needs) // TICK_MINUTES)
    begins, ends = bit + first, bit + last
    left = begins - (~free & ((1 << begins) - 1)).bit_length()
    after = free >> ends
    right = (~after & (after + 1)).bit_length() - 1
    least = weights.grid // TICK_MINUTES
    enough = last - first if needs[0].kind == "device" else -(-weights.shortest // TICK_MINUTES)
    gaps = sum(least <= side < enough for side in (left, right))
    stretch = (left + last - first + right) * TICK_MINUTES
    torn = sum(minutes <= stretch for minutes in STRETCHES)
    return gaps * weights.gap + torn * weights.tear


def _unusable_gaps(free: int, grid: int, shortest: int, first: int, last: int) -> tuple[int, int, int]:
    """Return the starts that leave no, one and two unusable gaps."""
    least, enough = grid // TICK_MINUTES, -(-shortest // TICK_MINUTES)
    some, fitting = runs_of(free, least), runs_of(free, enough)
    # Free right before the run begins, but not for long enough to be of use; after it ends, the same.
    before = shifted((some << least) & ~(fitting << enough), -first)
    after = shifted(some & ~fitting, -last)
    either = before | after
    both = before & after
    whole = (1 << max(free.bit_length(), 1)) - 1
    return whole & ~either, either ^ both, both


def _stretches(free: int) -> Iterator[int]:
    """Yield the bits that lie in a free run of at least each of ``STRETCHES``."""
    runs, known = free, 1
    for minutes in STRETCHES:
        length = minutes // TICK_MINUTES
        while known < length:
            step = min(known, length - known)
            runs &= runs >> step
            known += step
        covered, width = runs, 1
        while width < length and covered:
            step = min(width, length - width)
            covered |= covered << step
            width += step
        yield covered
