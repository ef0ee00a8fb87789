"""Rooms, devices and providers in the calendar: adding, changing, taking out of use and back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from vesicle.clinic import hooks, permissions
from vesicle.clinic.models import Location, Resource
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.models import Staff
from vesicle.people.queries import require_same_clinic

RESOURCE_ADDED = audit.define("clinic.resource-added", "added a room, device or provider to the calendar")
RESOURCE_CHANGED = audit.define("clinic.resource-changed", "changed a room, device or provider of the calendar")
RESOURCE_RETIRED = audit.define("clinic.resource-retired", "took a room, device or provider out of the calendar")
RESOURCE_RESTORED = audit.define("clinic.resource-restored", "took a room, device or provider back into the calendar")
MOST_PLACES = 12


def add_room(*, by: Actor, location: Location, name: str, options: Sequence[str] = (), **more: Any) -> Resource:
    """Add a room. ``options`` limits it to some treatments; empty means any.

    ``more`` may be ``room_kind``, ``capacity``, ``setup_minutes`` and ``cleanup_minutes``. Raises ``Invalid``.
    """
    room = Resource(kind=Resource.Kind.ROOM, location=location, name=name, options=list(options))
    return _add_resource(by, room, more)


def add_device(
    *,
    by: Actor,
    location: Location,
    name: str,
    device_kind: str,
    model_name: str = "",
    serial_number: str = "",
    options: Sequence[str] = (),
    **more: Any,
) -> Resource:
    """Add a device. ``device_kind`` matches the equipment kinds of the protocols.

    ``more`` may be ``setup_minutes`` and ``cleanup_minutes``. Raises ``Invalid``.
    """
    device = Resource(
        kind=Resource.Kind.DEVICE,
        location=location,
        name=name,
        device_kind=device_kind,
        model_name=model_name,
        serial_number=serial_number,
        options=list(options),
    )
    return _add_resource(by, device, more)


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


def change_resource(*, by: Actor, resource: Resource, **changes: Any) -> Resource:
    """Change a room, device or provider's column; what is not named stays. Appointments made before keep their time.

    Raises:
        Invalid: something this kind of resource does not have, or that cannot be.
        Conflict: fewer places than appointments to come take at once.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, resource)
    places = changes.get("capacity", resource.capacity)
    _fill(resource, changes)
    with transaction.atomic():
        _locked(resource)
        if booked := hooks.bookings(resource, clock.now(), from_place=places):
            words = f"{_counted(booked)} to come take the places you remove from {resource.name}. Move them first."
            raise Conflict(words)
        resource.save()
        audit.record(RESOURCE_CHANGED, by=by, about=resource, detail={"name": resource.name, "changed": [*changes]})
        site_changed(by.clinic_id)
    return resource


def retire_resource(*, by: Actor, resource: Resource, today: date) -> Resource:
    """Take a room, device or provider out of the calendar from ``today``; what it did stays on record.

    Raises ``Conflict`` while appointments to come use it.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, resource)
    with transaction.atomic():
        held = _locked(resource)
        if booked := hooks.bookings(held, clock.now()):
            raise Conflict(f"{_counted(booked)} to come use {held.name}. Give them other times or places first.")
        Resource.objects.filter(pk=held.pk).update(is_active=False, retired_on=today)
        resource.refresh_from_db()
        audit.record(RESOURCE_RETIRED, by=by, about=resource, detail={"name": resource.name})
        site_changed(by.clinic_id)
    return resource


def restore_resource(*, by: Actor, resource: Resource) -> Resource:
    """Take a retired room, device or provider back into the calendar."""
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, resource)
    with transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(is_active=True, retired_on=None)
        resource.refresh_from_db()
        audit.record(RESOURCE_RESTORED, by=by, about=resource, detail={"name": resource.name})
        site_changed(by.clinic_id)
    return resource


def _locked(resource: Resource) -> Resource:
    # Bookings lock the same row first, so one that is being made at this moment is counted.
    return Resource.objects.select_for_update(of=("self",), no_key=True).get(pk=resource.pk)


def _counted(number: int) -> str:
    return "1 appointment" if number == 1 else f"{number} appointments"


def _add_resource(by: Actor, resource: Resource, more: Mapping[str, Any] | None = None) -> Resource:
    by.require(permissions.MANAGE_PLACES)
    if resource.location is not None:
        require_same_clinic(by, resource.location)
    _fill(resource, more or {})
    resource.clinic_id = by.clinic_id
    zone = resource.location.time_zone if resource.location else "UTC"
    resource.in_use_from = clock.day_in(zone, clock.now())
    with transaction.atomic():
        resource.save()
        audit.record(RESOURCE_ADDED, by=by, about=resource, detail={"kind": resource.kind, "name": resource.name})
        site_changed(by.clinic_id)
    return resource


_EVERY = frozenset({"name", "options", "setup_minutes", "cleanup_minutes"})
_OWN: Mapping[str, frozenset[str]] = {
    Resource.Kind.PROVIDER: frozenset(),
    Resource.Kind.ROOM: frozenset({"room_kind", "capacity"}),
    Resource.Kind.DEVICE: frozenset({"device_kind", "model_name", "serial_number"}),
}
"""What each kind of resource has beside the rest."""


def _fill(resource: Resource, values: Mapping[str, Any]) -> None:
    """Set columns; raise ``Invalid`` for what this kind does not have or what cannot be."""
    if unknown := sorted(values.keys() - _EVERY - _OWN[resource.kind]):
        kind = resource.get_kind_display().lower()
        raise Invalid(f"A {kind} has no '{unknown[0]}'.", fields={unknown[0]: "Leave it out."})
    for name, value in values.items():
        setattr(resource, name, value)
    problems = {}
    if not resource.name.strip():
        problems["name"] = "Give it a name."
    if resource.kind == Resource.Kind.DEVICE and not resource.device_kind:
        problems["device_kind"] = "Say what kind of device it is."
    if not 1 <= resource.capacity <= MOST_PLACES:
        problems["capacity"] = f"From 1 to {MOST_PLACES} people at a time."
    for name in ("setup_minutes", "cleanup_minutes"):
        minutes = getattr(resource, name)
        if minutes % 5 or not 0 <= minutes <= 240:
            problems[name] = "From 0 to 240, in steps of five."
    if problems:
        raise Invalid("Please check the room, device or provider.", fields=problems)
