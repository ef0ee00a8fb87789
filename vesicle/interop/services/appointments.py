"""What another program may do with appointments: the verbs of scheduling, with the program's own words and keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy import services as screenings
from vesicle.candidacy.models import Screening
from vesicle.core.actor import Actor
from vesicle.interop import queries
from vesicle.interop.domain import Wish
from vesicle.people.models import Patient
from vesicle.people.services import find_or_register
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment

S = Appointment.State


def make(
    *,
    by: Actor,
    wish: Wish,
    person: Mapping[str, Any] | None,
    screening_token: str | None,
    note: str,
    key: str,
    now: datetime,
    policy_accepted: int | None = None,
) -> Appointment:
    """Book the wish for ``person``, or hold it where nobody is named; the letters follow from the worker.

    A retry with the same ``key`` returns what was made the first time. Errors as ``scheduling.services.book_at`` and
    ``hold``, ``Invalid`` for a person who cannot be, and ``Invalid`` for a key that was used for something else.
    """
    place = scheduling.location(by, wish.location)
    ids = queries.resource_ids(by, place, wish.names)
    screening = candidacy.screening_by_token(by, screening_token) if screening_token else None
    what: dict[str, Any] = {"option_id": wish.option_id, "areas": wish.areas, "location_id": place}
    if person is None:
        return services.hold(
            by=by,
            **what,
            start=wish.start,
            resource_ids=ids,
            screening=screening,
            idempotency_key=_own(by, key),
            now=now,
        )
    with transaction.atomic():
        patient = _patient(by, person, place.time_zone, screening)
        return services.book_at(
            by=by,
            **what,
            start=wish.start,
            patient=patient,
            resource_ids=ids,
            screening=screening,
            note=note,
            policy_accepted=policy_accepted,
            language=patient.language,
            idempotency_key=_own(by, key),
            letters_later=True,
            now=now,
        )


def complete(
    *,
    by: Actor,
    appointment_id: int,
    person: Mapping[str, Any],
    now: datetime,
    policy_accepted: int | None = None,
) -> Appointment:
    """Turn a held time into a booking for ``person``. Errors as ``scheduling.services.book``."""
    held = queries.appointment(by, appointment_id)
    with transaction.atomic():
        patient = _patient(by, person, held.location.time_zone, held.screening)
        return services.book(
            by=by,
            appointment=held,
            patient=patient,
            letters_later=True,
            policy_accepted=policy_accepted,
            language=patient.language,
            now=now,
        )


def move(*, by: Actor, appointment_id: int, start: datetime, provider: str | None, now: datetime) -> Appointment:
    """Move a booking of this program. Errors as ``scheduling.services.move``."""
    booked = queries.appointment(by, appointment_id)
    ids = queries.resource_ids(by, booked.location, {"provider": provider} if provider else {})
    return services.move(by=by, appointment=booked, start=start, resource_ids=ids, now=now)


def cancel(*, by: Actor, appointment_id: int, now: datetime) -> Appointment:
    """Cancel a booking of this program, or give its held time back. Raises ``Conflict`` when it is over."""
    found = queries.appointment(by, appointment_id)
    if found.state == S.HELD:
        services.release_hold(by=by, appointment=found, now=now)
        return queries.appointment(by, appointment_id)
    return services.cancel(by=by, appointment=found, reason=f"by {by.name}", now=now)


def _patient(by: Actor, person: Mapping[str, Any], time_zone: str, screening: Screening | None) -> Patient:
    patient = find_or_register(by=by, time_zone=time_zone, **person)
    if screening is not None and screening.patient_id is None:
        screenings.attach_patient(by=by, screening=screening, patient=patient)
    return patient


def _own(by: Actor, key: str) -> str:
    """Return the key as it is kept: two programs that happen to choose the same one do not meet."""
    return f"{by.kind[0]}{by.id or 0}:{key}"
