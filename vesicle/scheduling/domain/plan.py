"""How an appointment is built: phases, what each needs, and which claims follow from that.

A need is written as in a protocol: ``room``, ``room:laser``, ``provider``, ``device`` (every kind the treatment uses)
or ``device:laser``; alternatives are divided by ``|``. All needs of a phase are needed at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.protocols.needs import parse_need


@dataclass(frozen=True, slots=True)
class Need:
    """One resource, from ``start`` to ``end`` minutes after the patient's start, with its buffers.

    A resource with any label of ``any_of`` will do. Needs with the same ``key`` (before and after a pause) are served
    by one and the same resource and place; the key is how the need is written. Phases that follow each other and need
    the same are one need: the patient stays in the room.
    """

    key: str
    phase: str
    start: int
    end: int
    before: int = 0
    after: int = 0
    any_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Read the labels from the key where they are not given."""
        if not self.any_of:
            object.__setattr__(self, "any_of", labels_of(self.key))

    @property
    def kind(self) -> str:
        """``room``, ``provider`` or ``device``."""
        return kind_of(self.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """How an appointment is built: its phases in minutes and the needs that follow from them."""

    phases: tuple[tuple[str, int, int], ...]
    needs: tuple[Need, ...]

    @property
    def minutes(self) -> int:
        """What the patient is told: from arrival to leaving."""
        return self.phases[-1][2]

    @property
    def by_key(self) -> dict[str, list[Need]]:
        """Its needs by who serves them, in the order of time."""
        found: dict[str, list[Need]] = {}
        for need in sorted(self.needs, key=lambda need: need.start):
            found.setdefault(need.key, []).append(need)
        return found


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase of the protocol as the plan needs it; ``minutes`` is ``None`` where areas decide."""

    id: str
    minutes: int | None
    needs: tuple[str, ...]


def kind_of(key: str) -> str:
    """Return the kind of resource that a need or label names: ``room``, ``provider`` or ``device``."""
    return re.split(r"[:|@]", key, maxsplit=1)[0]


@lru_cache(maxsize=256)
def labels_of(text: str) -> tuple[str, ...]:
    """Return the labels of which a resource has to have one, for a need as it is written.

    Raises ``ValueError`` for anything that is not a need.
    """
    return tuple(f"{kind}:{name}" if name else kind for kind, name in parse_need(text))


def build_plan(
    phases: Sequence[PhasePlan],
    hands_on: int,
    device_kinds: Sequence[str],
    buffers: Mapping[str, tuple[int, int]],
) -> Plan:
    """Return the plan of an appointment.

    ``buffers`` maps ``room``, ``provider`` and ``device`` to minutes before and after. Raises ``ValueError`` for a need
    that is none.
    """
    timeline: list[tuple[str, int, int]] = []
    needs: dict[str, Need] = {}
    settled: list[Need] = []
    clock = 0
    for phase in phases:
        length = hands_on if phase.minutes is None else phase.minutes
        end = clock + length
        timeline.append((phase.id, clock, end))
        for key in dict.fromkeys(keys_of(phase.needs, device_kinds)):
            before, after = buffers.get(kind_of(key), (0, 0))
            open_need = needs.get(key)
            if open_need is not None and open_need.end == clock:
                needs[key] = replace(open_need, end=end)
                continue
            if open_need is not None:
                settled.append(open_need)
            needs[key] = Need(key, phase.id, clock, end, before, after)
        clock = end
    return Plan(tuple(timeline), (*settled, *needs.values()))


def keys_of(needs: Sequence[str], device_kinds: Sequence[str]) -> Iterator[str]:
    """Yield the needs of a phase as they are written; ``device`` stands for each of ``device_kinds``."""
    for need in needs:
        if need == "device":
            yield from (f"device:{kind}" for kind in device_kinds)
        else:
            yield need


# --- several treatments in one visit ----------------------------------------------------------


def part_label(label: str, parts: Iterable[int]) -> str:
    """Return the label of a resource that serves these parts of a visit: ``provider@1``, ``room@1+2``."""
    return f"{label}@{'+'.join(str(part) for part in parts)}"


def sequence(plans: Sequence[Plan], pause_minutes: int = 0, *, rooms: Literal["one", "each"] = "one") -> Plan:
    """Return one plan for treatments that follow each other in one visit, ``pause_minutes`` apart.

    Keys and labels carry the number of their part, from 1 (``provider@2``), so that the caller says who may serve
    which. With ``rooms="one"`` the patient stays in a room that fits every part, pauses included (``room@1+2``; its
    labels are those all parts accept); where the parts' rooms have nothing in common, or with ``"each"``, each part has
    its own. Provider and devices are needed part by part: the same person may do both.
    Raises ``ValueError`` for no plans, or a pause that is not a multiple of five minutes.
    """
    if not plans or pause_minutes < 0 or pause_minutes % TICK_MINUTES:
        raise ValueError("Give at least one plan, and a pause in steps of five minutes.")
    everywhere = _common_rooms(plans) if rooms == "one" else ()
    phases: list[tuple[str, int, int]] = []
    needs: list[Need] = []
    shared: list[Need] = []
    clock = 0
    for number, plan in enumerate(plans, start=1):
        phases += [(part_label(name, [number]), clock + start, clock + end) for name, start, end in plan.phases]
        for need in plan.needs:
            moved = replace(
                need,
                key=part_label(need.key, [number]),
                phase=part_label(need.phase, [number]),
                start=clock + need.start,
                end=clock + need.end,
                any_of=tuple(part_label(label, [number]) for label in need.any_of),
            )
            (shared if everywhere and need.kind == "room" else needs).append(moved)
        clock += plan.minutes + pause_minutes
    if shared:
        parts = range(1, len(plans) + 1)
        stay = Need(
            part_label("room", parts),
            shared[0].phase,
            min(need.start for need in shared),
            max(need.end for need in shared),
            max(need.before - need.start for need in shared) + min(need.start for need in shared),
            max(need.after + need.end for need in shared) - max(need.end for need in shared),
            tuple(part_label(label, parts) for label in everywhere),
        )
        needs.insert(0, stay)
    return Plan(tuple(phases), tuple(needs))


def _common_rooms(plans: Sequence[Plan]) -> tuple[str, ...]:
    """Return the labels of rooms that every need of a room accepts; a room of a kind is also just a room."""
    common: list[str] | None = None
    for need in (need for plan in plans for need in plan.needs if need.kind == "room"):
        if common is None:
            common = list(need.any_of)
        elif "room" in need.any_of:
            continue
        elif "room" in common:
            common = list(need.any_of)
        else:
            common = [label for label in common if label in need.any_of]
    return tuple(common or ())


# --- claims -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """What serves a need: a resource, which of its places, and the set-up and clean-up of its own in minutes."""

    id: int
    place: int = 0
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class ClaimSpan:
    """A claim to write: minutes after the patient's start, ``low`` and ``high`` with buffers."""

    need: Need
    taken: Taken
    low: int
    high: int


def reach(need: Need, taken: Taken) -> tuple[int, int]:
    """Return from when to when ``need`` occupies a resource, in minutes after the patient's start.

    Of the treatment's buffer and the resource's own the larger counts, on each side.
    """
    return need.start - max(need.before, taken.before), need.end + max(need.after, taken.after)


def claims_of(plan: Plan, chosen: Mapping[str, Taken]) -> list[ClaimSpan]:
    """Return the claims of a run: ``chosen`` maps each key of the plan to what serves it.

    Claims on one place of one resource never overlap. Where two needs of the same visit are served by the same one,
    buffers between them give way to each other: the earlier claim ends where the later phase begins at the latest, and
    the later one begins where the earlier ends. A buffer that reaches past a short phase goes on behind it, and
    likewise before: together the claims cover every phase with its whole buffers.
    """
    by_place: dict[tuple[int, int], list[tuple[Need, Taken]]] = {}
    for need in plan.needs:
        taken = chosen[need.key]
        by_place.setdefault((taken.id, taken.place), []).append((need, taken))
    spans = []
    for served in by_place.values():
        served.sort(key=lambda pair: (pair[0].start, pair[0].end))
        if any(one.end > other.start for (one, _), (other, _) in pairwise(served)):
            raise ValueError("One resource cannot serve two needs at the same time.")
        reaches = [reach(need, taken) for need, taken in served]
        lows = list(accumulate((low for low, _ in reversed(reaches)), min))[::-1]
        highs = list(accumulate((high for _, high in reaches), max))
        ends = [min(high, after.start) for high, (after, _) in zip(highs, served[1:], strict=False)] + highs[-1:]
        begins = [lows[0], *(max(low, end) for low, end in zip(lows[1:], ends, strict=False))]
        spans += [
            ClaimSpan(need, taken, low, high) for (need, taken), low, high in zip(served, begins, ends, strict=True)
        ]
    return sorted(spans, key=lambda span: span.need.start)
