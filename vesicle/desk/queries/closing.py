"""Closures at the desk: one of them, and who is booked where somebody wants to block time."""

from datetime import datetime

from vesicle.clinic.models import Closure, Location, Resource
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import SEE_DAY

S = Appointment.State


def closure(actor: Actor, closure_id: int) -> Closure:
    """Return one closure. Raises ``NotFound``."""
    rows = Closure.objects.filter(clinic_id=actor.clinic_id, pk=closure_id)
    found = rows.select_related("location", "resource").first()
    if found is None:
        raise NotFound("We could not find that closure. Somebody may have ended it.")
    return found


def booked_within(
    actor: Actor, start: datetime, end: datetime, *, location: Location | None, resource: Resource | None
) -> list[Appointment]:
    """Return who is booked in a stretch of time, at a location or with one room, device or provider."""
    actor.require(SEE_DAY)
    rows = Appointment.objects.filter(state__in=[S.HELD, S.BOOKED, S.ARRIVED, S.IN_TREATMENT], claims__is_active=True)
    rows = rows.filter(location=location) if location else rows.filter(claims__resource=resource)
    rows = rows.filter(claims__period__overlap=(start, end))
    return list(rows.select_related("patient", "location").distinct().order_by("starts_at"))
