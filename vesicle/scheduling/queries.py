"""Reads of appointments and availability, beginning with who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vesicle.clinic.models import Location, Resource
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.scheduling import availability, calendars
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import (
    NO_WISHES,
    TICK_SECONDS,
    Plan,
    Point,
    Wishes,
    kind_of,
    local_moment,
    nearest,
)
from vesicle.scheduling.models import Appointment, BookingRules, OpenService
from vesicle.scheduling.permissions import SEE_DAY

State = Appointment.State
S = State
TAKES_TIME = (S.HELD, S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE)


class Slot(NamedTuple):
    """A bookable start, what the patient is told, and the resources it would take.

    ``resources`` maps each need, as it is written, to the resource. ``found`` is the answer it is part of.
    """

    start: datetime
    end: datetime
    resources: tuple[tuple[str, Resource], ...]
    found: availability.Availability

    def of_kind(self, kind: str) -> Resource | None:
        """Return the resource taken for ``kind`` (``provider``, ``room``, ``device``), the first if several, if any."""
        return next((found for key, found in self.resources if kind_of(key) == kind), None)

    @property
    def providers(self) -> tuple[Resource, ...]:
        """All who could do it then, each once."""
        start = self.found.at(self.start)
        ids = dict.fromkeys(
            taken.id
            for key, could in (start.choices if start else {}).items()
            if kind_of(key) == "provider"
            for taken in could
        )
        return tuple(self.found.resources[id_] for id_ in ids)


def location(actor: Actor, slug_or_id: str | int | Location) -> Location:
    """Return an active location of the actor's clinic; one that was found before is itself. Raises ``NotFound``."""
    if isinstance(slug_or_id, Location):
        slug_or_id = slug_or_id.pk
    found = calendars.standing(actor.clinic_id).location(slug_or_id)
    if found is None:
        raise NotFound(_("We could not find that location. Choose one of the list."))
    return found


def slots(
    actor: Actor,
    *,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    from_: date,
    to: date,
    now: datetime,
    provider_id: int | None = None,
    ignoring: int | None = None,
) -> list[Slot]:
    """Return every bookable start from ``from_`` to ``to``, each with the exact resources it would take.

    Staff see starts without the minimum notice that patients get.
    """
    place = location(actor, location_id)
    found = availability.search(
        bookable(actor.clinic_id, option_id),
        areas,
        place,
        first=from_,
        last=to,
        now=now,
        provider_id=provider_id,
        without_notice=actor.is_staff,
        ignoring=ignoring,
    )
    return slots_of(found)


def best_slots(
    actor: Actor,
    *,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    from_: date,
    to: date,
    now: datetime,
    wishes: Wishes = NO_WISHES,
    provider_id: int | None = None,
    limit: int = 10,
) -> list[Slot]:
    """Return the best starts from ``from_`` to ``to``, the best first.

    The soonest day counts most, then the person's ``wishes``, then that the house's day stays whole and work is spread
    fairly: the weights are ``domain.HOUSE``. ``provider_id`` is who it has to be.
    """
    found = slots_with_best(
        actor,
        option_id=option_id,
        areas=areas,
        location_id=location_id,
        from_=from_,
        to=to,
        now=now,
        wishes=wishes,
        provider_id=provider_id,
    )
    return found.best_first[:limit]


class Ranked(NamedTuple):
    """Every bookable start of a search, in order of time and again the best first."""

    slots: list[Slot]
    best_first: list[Slot]


def slots_with_best(
    actor: Actor,
    *,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    from_: date,
    to: date,
    now: datetime,
    wishes: Wishes = NO_WISHES,
    provider_id: int | None = None,
) -> Ranked:
    """Return what ``slots`` and ``best_slots`` return, of one search."""
    found = availability.search_visit(
        [(bookable(actor.clinic_id, option_id), areas)],
        location(actor, location_id),
        first=from_,
        last=to,
        now=now,
        limits=availability.Limits(provider_id, without_notice=actor.is_staff, wishes=wishes),
    )
    in_order = slots_of(found)
    by_bit = dict(zip(found.starts.bits(), in_order, strict=True))
    return Ranked(in_order, [by_bit[bit] for bit in found.best_first(wishes)])


@dataclass(frozen=True, slots=True)
class Nearby:
    """The free times of one location, and how far it is; ``kilometers`` is ``None`` where nobody located it."""

    location: Location
    kilometers: float | None
    slots: list[Slot]


def slots_nearby(
    actor: Actor,
    *,
    option_id: str,
    areas: Sequence[str],
    near: Point,
    from_: date,
    to: date,
    now: datetime,
    most: int = 5,
) -> list[Nearby]:
    """Return the free times at the locations nearest to a point, the nearest first; those without any are left out."""
    houses = calendars.standing(actor.clinic_id).houses.values()
    places = [house.location for house in houses if house.location.is_active]
    located = [(place, _point_of(place)) for place in sorted(places, key=lambda place: place.name)]
    result: list[Nearby] = []
    for place, distance in nearest(located, near):
        found = slots(
            actor, option_id=option_id, areas=areas, location_id=place, from_=from_, to=to, now=now
        )  # fmt: skip
        if found:
            result.append(Nearby(place, distance, found))
        if len(result) == most:
            break
    return result


def _point_of(place: Location) -> Point | None:
    return None if place.latitude is None or place.longitude is None else Point(place.latitude, place.longitude)


