"""Which of several possible times and resources is the better one: stated weights, the rest is arithmetic.

A gap is unusable when it is shorter than the shortest thing that can be booked: it is lost to the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.plan import Need, Taken, reach
from vesicle.scheduling.domain.ticks import runs_of, shifted


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much, in points against a time or resource. ``shortest`` is in minutes.

    ``gap`` is for each unusable gap a run leaves beside it; ``load`` for each minute a resource has more to do than
    the one with the least.
    """

    gap: float = 0.0
    load: float = 0.0
    shortest: int = 0


PLAIN = Weights()
"""No opinion: the order of the resources decides."""


def unusable_gaps(needs: Sequence[Need], free: int, taken: Taken, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield how many unusable gaps (none, one, two) a run would leave beside it, and for which starts."""
    length = -(-shortest // TICK_MINUTES)
    first = min(reach(need, taken)[0] for need in needs) // TICK_MINUTES
    last = -(-max(reach(need, taken)[1] for need in needs) // TICK_MINUTES)
    fitting = runs_of(free, length)
    # What ends right before the run: free there, but not for long enough to be of use. After it: the same.
    before = shifted((free << 1) & ~(fitting << length), -first)
    after = shifted(free & ~fitting, -last)
    both = before & after
    yield 0, ~(before | after)
    yield 1, before ^ after
    yield 2, both
