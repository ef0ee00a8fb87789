"""A clinic's book filled by seeded arrivals, to see what ranking does: the same people, two ways to place them.

People ring over many days, each for some treatment, from some day on, with a favourite time of day and some leeway
around it; some cancel later. Either way they get the soonest day that has a time within their leeway (any day's, where
none has). Placed as they come, that is the free time nearest to their favourite, with the first resources by name;
placed ranked, it is the best of the times within their leeway, with the best resources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import pstdev

from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.calendars import DAY_TICKS
from vesicle.scheduling.domain.plan import PhasePlan, Plan, Taken, build_plan, claims_of
from vesicle.scheduling.domain.ranking import PLAIN, Weights
from vesicle.scheduling.domain.search import Candidate, Starts, find_starts
from vesicle.scheduling.domain.ticks import bits_of

OPENS, CLOSES = 9 * 60, 17 * 60
_LEAD, _RANGE = 14, 10
_CANCELLED = 0.12
_LEEWAYS = (30, 60, 120, 240, 480)
_BUFFERS = {"room": (0, 10), "provider": (0, 5), "device": (0, 15)}
VISITS: Mapping[str, tuple[Plan, float]] = {
    "consultation": (build_plan([PhasePlan("talk", 30, ("room", "provider"))], 0, [], {}), 0.25),
    "peel": (build_plan([PhasePlan("peel", 45, ("room", "provider"))], 0, [], _BUFFERS), 0.25),
    "microneedling": (
        build_plan(
            [
                PhasePlan("numbing", 30, ("room",)),
                PhasePlan("treatment", 40, ("room", "provider", "device:pen")),
                PhasePlan("recovery", 10, ("room",)),
            ],
            0,
            [],
            _BUFFERS,
        ),
        0.3,
    ),
    "laser": (build_plan([PhasePlan("laser", 60, ("room", "provider", "device:laser"))], 0, [], _BUFFERS), 0.2),
}
_HOUSE = {"provider": 4, "room": 5, "device:pen": 2, "device:laser": 1}


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody rings: on which day, for what, from which day on, with which wish, and whether they cancel later.

    ``favourite`` and ``leeway`` are ticks of the day; ``cancels_on`` is the day they ring off.
    """

    on: int
    visit: str
    first: int
    favourite: int
    leeway: int
    cancels_on: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a book: shares of the providers' time, people, hours.

    ``spread`` is the standard deviation of the hours that the providers work.
    """

    requests: int
    served: int
    turned_away: int
    wishes_met: int
    utilisation: float
    spread: float


def arrivals(random: Random, days: int, a_day: float) -> list[Request]:
    """Return who rings over ``days`` working days, ``a_day`` of them on an average day."""
    names = list(VISITS)
    weights = [share for _, share in VISITS.values()]
    found = []
    for on in range(days):
        for _ in range(sum(random.random() < a_day / 60 for _ in range(60))):
            first = on + 1 + int(random.random() ** 2 * _LEAD)
            if first >= days:
                continue
            cancels = random.randint(on + 1, first + 1) if random.random() < _CANCELLED else None
            favourite = random.randrange(OPENS // TICK_MINUTES, CLOSES // TICK_MINUTES)
            leeway = random.choice(_LEEWAYS) // TICK_MINUTES
            found.append(Request(on, random.choices(names, weights)[0], first, favourite, leeway, cancels))
    return found


def simulate(requests: Sequence[Request], days: int, weights: Weights) -> Outcome:
    """Return what becomes of ``requests`` over ``days`` working days when people are placed by ``weights``."""
    book = _Book(days, weights)
    cancelling: dict[int, list[int]] = {}
    served = met = 0
    for number, request in enumerate(requests):
        for gone in (one for day in [*cancelling] if day <= request.on for one in cancelling.pop(day)):
            book.free_again(gone)
        is_met = book.place(number, request)
        if is_met is None:
            continue
        served += 1
        met += is_met
        if request.cancels_on is not None:
            cancelling.setdefault(request.cancels_on, []).append(number)
    for gone in (one for several in cancelling.values() for one in several):
        book.free_again(gone)
    minutes = book.provider_minutes()
    return Outcome(
        requests=len(requests),
        served=served,
        turned_away=len(requests) - served,
        wishes_met=met,
        utilisation=sum(minutes) / (len(minutes) * days * (CLOSES - OPENS)),
        spread=pstdev(minutes) / 60,
    )


class _Book:
    """Days of ``DAY_TICKS`` each, one after the other."""

    def __init__(self, days: int, weights: Weights) -> None:
        self.days = days
        self.weights = weights
        a_day = ((1 << (CLOSES - OPENS) // TICK_MINUTES) - 1) << OPENS // TICK_MINUTES
        self.opening = sum(a_day << day * DAY_TICKS for day in range(days))
        self.grid = sum(1 << tick for tick in range(0, days * DAY_TICKS, 3))
        kinds = [kind for kind, count in _HOUSE.items() for _ in range(count)]
        self.kinds = dict(enumerate(kinds))
        self.free = dict.fromkeys(self.kinds, self.opening)
        self.taken: dict[int, list[tuple[int, int]]] = {}

    def place(self, number: int, request: Request) -> bool | None:
        """Give a person a time; return whether their wish is met, ``None`` when there is no time for them."""
        first, last = request.first * DAY_TICKS, min(request.first + _RANGE, self.days) * DAY_TICKS
        whole = (1 << last - first) - 1
        opening = self.opening >> first & whole
        candidates = []
        for id_, kind in self.kinds.items():
            free = self.free[id_] >> first & whole
            load = (opening & ~free).bit_count() * TICK_MINUTES
            candidates.append(Candidate(id_, frozenset([kind]), free, load=load))
        plan = VISITS[request.visit][0]
        found = find_starts(plan, candidates, self.grid & whole, weights=self.weights)
        if not found.mask:
            return None
        bit, is_met = self._chosen(found, request)
        start = found.at(bit)
        self._take(number, plan, first + bit, start.taken if start else {})
        return is_met

    def _chosen(self, found: Starts, request: Request) -> tuple[int, bool]:
        earliest, latest = max(request.favourite - request.leeway, 0), request.favourite + request.leeway
        near = ((1 << min(latest + 1, DAY_TICKS)) - 1) >> earliest << earliest
        suiting = found.mask & sum(near << day * DAY_TICKS for day in range(_RANGE))
        day = next(bits_of(suiting or found.mask)) // DAY_TICKS * DAY_TICKS
        found.mask = (suiting or found.mask) & (1 << day + DAY_TICKS) - (1 << day)
        if self.weights == PLAIN or not suiting:
            return min(found.bits(), key=lambda bit: abs(bit - day - request.favourite)), bool(suiting)
        return found.best_first(days=[day])[0][1], True

    def _take(self, number: int, plan: Plan, bit: int, taken: Mapping[str, Taken]) -> None:
        claims = []
        for span in claims_of(plan, taken):
            low, high = bit + span.low // TICK_MINUTES, bit + span.high // TICK_MINUTES
            mask = ((1 << high - low) - 1) << low
            self.free[span.taken.id] &= ~mask
            claims.append((span.taken.id, mask))
        self.taken[number] = claims

    def free_again(self, number: int) -> None:
        """Give back what a person who cancels had."""
        for id_, mask in self.taken.pop(number):
            self.free[id_] |= mask

    def provider_minutes(self) -> list[int]:
        """Return how long each provider is taken in the end."""
        return [
            (self.opening & ~self.free[id_]).bit_count() * TICK_MINUTES
            for id_, kind in self.kinds.items()
            if kind == "provider"
        ]
