"""From tables to bitmaps: everything the search for starts needs, in one statement.

The time it takes depends on the days asked about, never on how much was booked before them: claims are read from an
index by their ticks, and what stands still is remembered (see ``calendars``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vesicle.clinic.models import Location, Resource
from vesicle.core.errors import Invalid
from vesicle.scheduling import calendars
from vesicle.scheduling.bookable import Bookable
from vesicle.scheduling.calendars import House, Moving
from vesicle.scheduling.domain import (
    Plan,
    ResourceDay,
    Start,
    Window,
    find_starts,
    grid_mask,
    open_mask,
    tick_after,
    tick_of,
)

_MOST_DAYS = 120
_ROUND = timedelta(days=1)
"""How far beyond the days asked about calendars are read: a run may cross midnight."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Every bookable start within the days asked about, with the resources it could take."""

    window: Window
    plan: Plan
    starts: tuple[Start, ...]
    resources: Mapping[int, Resource]


def search(
    what: Bookable,
    areas: Sequence[str],
    location: Location,
    *,
    first: date,
    last: date,
    now: datetime,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
    without_notice: bool = False,
    ignoring: int | None = None,
) -> Availability:
    """Return all starts at ``location`` from ``first`` to ``last`` (local days, inclusive).

    ``resource_ids`` asks for exactly these where their kind matches. ``ignoring`` is an appointment whose own claims
    do not count (it is about to move). Raises ``Invalid`` for days in the wrong order or more than 120 days.
    """
    if last < first or (last - first).days >= _MOST_DAYS:
        raise Invalid(
            f"Ask for at most {_MOST_DAYS} days, the first before the last.", fields={"to": "Choose a later day."}
        )
    plan = what.plan(areas)
    zone = location.time_zone
    window = Window.of_days(first - _ROUND, last + _ROUND, zone)

    def suitable(here: House) -> Collection[int]:
        return _suitable(what, here, provider_id, resource_ids)

    moving = calendars.read(location, window, of=suitable, now=now, ignoring=ignoring)
    here = moving.house
    resources = _suitable(what, here, provider_id, resource_ids)
    days = [
        ResourceDay(pk, kind_of(resource), free, place)
        for pk, resource in resources.items()
        for place, free in enumerate(_free_time(window, moving, resource))
    ]
    asked = Window.of_days(first, last, zone)
    earliest = tick_after(now if without_notice else now + timedelta(minutes=here.rules.notice_minutes))
    latest = tick_of(now + timedelta(days=here.rules.horizon_days))
    allowed = grid_mask(window, here.rules.grid_minutes, zone)
    allowed &= window.mask(max(asked.origin, earliest), min(asked.origin + asked.ticks, latest))
    return Availability(window, plan, tuple(find_starts(plan, days, allowed)), resources)


def suitable_resources(what: Bookable, location: Location) -> dict[int, Resource]:
    """Return the rooms, devices and qualified providers that could serve at a location."""
    return _suitable(what, calendars.standing(location.clinic_id).houses[location.pk], None, ())


def _suitable(
    what: Bookable, here: House, provider_id: int | None, resource_ids: Collection[int]
) -> dict[int, Resource]:
    found = {pk: row for pk, row in here.resources.items() if _serves(row, what)}
    if provider_id is not None:
        found = {pk: row for pk, row in found.items() if row.kind != Resource.Kind.PROVIDER or pk == provider_id}
    asked = {kind_of(found[pk]) for pk in resource_ids if pk in found}
    return {pk: row for pk, row in found.items() if pk in resource_ids or kind_of(row) not in asked}


def _serves(row: Resource, what: Bookable) -> bool:
    if row.options and what.id not in row.options:
        return False
    if row.kind == Resource.Kind.DEVICE:
        return row.device_kind in what.devices
    if row.kind == Resource.Kind.PROVIDER:
        return not what.licences or (row.staff is not None and row.staff.licence in what.licences)
    return True


def kind_of(resource: Resource) -> str:
    """Return the kind of need that a resource serves."""
    return f"device:{resource.device_kind}" if resource.kind == Resource.Kind.DEVICE else resource.kind


def _free_time(window: Window, moving: Moving, resource: Resource) -> list[int]:
    """Return when each place of a resource is free."""
    here, zone = moving.house, moving.house.location.time_zone
    there = open_mask(window, zone, here.opening)
    if resource.kind == Resource.Kind.PROVIDER:
        there &= open_mask(window, zone, here.hours.get(resource.pk, ()))
    closed = window.mask_of(moving.closed.get(None, ())) | window.mask_of(moving.closed.get(resource.pk, ()))
    free = there & ~closed
    return [free & ~window.mask_of(moving.taken.get((resource.pk, place), ())) for place in range(resource.capacity)]