def slots_of(found: availability.Availability) -> list[Slot]:
    """Return the starts of a search as times on the location's clock with their resources."""
    zone = ZoneInfo(found.location.time_zone)
    origin, length = found.window.origin, found.plan.minutes * 60
    moments = [(origin + bit) * TICK_SECONDS for bit in found.starts.bits()]
    columns = found.starts.columns(lambda key, taken: (key, found.resources[taken.id]))
    at = datetime.fromtimestamp
    return [
        Slot(at(moment, zone), at(moment + length, zone), taken, found)
        for moment, taken in zip(moments, zip(*columns.values(), strict=True), strict=True)
    ]


def providers(actor: Actor, option_id: str, location_id: int | str) -> list[Resource]:
    """Return the providers qualified for an option who work at a location, by name."""
    place = location(actor, location_id)
    found = availability.suitable_resources(bookable(actor.clinic_id, option_id), place)
    return sorted((r for r in found.values() if r.kind == Resource.Kind.PROVIDER), key=lambda r: r.name)


def plan(actor: Actor, option_id: str, areas: Sequence[str]) -> Plan:
    """Return the phases and minutes of an appointment. Raises ``Invalid`` for areas not offered."""
    return bookable(actor.clinic_id, option_id).plan(areas)


def held(appointment_id: int) -> Appointment:
    """Return the appointment behind a hold's private link. Raises ``NotFound``."""
    rows = Appointment.objects.select_related("location", "provider", "screening", "clinic", "service")
    found = rows.filter(pk=appointment_id).first()
    if found is None:
        raise NotFound(_("We could not find that time any more. Choose another."))
    return found


def appointment(actor: Actor, appointment_id: int) -> Appointment:
    """Return an appointment the actor may see: staff their clinic's, others their own. Raises ``NotFound``."""
    rows = readable(actor).select_related("patient", "location", "provider", "edition", "service")
    found = rows.filter(pk=appointment_id).first()
    if found is None:
        raise NotFound(_("We could not find that appointment."))
    return found


def readable(actor: Actor) -> QuerySet[Appointment]:
    """Return the appointments an actor may see: staff their clinic's, patients and programs their own."""
    rows = Appointment.objects.filter(clinic_id=actor.clinic_id)
    if actor.is_patient:
        return rows.filter(patient_id=actor.person_id)
    if actor.kind == "integrator":
        return rows.filter(booked_through=actor.person_id)
    if actor.kind in ("staff", "system"):
        actor.require(SEE_DAY)
        return rows
    return rows.none()


def parts_of(actor: Actor, visit: UUID) -> list[Appointment]:
    """Return the appointments of one visit that were not cancelled, in the order of time."""
    rows = readable(actor).filter(visit=visit).exclude(state__in=[S.CANCELLED, S.RELEASED])
    rows = rows.select_related("patient", "location", "provider", "service")
    return list(rows.order_by("starts_at", "pk"))


def upcoming(actor: Actor, *, patient_id: int, now: datetime) -> list[Appointment]:
    """Return a patient's booked appointments that have not ended, soonest first."""
    rows = readable(actor).filter(patient_id=patient_id, state__in=[S.BOOKED, S.ARRIVED, S.IN_TREATMENT])
    return list(rows.filter(ends_at__gt=now).select_related("location", "provider", "service").order_by("starts_at"))


def history(actor: Actor, *, patient_id: int, limit: int = 30) -> list[Appointment]:
    """Return a patient's appointments, the latest first; holds that came to nothing are left out."""
    rows = readable(actor).filter(patient_id=patient_id).exclude(state__in=[S.HELD, S.RELEASED])
    return list(rows.select_related("location", "provider", "service").order_by("-starts_at")[:limit])


def day(actor: Actor, location_id: int | str, on: date, *, now: datetime, to: date | None = None) -> list[Appointment]:
    """Return a location's appointments on a local day, with patients and claims, in two queries.

    With ``to`` all up to that day. Cancelled ones and stale holds are left out.
    """
    actor.require(SEE_DAY)
    place = location(actor, location_id)
    begins = local_moment(on, time.min, place.time_zone)
    ends = local_moment((to or on) + timedelta(days=1), time.min, place.time_zone)
    rows = (
        Appointment.objects.filter(location=place, starts_at__lt=ends, ends_at__gt=begins)
        .filter(state__in=[*TAKES_TIME, S.NO_SHOW])
        .exclude(state=S.HELD, hold_expires_at__lte=now)
        .select_related("patient", "location", "provider", "provider__staff", "service", "stage", "stage__room")
        .prefetch_related("claims__resource")
        .order_by("starts_at", "pk")
    )
    return list(rows)


def open_services(actor: Actor, *, with_ended: bool = False) -> list[OpenService]:
    """Return the visits that treat nothing, by name; those that can no longer be booked only if asked."""
    rows = OpenService.objects.filter(clinic_id=actor.clinic_id).order_by("name", "pk")
    return list(rows if with_ended else rows.filter(is_active=True))


def open_service(actor: Actor, service_id: int) -> OpenService:
    """Return one visit that treats nothing. Raises ``NotFound``."""
    found = OpenService.objects.filter(clinic_id=actor.clinic_id, pk=service_id).first()
    if found is None:
        raise NotFound(_("We could not find that visit."))
    return found


def visits_of_kind(clinic_id: int, kind: str = "") -> list[OpenService]:
    """Return the visits that treat nothing and can be booked, by name; of one kind where asked."""
    rows = calendars.standing(clinic_id).services.values()
    found = [row for row in rows if row.is_active and kind in ("", row.kind)]
    return sorted(found, key=lambda row: (row.name, row.pk))


def booking_rules(clinic_id: int) -> BookingRules:
    """Return the clinic's rules for booking with its newest policy; the defaults where it has set none."""
    return calendars.standing(clinic_id).rules
