"""Verbs about places: opening a clinic, its locations, and the way from one to another."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from vesicle.clinic import hooks, permissions
from vesicle.clinic.models import Clinic, Location, Travel
from vesicle.clinic.queries import forget_clinics, zone_of_another_law
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people.domain import contact_problems
from vesicle.people.queries import require_same_clinic

CLINIC_OPENED = audit.define("clinic.opened", "opened the clinic")
LOCATION_ADDED = audit.define("clinic.location-added", "added a location")
LOCATION_CHANGED = audit.define("clinic.location-changed", "changed a location")
TRAVEL_SET = audit.define("clinic.travel-set", "said how long it takes from one location to another")


def open_clinic(
    *,
    by: Actor,
    slug: str,
    name: str,
    wordmark_first: str,
    wordmark_second: str = "",
    domain: str = "",
    jurisdiction: str,
    currency: str,
    phone: str,
    email: str,
    emergency_note: str,
    tagline: str = "",
    is_demo: bool = False,
    at: datetime | None = None,
) -> Clinic:
    """Open a clinic. Only the installation itself may, as a system actor; its ``clinic_id`` does not matter here.

    Raises:
        NotPermitted: somebody else tried.
        Invalid: public pages may not say the tagline.
        Conflict: the slug or domain is taken.
    """
    if by.kind != "system":
        raise NotPermitted("A clinic is opened from the command line of the installation.")
    if refused := hooks.refusal_of(tagline, jurisdiction):
        raise Invalid("Please check the tagline.", fields={"tagline": refused})
    opened_at = at or clock.now()
    try:
        with transaction.atomic():
            clinic = Clinic.objects.create(
                slug=slug,
                name=name,
                wordmark_first=wordmark_first,
                wordmark_second=wordmark_second,
                domain=domain,
                jurisdiction=jurisdiction,
                currency=currency,
                phone=phone,
                email=email,
                emergency_note=emergency_note,
                tagline=tagline,
                is_demo=is_demo,
                created_at=opened_at,
            )
            with clinic_scope(clinic.pk):
                audit.record(CLINIC_OPENED, by=replace(by, clinic_id=clinic.pk), about=clinic, at=opened_at)
    except IntegrityError:
        raise Conflict(f"There is a clinic with the slug {slug!r} or the domain {domain!r} already.") from None
    forget_clinics()
    return clinic


def add_location(
    *,
    by: Actor,
    name: str,
    slug: str,
    street: str,
    city: str,
    state: str,
    postal_code: str,
    phone: str,
    time_zone: str,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Location:
    """Add a location.

    Raises:
        Invalid: an unknown time zone or one of another law, a phone number that cannot be one, coordinates off the
            Earth or only one.
        Conflict: the slug is taken.
    """
    by.require(permissions.MANAGE_PLACES)
    problems = contact_problems(email="", phone=phone, time_zone=time_zone) | _of_zone(by, time_zone)
    if problems := problems | _coordinate_problems(latitude, longitude):
        raise Invalid("Please check the location.", fields=problems)
    try:
        with transaction.atomic():
            location = Location.objects.create(
                clinic_id=by.clinic_id,
                name=name,
                slug=slug,
                street=street,
                city=city,
                state=state,
                postal_code=postal_code,
                phone=phone,
                time_zone=time_zone,
                latitude=latitude,
                longitude=longitude,
            )
            audit.record(LOCATION_ADDED, by=by, about=location, detail={"name": name})
            site_changed(by.clinic_id)
    except IntegrityError:
        raise Conflict(f"There is a location with the slug {slug!r} already.") from None
    return location


def _of_zone(by: Actor, zone: str) -> dict[str, str]:
    problem = zone_of_another_law(by, zone)
    return {"time_zone": problem} if problem else {}


_DETAILS = frozenset({"name", "street", "city", "state", "postal_code", "phone", "latitude", "longitude"})


def change_location(*, by: Actor, location: Location, time_zone: str = "", **changes: Any) -> Location:
    """Change a location's name, address, phone or coordinates, or its zone; what is not named stays.

    Raises:
        Invalid: an unknown zone or one of another law, a phone number that cannot be one, coordinates off the Earth or
            only one of them.
        Conflict: another zone, while appointments to come stand by the old one's clock.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, location)
    if unknown := sorted(changes.keys() - _DETAILS):
        raise Invalid(f"A location has no '{unknown[0]}' to change.", fields={unknown[0]: "Leave it out."})
    zone = time_zone or location.time_zone
    if zone != location.time_zone and (booked := hooks.bookings(location, clock.now())):
        were = "1 appointment" if booked == 1 else f"{booked} appointments"
        raise Conflict(
            f"{were} to come at {location.name} stand by the clock of {location.time_zone}. In another zone they "
            "would be at another hour. Say what becomes of them."
        )
    before = {name: getattr(location, name) for name in changes}
    phone = changes.get("phone", location.phone)
    problems = contact_problems(email="", phone=phone, time_zone=zone)
    if zone != location.time_zone:
        problems |= _of_zone(by, zone)
    for name, value in changes.items():
        setattr(location, name, value)
    problems |= _coordinate_problems(location.latitude, location.longitude)
    problems |= {name: "Do not leave this empty." for name in ("name", "street", "city") if not getattr(location, name)}
    if problems:
        raise Invalid("Please check the location.", fields=problems)
    changed = sorted(name for name, value in before.items() if value != changes[name])
    if zone != location.time_zone:
        changed.append("time_zone")
    location.time_zone = zone
    with transaction.atomic():
        location.save()
        audit.record(LOCATION_CHANGED, by=by, about=location, detail={"name": location.name, "changed": changed})
        site_changed(by.clinic_id)
    return location


def _coordinate_problems(latitude: float | None, longitude: float | None) -> dict[str, str]:
    problems = {}
    if (latitude is None) != (longitude is None):
        problems["longitude" if longitude is None else "latitude"] = "Give both coordinates, or neither."
    if latitude is not None and not -90 <= latitude <= 90:
        problems["latitude"] = "From -90 to 90 degrees; north is positive."
    if longitude is not None and not -180 <= longitude <= 180:
        problems["longitude"] = "From -180 to 180 degrees; west, as in America, is negative."
    return problems


def set_travel(*, by: Actor, first: Location, second: Location, minutes: int | None) -> Travel | None:
    """Say how long a provider needs between two locations, either way. ``None`` forgets it.

    Raises ``Invalid`` for one and the same location, or more than a day.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, first)
    require_same_clinic(by, second)
    if first == second:
        raise Invalid("Travel is between two locations.", fields={"minutes": "Choose another location."})
    if minutes is not None and not 0 <= minutes <= 24 * 60:
        raise Invalid("Please check the minutes.", fields={"minutes": "From 0 to 1440 minutes."})
    low, high = sorted((first, second), key=lambda place: place.pk)
    with transaction.atomic():
        rows = Travel.objects.filter(first=low, second=high)
        if minutes is None:
            rows.delete()
            made = None
        else:
            made, _ = Travel.objects.update_or_create(
                clinic_id=by.clinic_id, first=low, second=high, defaults={"minutes": minutes}
            )
        detail = {"between": low.name, "and": high.name, "minutes": minutes}
        audit.record(TRAVEL_SET, by=by, about=low, detail=detail)
    return made
