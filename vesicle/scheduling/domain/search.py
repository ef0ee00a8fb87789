"""Every start of a plan within a window, and what each takes: shifts and ANDs, never a look at a single start.

What is free is one integer a resource and place. Each key of the plan has its starts (a run begins ``start - before``
after the patient does); the plan has those that every key has. Which resource a start takes is found by layers: the
cheapest takes all starts it can, the next those that are left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TypeVar

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.plan import Need, Plan, Taken, reach
from vesicle.scheduling.domain.ranking import PLAIN, Weights, strain, strain_at
from vesicle.scheduling.domain.ticks import bits_of, flags_of, runs_of, shifted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of a resource within a window: what it may serve, when it is free, its own set-up and clean-up.

    ``load`` is the minutes it is taken already, compared within a kind; ``against`` what else speaks against it, in
    points.
    """

    id: int
    labels: frozenset[str]
    free: int
    place: int = 0
    before: int = 0
    after: int = 0
    load: float = 0.0
    against: float = 0.0

    @property
    def taken(self) -> Taken:
        """It as what serves a need."""
        return Taken(self.id, self.place, self.before, self.after)


@dataclass(frozen=True, slots=True)
class Start:
    """A bookable start: what it takes, by the key of the need, and everything that could serve each key."""

    bit: int
    taken: Mapping[str, Taken]
    choices: Mapping[str, tuple[Taken, ...]]


Layer = tuple[tuple[Candidate, ...], int, float]
"""What serves the keys of a group, the starts for which it does, and the points against it there."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Keys whose resources depend on each other, because the same ones could serve them."""

    keys: tuple[str, ...]
    conflicts: frozenset[tuple[int, int]]


@dataclass(slots=True)
class Starts:
    """Every start found. Nothing is laid out until somebody asks for it."""

    plan: Plan
    mask: int
    fits: Mapping[str, list[tuple[Candidate, int]]]
    groups: tuple[_Group, ...]
    weights: Weights = PLAIN
    _layers: list[tuple[tuple[str, ...], list[Layer]]] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return self.mask.bit_count()

    def bits(self) -> list[int]:
        """Return every start, the earliest first."""
        return list(bits_of(self.mask))

    def columns(self, shown: Callable[[str, Taken], T]) -> dict[str, list[T]]:
        """Return, for each key, what serves it at each start: lists as long as ``bits()``.

        ``shown`` gives what stands in them for a key and what serves it; it is asked once, not for each start.
        """
        wanted = flags_of(self.mask)
        found: dict[str, list[T]] = {}
        for keys, layers in self.layers():
            numbers = _numbered(layers, wanted)
            for position, key in enumerate(keys):
                serving = [shown(key, served[position].taken) for served, _, _ in layers]
                found[key] = list(map(serving.__getitem__, numbers))
        return found

    def at(self, bit: int) -> Start | None:
        """Return one start, or ``None`` where there is none."""
        if bit < 0 or not self.mask >> bit & 1:
            return None
        taken = {}
        for keys, layers in self.layers():
            served = next(served for served, mask, _ in layers if mask >> bit & 1)
            taken.update({key: one.taken for key, one in zip(keys, served, strict=True)})
        return Start(bit, taken, {key: self.who_could(key, bit) for key in self.fits})

    def who_could(self, key: str, bit: int) -> tuple[Taken, ...]:
        """Return everything that could serve ``key`` at a start, whatever serves the others."""
        return tuple(candidate.taken for candidate, mask in self.fits[key] if mask >> bit & 1)

    def layers(self) -> list[tuple[tuple[str, ...], list[Layer]]]:
        """Return, for each group of keys, what serves them and for which starts; no start is in two layers."""
        if self._layers is None:
            self._layers = [(group.keys, list(self._best_of(group))) for group in self.groups]
        return self._layers

    def best_first(self, misses: Sequence[tuple[int, float]] = (), days: Sequence[int] = ()) -> list[tuple[float, int]]:
        """Return every start with the points against it, the best first and of equals the earliest.

        ``misses`` are bits at which a wish is not met, with the points for that; ``days`` the first bits of the local
        days, from which later days and hours are counted.
        """
        wanted = flags_of(self.mask)
        points = [0.0] * len(self)
        for where, against in (
            *((mask, against) for _, layers in self.layers() for _, mask, against in layers if against),
            *((mask & self.mask, against) for mask, against in misses),
        ):
            for row, hit in enumerate(compress(flags_of(where).ljust(len(wanted), b"\0"), wanted)):
                if hit:
                    points[row] += against
        return sorted((against + self._later(bit, days), bit) for against, bit in zip(points, self.bits(), strict=True))

    def _later(self, bit: int, days: Sequence[int]) -> float:
        day = bisect_right(days, bit)
        begins = days[day - 1] if day else 0
        return self.weights.day * day + self.weights.hour * (bit - begins) * TICK_MINUTES / 60

    def _best_of(self, group: _Group) -> Iterator[Layer]:
        if len(group.keys) > 1:
            yield from _assigned(group, self.fits, self.mask)
            return
        key = group.keys[0]
        needs = self.plan.by_key[key]
        weights = self.weights
        priced: list[tuple[float, int, Candidate, int]] = []
        least = min((candidate.load for candidate, _ in self.fits[key]), default=0.0)
        for number, (candidate, mask) in enumerate(self.fits[key]):
            mask &= self.mask
            if not mask:
                continue
            against = candidate.against + weights.load * (candidate.load - least) / 60
            if not (weights.gap or weights.tear):
                priced.append((against, number, candidate, mask))
                continue
            if not mask & (mask - 1):
                points = strain_at(needs, candidate.free, candidate.taken, weights, mask.bit_length() - 1)
                priced.append((against + points, number, candidate, mask))
                continue
            for points, where in strain(needs, candidate.free, candidate.taken, weights, among=mask):
                priced.append((against + points, number, candidate, where))
        left = self.mask
        for against, _, candidate, mask in sorted(priced, key=lambda one: one[:2]):
            new = mask & left
            if new:
                left ^= new
                yield (candidate,), new, against


