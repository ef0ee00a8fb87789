"""From tables to bitmaps: everything the search for starts needs, in a handful of queries.

The time it takes depends on the days asked about, never on how much was booked before them:
the claims come from the index behind the exclusion constraint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from vesicle.clinic.models import Closure, Hours, Location, Resource
from vesicle.core.errors import Invalid
from vesicle.protocols.duration import hands_on_minutes
from vesicle.protocols.queries import OfferedOption
from vesicle.scheduling.domain import (
    PhasePlan,
    Plan,
    ResourceDay,
    Start,
    Window,
    build_plan,
    find_starts,
    grid_mask,
    open_mask,
    tick_after,
    tick_of,
)

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


def plan_for(offered: OfferedOption, areas: Sequence[str]) -> Plan:
    """Return how an appointment for ``offered`` on ``areas`` is built.

    Raises ``Invalid`` when no area, or one that is not offered, is given.
    """
    sections = offered.option.sections
    minutes = {area.area: area.minutes for area in sections.areas}
    unknown = sorted(set(areas) - minutes.keys())
    if unknown or not areas:
        allowed = ", ".join(minutes)
        found = f"'{unknown[0]}' is not one of them" if unknown else "none was given"
        raise Invalid(
            f"Choose at least one area that this treatment offers ({allowed}); {found}.",
            fields={"areas": f"Choose from: {allowed}."},
        )
    timing = sections.timing
    return build_plan(
        tuple(PhasePlan(phase.id, phase.minutes, phase.needs) for phase in timing.phases),
        hands_on_minutes(minutes, areas, timing.further_area_share),
        [need.kind for need in sections.equipment],
        {
            "room": (timing.room_buffer.before, timing.room_buffer.after),
            "provider": (timing.provider_buffer.before, timing.provider_buffer.after),
            "device": (timing.device_buffer.before, timing.device_buffer.after),
        },
    )


def search(
    offered: OfferedOption,
    areas: Sequence[str],
    location: Location,
    *,
    first: date,
    last: date,
    now: datetime,
    provider_id: int | None = None,
    without_notice: bool = False,
    ignoring: int | None = None,
) -> Availability:
    """Return all starts at ``location`` from ``first`` to ``last`` (local days, inclusive).

    ``ignoring`` is an appointment whose own claims do not count (it is about to move).
    Raises ``Invalid`` for days in the wrong order or a range of more than 120 days.
    """
    if last < first or (last - first).days > _MOST_DAYS:
        raise Invalid(
            f"Ask for at most {_MOST_DAYS} days, the first before the last.", fields={"to": "Choose a later day."}
        )
    plan = plan_for(offered, areas)
    window = Window.of_days(first, last, location.time_zone)
    resources = suitable_resources(offered, location, provider_id)
    free = _free_time(window, location, list(resources.values()), now, ignoring)
    days = [
        ResourceDay(resource.pk, _kind_of(resource), free[resource.pk])
        for resource in sorted(resources.values(), key=lambda resource: (resource.name, resource.pk))
    ]
    allowed = grid_mask(window, GRID_MINUTES, location.time_zone)
    earliest = tick_after(now if without_notice else now + MINIMUM_NOTICE)
    allowed &= window.mask(earliest, tick_of(now + HORIZON))
    return Availability(window, plan, tuple(find_starts(plan, days, allowed)), resources)


def suitable_resources(offered: OfferedOption, location: Location, provider_id: int | None) -> dict[int, Resource]:
    """Return the rooms, devices and qualified providers that could serve the option at a location."""
    sections = offered.option.sections
    kinds = [need.kind for need in sections.equipment]
    rows = (
        Resource.objects.filter(is_active=True)
        .filter(Q(options=[]) | Q(options__contains=[offered.option.id]))
        .filter(
            Q(kind=Resource.Kind.ROOM, location=location)
            | Q(kind=Resource.Kind.DEVICE, location=location, device_kind__in=kinds)
            | Q(
                kind=Resource.Kind.PROVIDER,
                staff__is_active=True,
                staff__licence__in=sections.qualifications.perform,
                hours__location=location,
            )
        )
        .select_related("staff")
        .distinct()
    )
    if provider_id is not None:
        rows = rows.filter(~Q(kind=Resource.Kind.PROVIDER) | Q(pk=provider_id))
    return {row.pk: row for row in rows}


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
SELECT claim.resource_id,
       floor(extract(epoch FROM lower(claim.period)) / 300)::bigint,
       ceil(extract(epoch FROM upper(claim.period)) / 300)::bigint
FROM scheduling_claim AS claim
JOIN scheduling_appointment AS appointment ON appointment.id = claim.appointment_id
WHERE claim.is_active
  AND claim.resource_id = ANY(%(resources)s)
  AND claim.period && tstzrange(%(from)s, %(to)s)
  AND (appointment.state <> 'held' OR appointment.hold_expires_at > %(now)s)
  AND appointment.id IS DISTINCT FROM %(ignoring)s
"""


def _claims(window: Window, resources: list[int], now: datetime, ignoring: int | None) -> list[tuple[int, int, int]]:
    """Read the claims as ticks: parsing ranges of timestamps in Python would take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIMS,
            {
                "resources": resources,
                "from": window.moment(0),
                "to": window.moment(window.ticks),
                "now": now,
                "ignoring": ignoring,
            },
        )
        return [(int(resource), int(low), int(high)) for resource, low, high in cursor.fetchall()]
