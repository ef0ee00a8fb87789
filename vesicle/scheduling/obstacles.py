"""What stands in the way of taking a resource at a time, in words: other people, a closure, hours that are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from vesicle.clinic.models import Closure, Hours, Location, Resource
from vesicle.scheduling.domain import TICK_SECONDS, tick_after, tick_of
from vesicle.scheduling.models import Claim
from vesicle.scheduling.opening import spans

EVERYTHING = 0
"""Stands for all resources of the location: a closure of the house, its hours."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A stretch in ticks that is not free, and why."""

    low: int
    high: int
    words: str
    place: int | None = None


@dataclass(slots=True)
class Obstacles:
    """What is not free at a location on a day: by resource, with ``EVERYTHING`` for the house."""

    by_resource: dict[int, list[Obstacle]] = field(default_factory=dict)

    def add(self, resource_id: int, obstacle: Obstacle) -> None:
        """Note one more."""
        self.by_resource.setdefault(resource_id, []).append(obstacle)

    def against(self, resource_id: int, low: int, high: int, place: int | None = None) -> list[str]:
        """Return why the resource (at ``place``, where it holds several) is not free in a stretch; empty if it is."""
        rows = [*self.by_resource.get(EVERYTHING, ()), *self.by_resource.get(resource_id, ())]
        return [
            row.words
            for row in rows
            if row.low < high and low < row.high and (place is None or row.place is None or row.place == place)
        ]


def of_day(
    location: Location, on: date, resources: Iterable[Resource], *, now: datetime, ignoring: Collection[int] = ()
) -> Obstacles:
    """Return what is not free on a local day, leaving out the claims of the appointments ``ignoring``."""
    wanted = {resource.pk: resource for resource in resources}
    zone = ZoneInfo(location.time_zone)
    begins = datetime.combine(on, datetime.min.time(), zone)
    first, last = tick_of(begins), tick_after(begins + timedelta(days=2))
    found = Obstacles()
    _hours(found, location, on, wanted, first, last)
    moments = (datetime.fromtimestamp(tick * TICK_SECONDS, zone) for tick in (first, last))
    period = tuple(moments)
    closures = Closure.objects.filter(Q(location=location) | Q(resource__in=wanted), period__overlap=period)
    for closure in closures:
        name = wanted[closure.resource_id].name if closure.resource_id else location.name
        until = closure.period.upper.astimezone(zone)
        words = f"{name} is {closure.get_kind_display().lower()} until {_clock(until)} ({closure.reason})."
        low, high = tick_of(closure.period.lower), tick_after(closure.period.upper)
        found.add(closure.resource_id or EVERYTHING, Obstacle(low, high, words))
    claims = Claim.objects.filter(
        is_active=True, resource__in=wanted, high__gt=first, low__lt=last, low__gt=first - 288
    )
    claims = claims.exclude(appointment_id__in=list(ignoring)).exclude(held_until__lte=now)
    for claim in claims.select_related("appointment__patient"):
        patient = claim.appointment.patient
        until = claim.period.upper.astimezone(zone)
        taker = patient.full_name if patient else "somebody who is booking now"
        words = f"{wanted[claim.resource_id].name} is taken by {taker} until {_clock(until)}."
        found.add(claim.resource_id, Obstacle(claim.low, claim.high, words, claim.place))
    return found


def _hours(found: Obstacles, location: Location, on: date, wanted: dict[int, Resource], first: int, last: int) -> None:
    rows = list(Hours.objects.filter(location=location))
    for resource_id in (EVERYTHING, *(pk for pk, row in wanted.items() if row.kind == Resource.Kind.PROVIDER)):
        own = [row for row in rows if row.resource_id == (resource_id or None)]
        at = first
        name = wanted[resource_id].name if resource_id else location.name
        words = f"{name} is {'not here' if resource_id else 'closed'} then."
        for start, end in spans(own, on, location.time_zone):
            if tick_of(start) > at:
                found.add(resource_id, Obstacle(at, tick_of(start), words))
            at = max(at, tick_after(end))
        found.add(resource_id, Obstacle(at, last, words))


def _clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"