def find_starts(plan: Plan, candidates: Sequence[Candidate], allowed: int, *, weights: Weights = PLAIN) -> Starts:
    """Return every start in ``allowed`` at which each need of ``plan`` is served, each by a resource of its own.

    A key is served by one place throughout. Two keys may share a place only where they do not need it at the same
    time. ``candidates`` stand in the order in which they are preferred where ``weights`` have no other opinion.
    """
    by_key = plan.by_key
    fits: dict[str, list[tuple[Candidate, int]]] = {}
    for key, needs in by_key.items():
        accepted = needs[0].any_of
        found = []
        anywhere = 0
        for candidate in candidates:
            if candidate.labels.isdisjoint(accepted):
                continue
            starts = allowed
            for need in needs:
                starts &= starts_for(need, candidate.free, candidate.taken)
            if starts:
                found.append((candidate, starts))
                anywhere |= starts
        fits[key] = found
        allowed &= anywhere
        if not allowed:
            return Starts(plan, 0, {key: [] for key in by_key}, ())
    groups = tuple(_groups(by_key, fits))
    for group in groups:
        if len(group.keys) > 1:
            possible = 0
            for _, mask, _ in _assigned(group, fits, allowed):
                possible |= mask
            allowed &= possible
    return Starts(plan, allowed, fits, groups, weights)


def starts_for(need: Need, free: int, taken: Taken) -> int:
    """Return the bits at which the *patient* may start so that ``need`` finds ``free`` time on a resource."""
    low, high = reach(need, taken)
    first, last = low // TICK_MINUTES, -(-high // TICK_MINUTES)
    return shifted(runs_of(free, last - first), -first)


def _groups(by_key: Mapping[str, Sequence[Need]], fits: Mapping[str, list[tuple[Candidate, int]]]) -> Iterator[_Group]:
    """Put keys together that the same place could serve."""
    places = {key: {(one.id, one.place) for one, _ in found} for key, found in fits.items()}
    together: list[tuple[list[str], set[tuple[int, int]]]] = []
    for key, pool in places.items():
        apart = [(keys, others) for keys, others in together if not others & pool]
        joined = [(keys, others) for keys, others in together if others & pool]
        keys = [*(one for keys, _ in joined for one in keys), key]
        together = [*apart, (keys, pool.union(*(others for _, others in joined)))]
    for keys, _ in together:
        conflicts = {
            (first, second)
            for second in range(len(keys))
            for first in range(second)
            if any(a.start < b.end and b.start < a.end for a in by_key[keys[first]] for b in by_key[keys[second]])
        }
        yield _Group(tuple(keys), frozenset(conflicts))


def _assigned(group: _Group, fits: Mapping[str, list[tuple[Candidate, int]]], allowed: int) -> Iterator[Layer]:
    """Yield every way to serve a group and the starts left for it: first those who stay, then all the others.

    Who serves one part of a visit serves the next as well where that is possible: people like to see one face.
    """
    for staying in (True, False):
        for served, mask, against in _serve(group, fits, (), allowed, staying):
            new = mask & allowed
            if new:
                allowed ^= new
                yield served, new, against


def _serve(
    group: _Group,
    fits: Mapping[str, list[tuple[Candidate, int]]],
    chosen: tuple[Candidate, ...],
    mask: int,
    staying: bool,
) -> Iterator[Layer]:
    number = len(chosen)
    if number == len(group.keys):
        yield chosen, mask, sum(one.against for one in chosen)
        return
    taken = {(one.id, one.place) for position, one in enumerate(chosen) if (position, number) in group.conflicts}
    before = {(one.id, one.place) for one in chosen} - taken
    for candidate, starts in fits[group.keys[number]]:
        place = (candidate.id, candidate.place)
        if place in taken or (staying and before and place not in before):
            continue
        left = mask & starts
        if left:
            yield from _serve(group, fits, (*chosen, candidate), left, staying)


def _numbered(layers: Sequence[Layer], wanted: bytes) -> Sequence[int]:
    """Return, for each start, the number of its layer, put together from the binary digits of the numbers.

    Each digit is one integer (the OR of the layers whose number has it), and eight of them are a byte for each bit: the
    starts are never looked at one by one.
    """
    eights: list[bytes] = []
    for lowest in range(0, max((len(layers) - 1).bit_length(), 1), 8):
        total = 0
        for digit in range(8):
            plane = 0
            for number, (_, mask, _) in enumerate(layers):
                if number >> (lowest + digit) & 1:
                    plane |= mask
            if plane:
                total |= int.from_bytes(flags_of(plane), "little") << digit
        eights.append(bytes(compress(total.to_bytes(len(wanted), "little"), wanted)))
    if len(eights) == 1:
        return eights[0]
    return [sum(part << 8 * place for place, part in enumerate(parts)) for parts in zip(*eights, strict=True)]
