"""From tables to bitmaps: everything the search for starts needs, in a handful of queries.

The time it takes depends on the days asked about, never on how much was booked before them:
the claims come from the index behind the exclusion constraint.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from vesicle.clinic.models import Closure, Hours, Location, Resource
from vesicle.core.errors import Invalid
from vesicle.scheduling.bookable import Bookable
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
from vesicle.scheduling.models import LONGEST_CLAIM

GRID_MINUTES = 15
MINIMUM_NOTICE = timedelta(hours=2)
HORIZON = timedelta(days=180)
_MOST_DAYS = 120


@dataclass(frozen=True, slots=True)
class Availability:
    """Every bookable start within a window, with the resources it could take."""

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
    do not count (it is about to move).
    Raises ``Invalid`` for days in the wrong order or a range of more than 120 days.
    """
    if last < first or (last - first).days > _MOST_DAYS:
        raise Invalid(
            f"Ask for at most {_MOST_DAYS} days, the first before the last.", fields={"to": "Choose a later day."}
        )
    plan = what.plan(areas)
    window = Window.of_days(first, last, location.time_zone)
    resources = suitable_resources(what, location, provider_id, resource_ids)
    free = _free_time(window, location, list(resources.values()), now, ignoring)
    days = [
        ResourceDay(resource.pk, _kind_of(resource), free[resource.pk])
        for resource in sorted(resources.values(), key=lambda resource: (resource.name, resource.pk))
    ]
    allowed = grid_mask(window, GRID_MINUTES, location.time_zone)
    earliest = tick_after(now if without_notice else now + MINIMUM_NOTICE)
    allowed &= window.mask(earliest, tick_of(now + HORIZON))
    return Availability(window, plan, tuple(find_starts(plan, days, allowed)), resources)


def suitable_resources(
    what: Bookable, location: Location, provider_id: int | None, resource_ids: Collection[int] = ()
) -> dict[int, Resource]:
    """Return the rooms, devices and qualified providers that could serve at a location and are asked for."""
    kinds = [kind.partition(":")[2] for need in what.phases for kind in need.needs if ":" in kind]
    providers = Q(kind=Resource.Kind.PROVIDER, staff__is_active=True, hours__location=location)
    if what.licences:
        providers &= Q(staff__licence__in=what.licences)
    rows = (
        Resource.objects.filter(is_active=True)
        .filter(Q(options=[]) | Q(options__contains=[what.id]))
        .filter(
            Q(kind=Resource.Kind.ROOM, location=location)
            | Q(kind=Resource.Kind.DEVICE, location=location, device_kind__in=[*what.device_kinds, *kinds])
            | providers
        )
        .select_related("staff")
        .distinct()
    )
    if provider_id is not None:
        rows = rows.filter(~Q(kind=Resource.Kind.PROVIDER) | Q(pk=provider_id))
    found = {row.pk: row for row in rows}
    asked = {_kind_of(found[pk]) for pk in resource_ids if pk in found}
    return {pk: row for pk, row in found.items() if pk in resource_ids or _kind_of(row) not in asked}


def _kind_of(resource: Resource) -> str:
    return f"device:{resource.device_kind}" if resource.kind == Resource.Kind.DEVICE else resource.kind


def _free_time(
    window: Window, location: Location, resources: list[Resource], now: datetime, ignoring: int | None
) -> dict[int, int]:
    zone = location.time_zone
    weekly: dict[int | None, dict[int, list[tuple[time, time]]]] = {}
    for row in Hours.objects.filter(location=location):
        weekly.setdefault(row.resource_id, {}).setdefault(row.weekday, []).append((row.opens, row.closes))
    house = open_mask(window, zone, weekly.get(None, {}))
    closures = Closure.objects.filter(
        Q(location=location) | Q(resource__in=resources),
        period__overlap=(window.moment(0), window.moment(window.ticks)),
    )
    taken: dict[int | None, int] = {}
    for closure in closures:
        mask = window.mask(tick_of(closure.period.lower), tick_after(closure.period.upper))
        taken[closure.resource_id] = taken.get(closure.resource_id, 0) | mask
    for resource_id, low, high in _claims(window, [resource.pk for resource in resources], now, ignoring):
        taken[resource_id] = taken.get(resource_id, 0) | window.mask(low, high)
    house &= ~taken.get(None, 0)
    free = {}
    for resource in resources:
        mask = house
        if resource.kind == Resource.Kind.PROVIDER:
            mask &= open_mask(window, zone, weekly.get(resource.pk, {}))
        free[resource.pk] = mask & ~taken.get(resource.pk, 0)
    return free


_CLAIMS = """
SELECT resource_id, low, high FROM scheduling_claim
WHERE is_active
  AND resource_id = ANY(%(resources)s)
  AND low > %(from)s - %(longest)s AND low < %(to)s AND high > %(from)s
  AND (held_until IS NULL OR held_until > %(now)s)
  AND appointment_id IS DISTINCT FROM %(ignoring)s
"""


def _claims(window: Window, resources: list[int], now: datetime, ignoring: int | None) -> list[tuple[int, int, int]]:
    """Read the claims as ticks: parsing ranges of timestamps in Python would take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIMS,
            {
                "resources": resources,
                "from": window.origin,
                "to": window.origin + window.ticks,
                "longest": LONGEST_CLAIM,
                "now": now,
                "ignoring": ignoring,
            },
        )
        return list(cursor.fetchall())
