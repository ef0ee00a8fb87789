"""Reads of locations, rooms, devices, providers and hours. Anybody may know these: they are on the public pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vesicle.clinic.models import Hours, Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound


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


def resources(actor: Actor, *, location_id: int | None = None, kind: str | None = None) -> Sequence[Resource]:
    """Return active rooms, devices and providers, of one location or kind if asked.

    A provider belongs to the locations they have hours at.
    """
    rows = Resource.objects.select_related("location", "staff").filter(clinic_id=actor.clinic_id, is_active=True)
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


def hours(actor: Actor, location_id: int) -> Sequence[Hours]:
    """Return a location's own opening hours, by weekday and time."""
    rows = Hours.objects.filter(clinic_id=actor.clinic_id, location_id=location_id, resource=None)
    return list(rows.order_by("weekday", "opens"))


def device_kinds(actor: Actor, location_id: int) -> frozenset[str]:
    """Return the kinds of device that stand at a location."""
    rows = Resource.objects.filter(
        clinic_id=actor.clinic_id, location_id=location_id, kind=Resource.Kind.DEVICE, is_active=True
    )
    return frozenset(rows.values_list("device_kind", flat=True))
