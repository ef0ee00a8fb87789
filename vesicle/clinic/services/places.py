"""Verbs about places: opening a clinic and its locations, rooms, devices, hours and closures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from vesicle.clinic import permissions
from vesicle.clinic.domain import hours_problem
from vesicle.clinic.models import Clinic, Closure, Hours, Location, Resource
from vesicle.clinic.queries import forget_clinics
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people.domain import contact_problems
from vesicle.people.models import Staff
from vesicle.people.queries import require_same_clinic

CLINIC_OPENED = audit.define("clinic.opened", "opened the clinic")
LOCATION_ADDED = audit.define("clinic.location-added", "added a location")
RESOURCE_ADDED = audit.define("clinic.resource-added", "added a room, device or provider to the calendar")
HOURS_SET = audit.define("clinic.hours-set", "set the opening hours")
CLOSED = audit.define("clinic.closed", "closed a location, room, device or calendar for a while")
REOPENED = audit.define("clinic.reopened", "ended a closure")

Week = Mapping[int, Sequence[tuple[time, time]]]
"""Opening spans by weekday, 0 for Monday. A day that is missing is closed."""


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
        Conflict: the slug or domain is taken.
    """
    if by.kind != "system":
        raise NotPermitted("A clinic is opened from the command line of the installation.")
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
) -> Location:
    """Add a location.

    Raises:
        Invalid: an unknown time zone or a phone number that cannot be one.
        Conflict: the slug is taken.
    """
    by.require(permissions.MANAGE_PLACES)
    if problems := contact_problems(email="", phone=phone, time_zone=time_zone):
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
            )
            audit.record(LOCATION_ADDED, by=by, about=location, detail={"name": name})
            site_changed(by.clinic_id)
    except IntegrityError:
        raise Conflict(f"There is a location with the slug {slug!r} already.") from None
    return location


def add_room(*, by: Actor, location: Location, name: str, options: Sequence[str] = ()) -> Resource:
    """Add a room. ``options`` limits it to some treatments; empty means any."""
    return _add_resource(by, Resource(kind=Resource.Kind.ROOM, location=location, name=name, options=list(options)))


def add_device(
    *,
    by: Actor,
    location: Location,
    name: str,
    device_kind: str,
    model_name: str = "",
    serial_number: str = "",
    options: Sequence[str] = (),
) -> Resource:
    """Add a device. ``device_kind`` matches the equipment kinds of the protocols."""
    if not device_kind:
        raise Invalid("A device needs a kind.", fields={"device_kind": "Say what kind of device it is."})
    device = Resource(
        kind=Resource.Kind.DEVICE,
        location=location,
        name=name,
        device_kind=device_kind,
        model_name=model_name,
        serial_number=serial_number,
        options=list(options),
    )
    return _add_resource(by, device)


def add_provider_resource(*, by: Actor, staff: Staff, options: Sequence[str] = ()) -> Resource:
    """Give a provider a column in the calendar. ``options`` limits what they do; empty: what the licence allows."""
    require_same_clinic(by, staff)
    if not staff.licence:
        raise Invalid(f"{staff.name} has no licence, so there is nothing to book with them.")
    try:
        return _add_resource(
            by, Resource(kind=Resource.Kind.PROVIDER, staff=staff, name=staff.name, options=list(options))
        )
    except IntegrityError:
        raise Conflict(f"{staff.name} is in the calendar already.") from None


def set_hours(*, by: Actor, location: Location, week: Week, resource: Resource | None = None) -> Sequence[Hours]:
    """Replace the weekly hours of a location, or of a provider at it, and return them.

    Raises:
        Invalid: a weekday or span that cannot be; ``fields`` names the weekday by its number.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, location)
    if resource is not None:
        require_same_clinic(by, resource)
    problems = {str(day): problem for day, spans in week.items() if (problem := hours_problem(spans))}
    problems |= {str(day): "Weekdays go from 0 (Monday) to 6 (Sunday)." for day in week if not 0 <= day <= 6}
    if problems:
        raise Invalid("Please check the hours.", fields=problems)
    with transaction.atomic():
        Hours.objects.filter(location=location, resource=resource).delete()
        rows = [
            Hours(clinic_id=by.clinic_id, location=location, resource=resource, weekday=day, opens=opens, closes=closes)
            for day, spans in sorted(week.items())
            for opens, closes in sorted(spans)
        ]
        Hours.objects.bulk_create(rows)
        audit.record(HOURS_SET, by=by, about=resource or location, detail={"location": location.name})
        site_changed(by.clinic_id)
    return rows


def close(
    *,
    by: Actor,
    start: datetime,
    end: datetime,
    reason: str,
    location: Location | None = None,
    resource: Resource | None = None,
    kind: str = Closure.Kind.CLOSED,
) -> Closure:
    """Close a location or one resource from ``start`` to ``end``. Bookings made before stay and have to be moved.

    Raises:
        Invalid: not exactly one thing to close, an empty stretch, or no reason.
    """
    by.require(permissions.CLOSE)
    thing = location or resource
    if thing is None or (location is not None and resource is not None):
        raise Invalid("Close either a location or one room, device or provider.")
    require_same_clinic(by, thing)
    if start >= end:
        raise Invalid("A closure has to end after it starts.", fields={"end": "Choose a later end."})
    if not reason.strip():
        raise Invalid("Say why it is closed.", fields={"reason": "A few words for your colleagues."})
    with transaction.atomic():
        closure = Closure.objects.create(
            clinic_id=by.clinic_id,
            location=location,
            resource=resource,
            kind=kind,
            period=DateTimeTZRange(start, end),
            reason=reason.strip(),
        )
        audit.record(CLOSED, by=by, about=closure, detail={"of": str(thing), "reason": closure.reason})
    return closure


def reopen(*, by: Actor, closure: Closure) -> None:
    """End a closure: it never counted."""
    by.require(permissions.CLOSE)
    require_same_clinic(by, closure)
    with transaction.atomic():
        detail = {"of": str(closure.location or closure.resource), "reason": closure.reason}
        audit.record(REOPENED, by=by, about=closure, detail=detail)
        closure.delete()


def _add_resource(by: Actor, resource: Resource) -> Resource:
    by.require(permissions.MANAGE_PLACES)
    if resource.location is not None:
        require_same_clinic(by, resource.location)
    if not resource.name.strip():
        raise Invalid("Give it a name.", fields={"name": "Give it a name."})
    resource.clinic_id = by.clinic_id
    with transaction.atomic():
        resource.save()
        audit.record(RESOURCE_ADDED, by=by, about=resource, detail={"kind": resource.kind, "name": resource.name})
        site_changed(by.clinic_id)
    return resource
