"""What each of many appointments could have instead, and the best of it for all of them together.

Everybody's present place counts as taken for all the others: it stays theirs until they agree to a new one. So what is
chosen can be offered in any order, and taken in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vesicle.core import clock
from vesicle.core.errors import NotFound
from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling import availability
from vesicle.scheduling.availability import Availability
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import Candidate, Need
from vesicle.scheduling.domain.assignment import Possible, Serving, all_together
from vesicle.scheduling.domain.plan import reach
from vesicle.scheduling.models import Appointment

AROUND = timedelta(days=14)
"""How far around its day an appointment may go."""
SECONDS = 0.6
"""How long to look for the best; what choosing in turn gives is shown where that does not suffice."""
_MINUTES_A_DAY = 24 * 60
_NEAREST, _SAME_DAY = 8, 32


@dataclass(frozen=True, slots=True)
class Start:
    """A start chosen for somebody, and what it takes."""

    starts_at: datetime
    resource_ids: tuple[int, ...]


def chosen_for(rows: Sequence[Appointment], *, now: datetime) -> dict[int, Start]:
    """Return the best start for each appointment, by its number; nothing for whom none was found.

    As many as possible, then the least shift in time, then with the provider they were told.
    """
    searched = {row.pk: found for row in rows if (found := _search(row, now)) is not None}
    people = [_possible(row, searched[row.pk], len(rows)) if row.pk in searched else [] for row in rows]
    chosen: dict[int, Start] = {}
    for row, one in zip(rows, all_together(people, seconds=SECONDS), strict=True):
        if one is not None:
            window = searched[row.pk].window
            ids = tuple(dict.fromkeys(serving.place[0] for serving in one.servings))
            chosen[row.pk] = Start(window.moment(one.possible.start - window.origin), ids)
    return chosen


def distance(start: datetime, before: datetime, zone: str) -> tuple[int, timedelta, timedelta]:
    """Order by days apart, then by how far the hour is from the one they chose, then by the moment."""
    local, chosen = start.astimezone(ZoneInfo(zone)), before.astimezone(ZoneInfo(zone))
    hours = abs(_into_day(local) - _into_day(chosen))
    return abs((local.date() - chosen.date()).days), hours, abs(start - before)


def _into_day(local: datetime) -> timedelta:
    return timedelta(hours=local.hour, minutes=local.minute)


def _search(row: Appointment, now: datetime) -> Availability | None:
    try:
        what = bookable(row.clinic_id, row.option)
    except NotFound:
        return None
    zone = row.location.time_zone
    day = clock.day_in(zone, row.starts_at)
    first, last = max(clock.day_in(zone, now), day - AROUND), day + AROUND
    return availability.search(
        what, row.areas, row.location, first=first, last=last, now=now, without_notice=True, ignoring=row.pk
    )


def _possible(row: Appointment, found: Availability, people: int) -> list[Possible]:
    zone = row.location.time_zone
    near = []
    for bit in found.starts.bits():
        days, hours, _ = distance(found.window.moment(bit), row.starts_at, zone)
        near.append((days, int(hours.total_seconds() // 60), bit))
    near.sort()
    picked = _thinned([one for one in near if not one[0]])
    length = -(-found.plan.minutes // TICK_MINUTES)
    apart: list[tuple[int, int, int]] = []
    for one in near:
        # On other days as many as there are people, apart from each other: no two of them want the same.
        if len(apart) == people:
            break
        if one[0] and all(abs(one[2] - other[2]) >= length for other in apart):
            apart.append(one)
    return [_start(row, found, bit, days * _MINUTES_A_DAY + minutes) for days, minutes, bit in [*picked, *apart]]


def _thinned(same_day: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the nearest starts of the day, and of the others some in even steps where there are many."""
    step = -(-len(same_day) // _SAME_DAY)
    return same_day[:_NEAREST] + same_day[_NEAREST :: max(step, 1)]


def _start(row: Appointment, found: Availability, bit: int, shift: int) -> Possible:
    at = found.window.origin + bit
    keys = tuple(
        tuple(
            Serving(
                (candidate.id, candidate.place),
                tuple(_ticks(at, need, candidate) for need in needs),
                is_stranger=needs[0].kind == "provider" and candidate.id != row.provider_id,
            )
            for candidate, mask in found.starts.fits[key]
            if mask >> bit & 1
        )
        for key, needs in found.plan.by_key.items()
    )
    return Possible(at, shift, keys)


def _ticks(at: int, need: Need, candidate: Candidate) -> tuple[int, int]:
    low, high = reach(need, candidate.taken)
    return at + low // TICK_MINUTES, at - (-high // TICK_MINUTES)
