"""Tells the clinic room which places, rooms, devices and providers are used by appointments to come."""

from datetime import datetime

from vesicle.clinic.models import Location, Resource
from vesicle.scheduling.models import Appointment, Claim

S = Appointment.State


def bookings_to_come(thing: Location | Resource, start: datetime, end: datetime | None, from_place: int) -> int:
    """Return how many booked appointments use ``thing`` between two moments; holds do not count, they lapse."""
    booked = [S.BOOKED, S.ARRIVED, S.IN_TREATMENT]
    if isinstance(thing, Location):
        rows = Appointment.objects.filter(location=thing, state__in=booked, ends_at__gt=start)
        return (rows.filter(starts_at__lt=end) if end is not None else rows).count()
    claims = Claim.objects.filter(
        resource=thing, is_active=True, place__gte=from_place, appointment__state__in=booked, period__endswith__gt=start
    )
    if end is not None:
        claims = claims.filter(period__startswith__lt=end)
    return claims.values("appointment_id").distinct().count()
