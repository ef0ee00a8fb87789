"""What our search is compared with: the same question answered in plainer ways, each straight from the rows.

``naive`` looks at every start, resource and booking; ``bare`` is the bitmaps and nothing else: no alternatives, no
places, no buffers of a resource's own, no zones, no objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.demo.scenario import Loaded
from vesicle.scheduling import calendars
from vesicle.scheduling.domain import Window, grid_mask, tick_after
from vesicle.scheduling.queries import Slot

_ROWS = """
SELECT resource_id, extract(epoch FROM lower(period))::bigint, extract(epoch FROM upper(period))::bigint
FROM scheduling_claim WHERE is_active AND resource_id = ANY(%s) AND period && tstzrange(%s, %s)
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the scenario's meta, the first and last day, and which kinds a start needs."""

    loaded: Loaded
    meta: Mapping[str, Any]
    first: date
    last: date
    kinds: tuple[str, ...] = ("room", "provider", "device")

    def day_span(self, day: date) -> tuple[datetime, datetime]:
        """Return when a day opens and closes; both the same where it is closed."""
        zone = ZoneInfo(self.meta["tz"])
        midnight = datetime.combine(day, time.min, zone)
        opens = (midnight + timedelta(minutes=self.meta["open"])).astimezone(UTC)
        closes = (midnight + timedelta(minutes=self.meta["close"])).astimezone(UTC)
        return (opens, closes) if day.weekday() not in self.meta["closed_weekdays"] else (opens, opens)

    @property
    def days(self) -> list[date]:
        """Every day asked about."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


Answer = dict[datetime, dict[str, set[int]]]
"""For each start, by kind, the numbers of everything that is free."""


def naive(question: Question) -> Answer:
    """Answer by looking at every start of every day and, for each, at every booking of every resource."""
    pools: dict[str, list[int]] = {kind: [] for kind in question.kinds}
    for number, kind in Resource.objects.filter(is_active=True).values_list("pk", "kind"):
        if kind in pools:
            pools[kind].append(number)
    begins, _ = question.day_span(question.first)
    _, ends = question.day_span(question.last)
    taken: dict[int, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        ids = [number for pool in pools.values() for number in pool]
        cursor.execute(_ROWS, [ids, begins - timedelta(days=1), ends + timedelta(days=1)])
        for number, low, high in cursor.fetchall():
            taken.setdefault(number, []).append((low, high))
    before, after = question.meta["buffer_before"] * 60, (question.meta["service"] + question.meta["buffer_after"]) * 60
    step = timedelta(minutes=question.meta["grid"])
    found: Answer = {}
    now = clock.now()
    for day in question.days:
        start, closes = question.day_span(day)
        opens = start.timestamp()
        while start < closes:
            low, high = start.timestamp() - before, start.timestamp() + after
            if start >= now and low >= opens and high <= closes.timestamp():
                could = {
                    kind: {
                        number
                        for number in pool
                        if not any(one < high and low < other for one, other in taken.get(number, ()))
                    }
                    for kind, pool in pools.items()
                }
                if all(could.values()):
                    found[start] = could
            start += step
    return found


def wrong_starts(slots: Sequence[Slot], expected: Answer) -> int:
    """Return how many starts are missing, too many, or take something that is not free."""
    found = {slot.start.astimezone(UTC): slot for slot in slots}
    wrong = len(found.keys() ^ expected.keys()) + len(slots) - len(found)
    for start in found.keys() & expected.keys():
        taken = [resource for _, resource in found[start].resources]
        wrong += any(resource.pk not in expected[start].get(resource.kind, ()) for resource in taken)
        wrong += {resource.kind for resource in taken} != expected[start].keys()
    return wrong


def bare(question: Question) -> int:
    """Answer with the same statement as the search and bare bitmaps; return how many starts there are."""
    loaded, meta = question.loaded, question.meta
    one = timedelta(days=1)
    window = Window.of_days(question.first - one, question.last + one, meta["tz"])
    moving = calendars.read(loaded.location, window, of=lambda here: here.resources, now=clock.now())
    opening = 0
    for day in question.days:
        opens, closes = question.day_span(day)
        opening |= window.mask(int(opens.timestamp()) // 300, int(closes.timestamp()) // 300)
    asked = Window.of_days(question.first, question.last, meta["tz"])
    starts = grid_mask(window, meta["grid"], meta["tz"]) & window.mask(
        max(asked.origin, tick_after(clock.now())), asked.end
    )
    length = (meta["service"] + meta["buffer_before"] + meta["buffer_after"]) // 5
    origin = window.origin
    chosen: list[list[tuple[int, int]]] = []
    for kind in question.kinds:
        of_kind = []
        any_free = 0
        for number, resource in moving.house.resources.items():
            if resource.kind != kind:
                continue
            taken = 0
            for low, high in moving.taken.get((number, 0), ()):
                taken |= ((1 << (high - low)) - 1) << (low - origin)
            run = opening & ~taken
            known = 1
            while known < length:
                shift = min(known, length - known)
                run &= run >> shift
                known += shift
            of_kind.append((number, run << meta["buffer_before"] // 5))
            any_free |= run << meta["buffer_before"] // 5
        starts &= any_free
        chosen.append(of_kind)
    digits = bin(starts)[:1:-1]
    found = []
    bit = digits.find("1")
    while bit >= 0:
        found.append((bit, _first_free(chosen, bit)))
        bit = digits.find("1", bit + 1)
    return len(found)


def _first_free(chosen: Sequence[Sequence[tuple[int, int]]], bit: int) -> list[int]:
    return [next(number for number, starts in of_kind if starts >> bit & 1) for of_kind in chosen]
