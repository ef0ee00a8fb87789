"""Appointments whose place is gone (somebody is ill, a device broke, hours moved), and where they could go instead.

What is proposed is chosen for all of them together (``assigning``), then really taken in a transaction that is rolled
back: so every rule of booking counts, and what is shown can be had.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vesicle.clinic.models import Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import JustTaken, NotFound
from vesicle.scheduling import assigning, availability, calendars
from vesicle.scheduling.bookable import Bookable, bookable
from vesicle.scheduling.calendars import Moving
from vesicle.scheduling.domain import Window, free_mask, open_mask
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.permissions import SEE_DAY
from vesicle.scheduling.taking import Wanted, take_time

S = Appointment.State
LOOK_AHEAD = timedelta(days=60)
"""How far ahead appointments are looked at."""


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
    """Return a new place for each, all of them fitting together.

    As many people as possible, then the least shift in time, then with the provider they were told (``assigning``). Who
    finds nothing that way has a look at what is left, in turn.
    """
    waiting = list(rows)
    found: dict[int, Proposal] = {}
    with transaction.atomic():
        chosen = assigning.chosen_for([one.appointment for one in waiting], now=now)
        for one in waiting:
            if (start := chosen.get(one.appointment.pk)) is not None:
                wanted = Wanted(resource_ids=start.resource_ids)
                found[one.appointment.pk] = _taken(one, start.starts_at, [wanted], by=actor, now=now) or Proposal(one)
        for one in waiting:
            if one.appointment.pk not in found or found[one.appointment.pk].starts_at is None:
                found[one.appointment.pk] = _place(one, by=actor, now=now)
        transaction.set_rollback(True)
    return [found[one.appointment.pk] for one in waiting]


def _taken(one: Disrupted, start: datetime, wishes: Sequence[Wanted], *, by: Actor, now: datetime) -> Proposal | None:
    """Take a start for somebody, by the first of ``wishes`` that can be had; ``None`` where none can."""
    row = Appointment.objects.select_related("location", "service").get(pk=one.appointment.pk)
    for wanted in wishes:
        try:
            with transaction.atomic():
                take_time(row, bookable(row.clinic_id, row.option), start, by=by, now=now, wanted=wanted)
        except JustTaken:
            continue
        return Proposal(one, start, row.taken)
    return None


def _place(one: Disrupted, *, by: Actor, now: datetime) -> Proposal:
    row = one.appointment
    try:
        what = bookable(row.clinic_id, row.option)
    except NotFound:
        return Proposal(one)
    # With the person they know if possible, else with anybody who may.
    wishes = [Wanted(provider_id=row.provider_id), Wanted()]
    for start in _nearest(row, what, now=now):
        if found := _taken(one, start, wishes, by=by, now=now):
            return found
    return Proposal(one)


def _nearest(row: Appointment, what: Bookable, *, now: datetime) -> Iterable[datetime]:
    """Yield free starts, the same first, then those of the day, then of the days around, the nearest first."""
    zone = row.location.time_zone
    today, day = clock.day_in(zone, now), clock.day_in(zone, row.starts_at)
    for first, last in ((day, day), (max(today, day - assigning.AROUND), day + assigning.AROUND)):
        found = availability.search(
            what, row.areas, row.location, first=first, last=last, now=now, without_notice=True, ignoring=row.pk
        )
        starts = [found.window.moment(bit) for bit in found.starts.bits()]
        yield from sorted(starts, key=lambda start: assigning.distance(start, row.starts_at, zone))[:3]
