"""Book, move, cancel: each one transaction, all or nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from vesicle.candidacy.models import Screening
from vesicle.candidacy.services import ensure_exam
from vesicle.clinic.models import Location
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.people.models import Patient
from vesicle.scheduling import queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.gates import require_bookable
from vesicle.scheduling.idempotency import once
from vesicle.scheduling.models import Appointment, Notice
from vesicle.scheduling.notices import tell
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.services.holds import require_held
from vesicle.scheduling.states import CHANGED, locked, note_status, set_state
from vesicle.scheduling.taking import Wanted, begun, take_time

S = Appointment.State

BOOKED = audit.define("appointment.booked", "booked an appointment")
MOVED = audit.define("appointment.moved", "moved an appointment")


def book(
    *,
    by: Actor,
    appointment: Appointment,
    patient: Patient,
    now: datetime,
    note: str = "",
    letters_later: bool = False,
) -> Appointment:
    """Turn a hold into a booking for ``patient``, send the invitation and plan the reminder.

    Booking the same hold for the same patient again returns the booking made the first time. ``letters_later``
    leaves the letters to the worker. Raises ``Blocked`` when the patient is not cleared for the option on that day or
    somebody placed a hold on them, ``JustTaken`` when the held time was given away.
    """
    by.require(BOOK)
    with transaction.atomic():
        held = locked(appointment)
        if held.state == S.BOOKED and held.patient_id == patient.pk:
            return held
        require_held(held)
        require_bookable(by, patient, held)
        held.patient = patient
        held.hold_expires_at = None
        held.note = note
        set_state(held, S.BOOKED, by=by, now=now)
        held.claims.filter(is_active=True).update(held_until=None)
        _booked(held, by=by, now=now, letters_later=letters_later)
    return held


def book_at(
    *,
    by: Actor,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    start: datetime,
    patient: Patient,
    now: datetime,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
    screening: Screening | None = None,
    idempotency_key: str = "",
    note: str = "",
    letters_later: bool = False,
) -> Appointment:
    """Take a time and book it in one step, all or nothing. Errors as ``hold`` and ``book``.

    A retry with the same ``idempotency_key`` returns the booking made the first time, also where both arrive at the
    same instant; the key of another booking raises ``Invalid``.
    """
    by.require(BOOK)
    asked = ("book", patient.pk, option_id, sorted(areas), str(location_id), start.timestamp())

    def make() -> Appointment:
        what = bookable(by.clinic_id, option_id)
        booked = begun(by, what, areas, location_id, now, screening, key=idempotency_key, asked=asked)
        booked.patient, booked.note = patient, note
        booked.state, booked.hold_expires_at = S.BOOKED, None
        booked.starts_at = start
        with transaction.atomic():
            require_bookable(by, patient, booked)
            take_time(booked, what, start, by=by, now=now, wanted=Wanted(provider_id, resource_ids))
            _booked(booked, by=by, now=now, letters_later=letters_later)
        return booked

    return once(by, idempotency_key, asked, make)


def move(
    *,
    by: Actor,
    appointment: Appointment,
    start: datetime,
    now: datetime,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
) -> Appointment:
    """Move a booking; the old time is given back only if the new one is taken.

    Raises ``JustTaken``, or ``Conflict`` when the appointment can no longer be moved.
    """
    by.require(BOOK)
    with transaction.atomic():
        booked = locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        if booked.state != S.BOOKED or booked.starts_at <= now:
            raise Conflict("This appointment can no longer be moved. Call the clinic and we will find a way.")
        before = booked.starts_at
        what = bookable(by.clinic_id, booked.option)
        booked.edition_id = what.offer.edition_id if what.offer else None
        booked.calendar_sequence += 1
        booked.confirmed_at = None
        take_time(booked, what, start, by=by, now=now, wanted=Wanted(provider_id, resource_ids))
        if booked.patient is not None:
            require_bookable(by, booked.patient, booked)
        note_status(booked, by=by, now=now, reason=f"moved from {before:%Y-%m-%d %H:%M} UTC")
        audit.record(
            MOVED, by=by, about=booked, patient_id=booked.patient_id, detail={"from": before, "to": booked.starts_at}
        )
        tell(by=by, appointment=booked, kind=Notice.Kind.MOVED, now=now, moved_from=before)
    return booked


def cancel(*, by: Actor, appointment: Appointment, now: datetime, reason: str = "") -> Appointment:
    """Cancel a booking, free its time, stop its messages and tell the patient.

    Raises ``Conflict`` when it is over or already cancelled.
    """
    by.require(BOOK)
    with transaction.atomic():
        booked = locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        booked.calendar_sequence += 1
        set_state(booked, S.CANCELLED, by=by, now=now, reason=reason)
        booked.claims.update(is_active=False)
        audit.record(CHANGED, by=by, about=booked, patient_id=booked.patient_id, detail={"state": S.CANCELLED})
        tell(by=by, appointment=booked, kind=Notice.Kind.CANCELLED, now=now)
    return booked


def _booked(appointment: Appointment, *, by: Actor, now: datetime, letters_later: bool) -> None:
    """Do what follows from a booking: the audit trail, the examination it needs, the letters."""
    patient_id = appointment.patient_id or 0
    audit.record(BOOKED, by=by, about=appointment, patient_id=patient_id, detail={"option": appointment.option})
    if appointment.treats:
        ensure_exam(by=by, patient_id=patient_id, option=appointment.option, now=now)
    tell(by=by, appointment=appointment, kind=Notice.Kind.BOOKED, now=now, later=letters_later)
