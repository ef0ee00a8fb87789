"""Reads of locations, rooms, devices, providers and hours. Anybody may know these: they are on the public pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q

from vesicle.clinic import law
from vesicle.clinic.domain.countries import countries_of
from vesicle.clinic.domain.hours import Period, counts_on, periods, week_on
from vesicle.clinic.models import Clinic, Closure, Hours, Location, Resource, Travel
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound


def zone_of_another_law(actor: Actor, zone: str) -> str:
    """Return why a zone is none for a location of the clinic, or an empty text.

    It is not where the zone is kept in countries whose law the bank knows, and that of the clinic is none of them.
    """
    code = Clinic.objects.values_list("jurisdiction", flat=True).filter(pk=actor.clinic_id or 0).first() or ""
    laws = {law.rulebook().law_of(country) for country in countries_of(zone)}
    own = law.rulebook().law_of(code)
    others = sorted(one[1] for one in laws if one is not None)
    if own is None or own in laws or not others:
        return ""
    return (
        f"{zone} belongs to another law ({others[0]}) than this clinic's pages are judged by ({own[1]}). Choose a zone "
        "of that country; a practice in two countries is two clinics, each with its own law."
    )


@dataclass(frozen=True, slots=True)
class Here:
    """The location a member of staff is looking at, all they may choose from, and which day it is there."""

    location: Location
    locations: Sequence[Location]
    today: date


def here(actor: Actor, *, wanted: object, now: datetime) -> Here:
    """Return the location with the id ``wanted`` (anything a browser may have sent), or the first one.

    Raises:
        NotFound: the clinic has no location yet.
    """
    places = locations(actor)
    if not places:
        raise NotFound("This clinic has no location yet. The owner or the medical director adds one.")
    chosen = next((place for place in places if str(place.pk) == str(wanted)), places[0])
    return Here(chosen, places, clock.day_in(chosen.time_zone, now))


def locations(actor: Actor) -> Sequence[Location]:
    """Return the clinic's open locations, the oldest first."""
    return list(Location.objects.filter(clinic_id=actor.clinic_id, is_active=True).order_by("pk"))


def location(actor: Actor, location_id: int) -> Location:
    """Return one location. Raises ``NotFound``."""
    found = Location.objects.filter(clinic_id=actor.clinic_id, pk=location_id).first()
    if found is None:
        raise NotFound("We could not find that location.")
    return found


def resources(
    actor: Actor, *, location_id: int | None = None, kind: str | None = None, with_retired: bool = False
) -> Sequence[Resource]:
    """Return active rooms, devices and providers, of one location or kind if asked; retired ones too if asked.

    A provider belongs to the locations they have hours at.
    """
    rows = Resource.objects.select_related("location", "staff").filter(clinic_id=actor.clinic_id)
    if not with_retired:
        rows = rows.filter(is_active=True)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if location_id is not None:
        rows = (rows.filter(location_id=location_id) | rows.filter(hours__location_id=location_id)).distinct()
    return list(rows.order_by("kind", "name", "pk"))


def resource(actor: Actor, resource_id: int) -> Resource:
    """Return one room, device or provider. Raises ``NotFound``."""
    rows = Resource.objects.select_related("location", "staff").filter(clinic_id=actor.clinic_id)
    found = rows.filter(pk=resource_id).first()
    if found is None:
        raise NotFound("We could not find that room, device or provider.")
    return found


def hours(actor: Actor, location_id: int, *, resource_id: int | None = None, on: date | None = None) -> Sequence[Hours]:
    """Return the opening hours of a location, or of a provider there, by weekday and time.

    ``on`` leaves out what does not count on that day (whatever its weekday); ``None`` returns all there ever were.
    """
    whose = Q(resource=None) if resource_id is None else Q(resource_id=resource_id)
    rows = Hours.objects.filter(whose, clinic_id=actor.clinic_id, location_id=location_id)
    found = list(rows.order_by("weekday", "opens"))
    return [row for row in found if on is None or counts_on(row, on)]


def week_of(
    actor: Actor, *, location_id: int, on: date, resource_id: int | None = None
) -> dict[int, list[tuple[time, time]]]:
    """Return the opening spans by weekday that count on a day, of a location or of a provider there."""
    return week_on(hours(actor, location_id, resource_id=resource_id), on)


def periods_of(actor: Actor, *, location_id: int, today: date, resource_id: int | None = None) -> list[Period]:
    """Return the weekly hours that count today and those to come, of a location or of a provider there."""
    return periods(hours(actor, location_id, resource_id=resource_id), today)


def places_of(actor: Actor, resource_id: int, *, today: date) -> list[Location]:
    """Return the locations where a provider has hours now or later, the oldest first."""
    rows = Location.objects.filter(clinic_id=actor.clinic_id, hours__resource_id=resource_id)
    rows = rows.exclude(hours__resource_id=resource_id, hours__valid_until__lt=today)
    return list(rows.distinct().order_by("pk"))


def closures(
    actor: Actor, *, since: datetime, location_id: int | None = None, resource_id: int | None = None
) -> Sequence[Closure]:
    """Return closures that have not ended by ``since``, the soonest first; of a location or of one resource."""
    rows = Closure.objects.filter(clinic_id=actor.clinic_id, period__endswith__gt=since)
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    if resource_id is not None:
        rows = rows.filter(resource_id=resource_id)
    return list(rows.select_related("location", "resource").order_by("period"))


def closure(actor: Actor, closure_id: int) -> Closure:
    """Return one closure. Raises ``NotFound``."""
    rows = Closure.objects.select_related("location", "resource__location").filter(clinic_id=actor.clinic_id)
    found = rows.filter(pk=closure_id).first()
    if found is None:
        raise NotFound("We could not find that closure. It may have been ended already.")
    return found


def travel_minutes(actor: Actor) -> dict[tuple[int, int], int]:
    """Return the minutes between locations by their numbers, each pair once, the lower number first."""
    rows = Travel.objects.filter(clinic_id=actor.clinic_id)
    return {(row.first_id, row.second_id): row.minutes for row in rows}


def device_kinds(actor: Actor, location_id: int) -> frozenset[str]:
    """Return the kinds of device that stand at a location."""
    rows = Resource.objects.filter(
        clinic_id=actor.clinic_id, location_id=location_id, kind=Resource.Kind.DEVICE, is_active=True
    )
    return frozenset(rows.values_list("device_kind", flat=True))
