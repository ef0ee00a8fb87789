"""Every start of a plan within a window, and what each takes: shifts and ANDs, never a look at a single start.

What is free is one integer a resource and place. Each key of the plan has its starts (a run begins ``start - before``
after the patient does); the plan has those that every key has. Which resource a start takes is found by layers: the
cheapest takes all starts it can, the next those that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TypeVar

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.plan import Need, Plan, Taken, reach
from vesicle.scheduling.domain.ranking import PLAIN, Weights, unusable_gaps
from vesicle.scheduling.domain.ticks import bits_of, flags_of, runs_of, shifted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of a resource within a window: what it may serve, when it is free, its own set-up and clean-up.

    ``load`` says how much it has to do already (minutes in the window) and is compared within a kind.
    """

    id: int
    labels: frozenset[str]
    free: int
    place: int = 0
    before: int = 0
    after: int = 0
    load: float = 0.0

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


Layer = tuple[tuple[Candidate, ...], int]
"""What serves the keys of a group, and the starts for which it does."""


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
            numbers = bytes(compress(_numbered(layers, len(wanted)), wanted)) if len(layers) > 1 else bytes(len(self))
            for position, key in enumerate(keys):
                serving = [shown(key, served[position].taken) for served, _ in layers]
                found[key] = list(map(serving.__getitem__, numbers))
        return found

    def at(self, bit: int) -> Start | None:
        """Return one start, or ``None`` where there is none."""
        if bit < 0 or not self.mask >> bit & 1:
            return None
        taken = {}
        for keys, layers in self.layers():
            served = next(served for served, mask in layers if mask >> bit & 1)
            taken.update({key: one.taken for key, one in zip(keys, served, strict=True)})
        return Start(bit, taken, {key: self.who_could(key, bit) for key in self.fits})

    def who_could(self, key: str, bit: int) -> tuple[Taken, ...]:
        """Return everything that could serve ``key`` at a start, whatever serves the others."""
        return tuple(candidate.taken for candidate, mask in self.fits[key] if mask >> bit & 1)

    def layers(self) -> list[tuple[tuple[str, ...], list[Layer]]]:
        """Return, for each group of keys, what serves them and for which starts; no start is in two layers."""
        if self._layers is None:
            self._layers = [(group.keys, list(self._best_first(group))) for group in self.groups]
        return self._layers

    def _best_first(self, group: _Group) -> Iterator[Layer]:
        if len(group.keys) > 1:
            yield from _assigned(group, self.fits, self.mask)
            return
        key = group.keys[0]
        needs = self.plan.by_key[key]
        priced: list[tuple[float, int, Candidate, int]] = []
        least = min((candidate.load for candidate, _ in self.fits[key]), default=0.0)
        for number, (candidate, mask) in enumerate(self.fits[key]):
            load = self.weights.load * (candidate.load - least)
            if not self.weights.gap or not self.weights.shortest:
                priced.append((load, number, candidate, mask))
                continue
            for gaps, where in unusable_gaps(needs, candidate.free, candidate.taken, self.weights.shortest):
                priced.append((load + self.weights.gap * gaps, number, candidate, mask & where))
        left = self.mask
        for _, _, candidate, mask in sorted(priced, key=lambda one: one[:2]):
            new = mask & left
            if new:
                left ^= new
                yield (candidate,), new


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
            for _, mask in _assigned(group, fits, allowed):
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
        for served, mask in _serve(group, fits, (), allowed, staying):
            new = mask & allowed
            if new:
                allowed ^= new
                yield served, new


def _serve(
    group: _Group,
    fits: Mapping[str, list[tuple[Candidate, int]]],
    chosen: tuple[Candidate, ...],
    mask: int,
    staying: bool,
) -> Iterator[Layer]:
    number = len(chosen)
    if number == len(group.keys):
        yield chosen, mask
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


def _numbered(layers: Sequence[Layer], length: int) -> bytes:
    """Return, for each bit, the number of its layer, put together from the binary digits of the numbers.

    Each digit is one integer (the OR of the layers whose number has it), so the starts are never looked at one by one.
    """
    total = 0
    for digit in range((len(layers) - 1).bit_length()):
        plane = 0
        for number, (_, mask) in enumerate(layers):
            if number >> digit & 1:
                plane |= mask
        total |= int.from_bytes(flags_of(plane), "little") << digit
    return total.to_bytes(length, "little")
