"""Appointments whose place is gone (somebody is ill, a device broke, hours moved), and where they could go instead.

Proposals are found by really taking the times, one appointment after the other, in a transaction that is rolled back:
so all of them fit together, and every rule of booking counts, without a second way to compute what is free.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from vesicle.clinic.models import Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import JustTaken, NotFound
from vesicle.scheduling import availability, calendars
from vesicle.scheduling.bookable import Bookable, bookable
from vesicle.scheduling.calendars import Moving
from vesicle.scheduling.domain import Window, free_mask, open_mask
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.permissions import SEE_DAY
from vesicle.scheduling.taking import Wanted, take_time

S = Appointment.State
LOOK_AHEAD = timedelta(days=60)
"""How far ahead appointments are looked at."""
_DAYS_ROUND = 14


@dataclass(frozen=True, slots=True)
class Disrupted:
    """An appointment that cannot stay, and why in words."""

    appointment: Appointment
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a disrupted appointment could go; ``starts_at`` is ``None`` where nothing was found."""

    disrupted: Disrupted
    starts_at: datetime | None = None
    resources: tuple[Resource, ...] = ()

    @property
    def keeps_time(self) -> bool:
        """Whether the patient comes at the hour they were told."""
        return self.starts_at == self.disrupted.appointment.starts_at

    @property
    def keeps_provider(self) -> bool:
        """Whether it is with the person they were told."""
        return self.disrupted.appointment.provider_id in {resource.pk for resource in self.resources}


def disrupted(actor: Actor, place: Location, *, now: datetime) -> list[Disrupted]:
    """Return the appointments to come at a location that lost what they take, soonest first.

    Lost is what is closed, outside its hours, or no longer in use.
    """
    actor.require(SEE_DAY)
    today = clock.day_in(place.time_zone, now)
    window = Window.of_days(today - timedelta(days=1), today + LOOK_AHEAD, place.time_zone)
    moving = calendars.read(place, window, of=lambda here: here.resources, now=now)
    there = _Presence(window, moving)
    claims: dict[int, list[Claim]] = {}
    rows = Claim.objects.filter(
        appointment__location=place,
        appointment__state__in=[S.BOOKED, S.ARRIVED],
        appointment__ends_at__gt=now,
        is_active=True,
        low__lt=window.end,
    )
    for claim in rows.select_related("resource"):
        claims.setdefault(claim.appointment_id, []).append(claim)
    found = []
    whole = ("patient", "location", "provider", "service")
    for row in Appointment.objects.filter(pk__in=claims).select_related(*whole).order_by("starts_at", "pk"):
        why = tuple(dict.fromkeys(reason for claim in claims[row.pk] if (reason := there.missing(claim))))
        if why:
            found.append(Disrupted(row, why))
    return found


class _Presence:
    """When each resource of a house is there, whoever has taken it."""

    def __init__(self, window: Window, moving: Moving) -> None:
        self._window, self._moving, self._here = window, moving, moving.house
        zone = self._here.location.time_zone
        self._house = open_mask(window, zone, self._here.opening)
        self._closed = free_mask(window, moving.closed.get(None, ()))
        self._known: dict[int, int] = {}

    def missing(self, claim: Claim) -> str:
        """Return why a claim cannot stand, or nothing."""
        resource = self._here.resources.get(claim.resource_id)
        if resource is None:
            return f"{claim.resource.name} is not in use here any more"
        wanted = self._window.mask(claim.low, claim.high)
        if wanted & ~self._closed:
            return "the location is closed"
        if wanted & ~free_mask(self._window, self._moving.closed.get(resource.pk, ())):
            return f"{resource.name} is not available"
        if wanted & ~self._hours(resource):
            return f"outside the hours of {resource.name}"
        return ""

    def _hours(self, resource: Resource) -> int:
        if resource.pk not in self._known:
            mask = self._house
            if resource.kind == Resource.Kind.PROVIDER:
                zone = self._here.location.time_zone
                mask &= open_mask(self._window, zone, self._here.hours.get(resource.pk, ()))
            self._known[resource.pk] = mask
        return self._known[resource.pk]


def propose(actor: Actor, rows: Iterable[Disrupted], *, now: datetime) -> list[Proposal]:
    """Return a new place for each, all of them fitting together: the same hour where possible, else the nearest.

    Whoever comes soonest chooses first. At the same hour somebody or something else of the kind takes over; the nearest
    other time is looked for on the same day, then on the days around it.
    """
    with transaction.atomic():
        found = [_place(one, by=actor, now=now) for one in rows]
        transaction.set_rollback(True)
    return found


def _place(one: Disrupted, *, by: Actor, now: datetime) -> Proposal:
    row = Appointment.objects.select_related("location", "service").get(pk=one.appointment.pk)
    try:
        what = bookable(row.clinic_id, row.option)
    except NotFound:
        return Proposal(one)
    provider_id = row.provider_id
    for start in _nearest(row, what, now=now):
        # With the person they know if possible, else with anybody who may.
        for wanted in (Wanted(provider_id=provider_id), Wanted()):
            try:
                with transaction.atomic():
                    take_time(row, what, start, by=by, now=now, wanted=wanted)
            except JustTaken:
                continue
            return Proposal(one, start, row.taken)
    return Proposal(one)


def _nearest(row: Appointment, what: Bookable, *, now: datetime) -> Iterable[datetime]:
    """Yield free starts, the same first, then those of the day, then of the days around, the nearest first."""
    zone = row.location.time_zone
    today, day = clock.day_in(zone, now), clock.day_in(zone, row.starts_at)
    for first, last in ((day, day), (max(today, day - timedelta(days=_DAYS_ROUND)), day + timedelta(days=_DAYS_ROUND))):
        found = availability.search(
            what, row.areas, row.location, first=first, last=last, now=now, without_notice=True, ignoring=row.pk
        )
        starts = [found.window.moment(bit) for bit in found.starts.bits()]
        yield from sorted(starts, key=lambda start: _distance(start, row.starts_at, zone))[:3]


def _distance(start: datetime, before: datetime, zone: str) -> tuple[int, timedelta, timedelta]:
    """Order by days apart, then by how far the hour is from the one they chose, then by the moment."""
    local, chosen = start.astimezone(ZoneInfo(zone)), before.astimezone(ZoneInfo(zone))
    hours = abs(_into_day(local) - _into_day(chosen))
    return abs((local.date() - chosen.date()).days), hours, abs(start - before)


def _into_day(local: datetime) -> timedelta:
    return timedelta(hours=local.hour, minutes=local.minute)
