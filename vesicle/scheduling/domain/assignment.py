"""New places for many at once: as many people as possible, then the least shift, then the provider they know.

An integer program: each person takes one start or none, each key of a start one place, and no place is taken twice at
any tick. Stretches of one place that overlap pairwise all hold the moment at which the last of them begins, so one
inequality for each such moment says all there is to say. Plain Python and SciPy's HiGHS, no clock but its time limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Place = tuple[int, int]
"""A resource and the place in it."""
_UNSERVED = 10**6
"""Steps of shift that leaving somebody without a place weighs: more than all shifts of a day together."""
_STEP = 5


@dataclass(frozen=True, slots=True)
class Serving:
    """A place that could serve one key at one start, the ticks it would be taken, and whether it is a new face."""

    place: Place
    spans: tuple[tuple[int, int], ...]
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Possible:
    """A start somebody could have: its tick, the minutes it lies from the old one, and what could serve each key."""

    start: int
    shift: int
    keys: tuple[tuple[Serving, ...], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody gets."""

    possible: Possible
    servings: tuple[Serving, ...]


Assignment = list[Chosen | None]


def worth(found: Assignment) -> tuple[int, int, int]:
    """Return how many are left without a place, the minutes of shift, the new faces: less is better, in this order."""
    got = [one for one in found if one is not None]
    strangers = sum(serving.is_stranger for one in got for serving in one.servings)
    return len(found) - len(got), sum(one.possible.shift for one in got), strangers


def one_by_one(people: Sequence[Sequence[Possible]]) -> Assignment:
    """Let everybody choose in turn: the nearest start still free, with whom they know where possible."""
    busy: dict[Place, list[tuple[int, int]]] = defaultdict(list)
    found: Assignment = []
    for starts in people:
        chosen = next(_free(sorted(starts, key=lambda one: one.shift), busy), None)
        for serving in chosen.servings if chosen else ():
            busy[serving.place] += serving.spans
        found.append(chosen)
    return found


def _free(starts: Sequence[Possible], busy: dict[Place, list[tuple[int, int]]]) -> Iterator[Chosen]:
    for start in starts:
        servings: list[Serving] = []
        for key in start.keys:
            mine = [(one.place, span) for one in servings for span in one.spans]
            free = (
                one
                for one in sorted(key, key=lambda one: one.is_stranger)
                if not any(_meet(span, other) for span in one.spans for other in busy[one.place])
                and not any(_meet(span, other) for span in one.spans for place, other in mine if place == one.place)
            )
            serving = next(free, None)
            if serving is None:
                break
            servings.append(serving)
        else:
            yield Chosen(start, tuple(servings))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def all_together(people: Sequence[Sequence[Possible]], *, seconds: float) -> Assignment:
    """Return the best for all of them together; what choosing in turn gives where ``seconds`` do not suffice."""
    in_turn = one_by_one(people)
    if worth(in_turn) == (0, 0, 0) or not any(people):
        return in_turn
    found = _solved(people, seconds)
    return in_turn if found is None or worth(in_turn) <= worth(found) else found


def _solved(people: Sequence[Sequence[Possible]], seconds: float) -> Assignment | None:
    # SciPy takes a while to import, and only days that went wrong need it.
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    starts = [(who, start) for who, options in enumerate(people) for start in options]
    servings = [
        (column, key, one)
        for column, (_, start) in enumerate(starts)
        for key, row in enumerate(start.keys)
        for one in row
    ]
    stranger = 1 / (1 + len(people) * max(len(start.keys) for _, start in starts))
    cost = np.array(
        [start.shift / _STEP - _UNSERVED for _, start in starts]
        + [stranger if one.is_stranger else 0.0 for _, _, one in servings]
    )
    rows: list[tuple[dict[int, float], float, float]] = []
    one_each: dict[int, dict[int, float]] = defaultdict(dict)
    for column, (who, _) in enumerate(starts):
        one_each[who][column] = 1.0
    rows += [(row, 0.0, 1.0) for row in one_each.values()]
    served: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    taken: dict[Place, list[tuple[int, int, int]]] = defaultdict(list)
    for number, (column, key, one) in enumerate(servings, start=len(starts)):
        served[column, key][column] = -1.0
        served[column, key][number] = 1.0
        taken[one.place] += [(low, high, number) for low, high in one.spans]
    rows += [(row, 0.0, 0.0) for row in served.values()]
    for spans in taken.values():
        for moment in {low for low, _, _ in spans}:
            at_once = {number: 1.0 for low, high, number in spans if low <= moment < high}
            if len(at_once) > 1:
                rows.append((at_once, 0.0, 1.0))
    at = [(index, column, value) for index, (row, _, _) in enumerate(rows) for column, value in row.items()]
    where = ([index for index, _, _ in at], [column for _, column, _ in at])
    matrix = csr_array(([value for _, _, value in at], where), shape=(len(rows), len(cost)))
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    options = {"time_limit": seconds, "mip_rel_gap": 0.0}
    answer = milp(cost, constraints=limits, integrality=np.ones(len(cost)), bounds=Bounds(0, 1), options=options)
    if answer.x is None:
        return None
    picked = {index for index, value in enumerate(answer.x) if value > 0.5}
    found: Assignment = [None] * len(people)
    for column, (who, start) in enumerate(starts):
        if column in picked:
            mine = [
                one
                for number, (of, _, one) in enumerate(servings, start=len(starts))
                if of == column and number in picked
            ]
            found[who] = Chosen(start, tuple(mine))
    return found
