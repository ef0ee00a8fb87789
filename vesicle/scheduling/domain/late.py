"""A provider runs late: by how much must each of the rest of the day move, and who cannot.

Gaps absorb the delay. Nobody is asked to come earlier, the order of the day stays, nothing overlaps, and nobody moves
by more than they must, those who come first having the say. Times are ticks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment that is left of the day.

    ``work`` is when the provider is needed, buffers included; ``claims`` all it takes, by resource, the provider's too.
    Bit ``n`` of ``possible`` says that nothing outside this list stands in the way of a shift by ``n`` ticks.
    ``has_begun``: the patient is being looked after already, so it stays where it is, and its work is still to be done.
    """

    id: int
    start: int
    work: Spans
    claims: Mapping[int, Spans]
    possible: int
    has_begun: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """By how many ticks each visit moves (those that stay are left out), and who should move but cannot."""

    shifts: Mapping[int, int] = field(default_factory=dict)
    stuck: tuple[int, ...] = ()


def propose(visits: Sequence[Visit], *, free_from: int) -> Proposal:
    """Return the least shift of the rest of a day for a provider who is free from ``free_from`` on.

    Of all shifts that keep the order it is the one that moves the first as little as possible, then the second, and so
    on. A visit for which there is none stays where it is, and the others make room for it.
    """
    ordered = sorted(visits, key=lambda visit: (visit.start, visit.id))
    stuck: set[int] = set()
    while True:
        found, failed = _shifted(ordered, free_from, stuck)
        if failed is None:
            return Proposal(
                {number: shift for number, shift in found.items() if shift},
                tuple(visit.id for visit in ordered if visit.id in stuck),
            )
        stuck.add(failed)


def _shifted(ordered: Sequence[Visit], free_from: int, stuck: set[int]) -> tuple[dict[int, int], int | None]:
    """Return each shift, or the visit for which there is none."""
    fixed = [visit for visit in ordered if visit.has_begun or visit.id in stuck]
    placed: list[tuple[Visit, int]] = [(visit, 0) for visit in fixed]
    found: dict[int, int] = {}
    earliest_start = 0
    ready = free_from
    for visit in ordered:
        if visit.has_begun or visit.id in stuck:
            # It keeps its time on paper, but its work takes as long as ever and comes before what follows.
            ready = _after(visit, 0, ready)
            earliest_start = max(earliest_start, visit.start)
            continue
        latest_start = min((other.start for other in fixed if _follows(other, visit)), default=None)
        shift = _least(visit, ready, earliest_start, latest_start, placed)
        if shift is None:
            return found, visit.id
        found[visit.id] = shift
        placed.append((visit, shift))
        earliest_start = visit.start + shift
    return found, None


def _least(
    visit: Visit, ready: int, earliest_start: int, latest_start: int | None, placed: Sequence[tuple[Visit, int]]
) -> int | None:
    first_work = min((low for low, _ in visit.work), default=ready)
    shift = max(0, ready - first_work, earliest_start - visit.start)
    last = visit.possible.bit_length() - 1
    while shift <= last:
        if latest_start is not None and visit.start + shift > latest_start:
            return None
        if visit.possible >> shift & 1 and not any(overlap(visit, shift, other, moved) for other, moved in placed):
            return shift
        shift += 1
    return None


def overlap(one: Visit, moved: int, other: Visit, other_moved: int) -> bool:
    """Whether two visits would take the same resource at the same time, each moved by so many ticks."""
    return any(
        low + moved < other_high + other_moved and other_low + other_moved < high + moved
        for resource, spans in one.claims.items()
        for low, high in spans
        for other_low, other_high in other.claims.get(resource, ())
    )


def _after(visit: Visit, moved: int, ready: int) -> int:
    for low, high in sorted(visit.work):
        ready = max(ready, low + moved) + high - low
    return ready


def _follows(other: Visit, visit: Visit) -> bool:
    return (other.start, other.id) > (visit.start, visit.id)
