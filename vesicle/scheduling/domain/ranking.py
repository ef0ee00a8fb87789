"""Which of several possible times and resources is the better one: stated weights, the rest is arithmetic.

Everything counts in points against. A gap is unusable when it is shorter than the shortest thing that can be booked:
it is lost to the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.plan import Need, Taken, reach
from vesicle.scheduling.domain.ticks import runs_of, shifted


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much, in points against a time or a resource.

    Args:
        gap: each unusable gap that a run leaves beside it on a resource it takes.
        load: each hour that a resource is taken more than the least taken of its kind.
        provider: anybody but the provider who is wished for.
        wish: a time of day or a weekday that is not wished for.
        day: each day later.
        shortest: minutes of the shortest thing that can be booked; what is shorter is unusable.
    """

    gap: float = 0.0
    load: float = 0.0
    provider: float = 0.0
    wish: float = 0.0
    day: float = 0.0
    shortest: int = 0


PLAIN = Weights()
"""No opinion: the earliest time, the order of the resources."""
HOUSE = Weights(gap=6.0, load=0.25, provider=8.0, wish=20.0, day=0.5, shortest=30)
"""What we go by: a wish for a time is worth three gaps, a gap twelve days or a day's work. See docs/rooms/scheduling.md
for what it gains."""


def unusable_gaps(needs: Sequence[Need], free: int, taken: Taken, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield how many unusable gaps (none, one, two) a run would leave beside it, and for which starts."""
    length = -(-shortest // TICK_MINUTES)
    first = min(reach(need, taken)[0] for need in needs) // TICK_MINUTES
    last = -(-max(reach(need, taken)[1] for need in needs) // TICK_MINUTES)
    fitting = runs_of(free, length)
    # Free right before the run begins, but not for long enough to be of use; after it ends, the same.
    before = shifted((free << 1) & ~(fitting << length), -first)
    after = shifted(free & ~fitting, -last)
    yield 0, ~(before | after)
    yield 1, before ^ after
    yield 2, before & after
