"""Somebody walks in: booked for the next free time and checked in, both or neither."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vesicle.core.actor import Actor
from vesicle.people.models import Patient
from vesicle.scheduling.domain import flow
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.services.bookings import book_at
from vesicle.scheduling.services.flow import take_step


def walk_in(
    *,
    by: Actor,
    patient: Patient,
    option_id: str,
    areas: Sequence[str],
    location_id: int,
    start: datetime,
    now: datetime,
    provider_id: int | None = None,
) -> Appointment:
    """Book ``start`` for somebody who is here, through all gates, and check them in. Errors as ``book_at``."""
    by.require(RUN_DAY)
    with transaction.atomic():
        booked = book_at(
            by=by,
            option_id=option_id,
            areas=areas,
            location_id=location_id,
            start=start,
            patient=patient,
            provider_id=provider_id,
            now=now,
        )
        return take_step(by=by, appointment=booked, kind=flow.ARRIVED, now=now)
