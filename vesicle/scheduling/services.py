"""What a clinic does with appointments: hold, book, move, cancel, and run the day.

Nothing here can double-book. Resources are locked in sorted order, so the losers of a race wait
briefly instead of meeting a deadlock; behind the locks the exclusion constraint refuses overlaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import errors as postgres_errors

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy.models import Screening
from vesicle.candidacy.services import ensure_exam
from vesicle.clinic.models import Resource
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, JustTaken, NotFound
from vesicle.people import queries as people
from vesicle.people.models import Patient
from vesicle.protocols.queries import OfferedOption, offered
from vesicle.scheduling import availability, letters, queries
from vesicle.scheduling.domain import Plan, Start, tick_of
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim
from vesicle.scheduling.permissions import BOOK, RUN_DAY

HOLD_FOR = timedelta(minutes=10)
_TRIES = 4

S = Appointment.State
MAY_BECOME: Mapping[str, frozenset[str]] = {
    S.HELD: frozenset({S.BOOKED, S.RELEASED}),
    S.BOOKED: frozenset({S.ARRIVED, S.CANCELLED, S.NO_SHOW}),
    S.ARRIVED: frozenset({S.IN_TREATMENT, S.CANCELLED, S.BOOKED}),
    S.IN_TREATMENT: frozenset({S.DONE}),
    S.NO_SHOW: frozenset({S.ARRIVED}),
    S.DONE: frozenset(),
    S.CANCELLED: frozenset(),
    S.RELEASED: frozenset(),
}
"""Every change of state there is."""

HELD = audit.define("appointment.held", "held a time")
BOOKED = audit.define("appointment.booked", "booked an appointment")
MOVED = audit.define("appointment.moved", "moved an appointment")
CHANGED = audit.define("appointment.changed", "changed the state of an appointment")
RELEASED = audit.define("appointment.released", "gave a held time back")


def hold(
    *,
    by: Actor,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str,
    start: datetime,
    now: datetime,
    provider_id: int | None = None,
    screening: Screening | None = None,
) -> Appointment:
    """Take a time for ten minutes while the person types.

    Raises ``JustTaken`` when the time is no longer free, ``Invalid`` for areas that are not offered.
    """
    by.require(BOOK)
    place = queries.location(by, location_id)
    option = offered(by.clinic_id, option_id)
    appointment = Appointment(
        clinic_id=by.clinic_id,
        screening=screening,
        location=place,
        edition_id=option.edition_id,
        option=option_id,
        areas=list(areas),
        state=S.HELD,
        hold_expires_at=now + HOLD_FOR,
        created_at=now,
    )
    _take_time(appointment, option, start, by=by, now=now, provider_id=provider_id)
    return appointment


def refresh_hold(*, by: Actor, appointment: Appointment, now: datetime) -> Appointment:
    """Keep a hold for ten more minutes. Raises ``JustTaken`` when it has lapsed and was given away."""
    with transaction.atomic():
        held = _locked(appointment)
        if held.state != S.HELD or not held.claims.filter(is_active=True).exists():
            raise JustTaken("We could not keep that time any longer and it was given away. Choose another.")
        held.hold_expires_at = now + HOLD_FOR
        held.save(update_fields=["hold_expires_at"])
    return held


def release_hold(*, by: Actor, appointment: Appointment, now: datetime) -> None:
    """Give a held time back. Does nothing when it is no longer held."""
    with transaction.atomic():
        held = _locked(appointment)
        if held.state == S.HELD:
            _set_state(held, S.RELEASED, by=by, now=now, reason="given back")
            held.claims.update(is_active=False)
            audit.record(RELEASED, by=by, about=held)


def book(
    *, by: Actor, appointment: Appointment, patient: Patient, now: datetime, idempotency_key: str = "", note: str = ""
) -> Appointment:
    """Turn a hold into a booking for ``patient``, send the invitation and plan the reminder.

    A retry with the same ``idempotency_key`` returns the booking made the first time. Raises
    ``Blocked`` when the patient is not cleared for the option on that day or somebody placed a hold
    on them, ``JustTaken`` when the held time was given away.
    """
    by.require(BOOK)
    with transaction.atomic():
        held = _locked(appointment)
        if held.state == S.BOOKED and held.patient_id == patient.pk:
            return held
        if held.state != S.HELD or not held.claims.filter(is_active=True).exists():
            raise JustTaken("We could not keep that time any longer and it was given away. Choose another.")
        _require_bookable(by, patient, held)
        held.patient = patient
        held.hold_expires_at = None
        held.idempotency_key = idempotency_key
        held.note = note
        _set_state(held, S.BOOKED, by=by, now=now)
        audit.record(BOOKED, by=by, about=held, patient_id=patient.pk, detail={"option": held.option})
        ensure_exam(by=by, patient_id=patient.pk, option=held.option, now=now)
        letters.send_confirmation(by=by, appointment=held, now=now)
    return held


def book_at(
    *,
    by: Actor,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str,
    start: datetime,
    patient: Patient,
    now: datetime,
    provider_id: int | None = None,
    screening: Screening | None = None,
    idempotency_key: str = "",
) -> Appointment:
    """Hold and book in one step, all or nothing. Errors as ``hold`` and ``book``."""
    if idempotency_key:
        done = Appointment.objects.filter(clinic_id=by.clinic_id, idempotency_key=idempotency_key).first()
        if done is not None:
            if done.patient_id != patient.pk or done.starts_at != start or done.option != option_id:
                raise Conflict("This idempotency key was used for another booking. Use a new one.")
            return done
    with transaction.atomic():
        held = hold(
            by=by,
            option_id=option_id,
            areas=areas,
            location_id=location_id,
            start=start,
            now=now,
            provider_id=provider_id,
            screening=screening,
        )
        return book(by=by, appointment=held, patient=patient, now=now, idempotency_key=idempotency_key)


def move(
    *, by: Actor, appointment: Appointment, start: datetime, now: datetime, provider_id: int | None = None
) -> Appointment:
    """Move a booking; the old time is given back only if the new one is taken.

    Raises ``JustTaken``, or ``Conflict`` when the appointment can no longer be moved.
    """
    by.require(BOOK)
    with transaction.atomic():
        booked = _locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        if booked.state != S.BOOKED or booked.starts_at <= now:
            raise Conflict("This appointment can no longer be moved. Call the clinic and we will find a way.")
        before = booked.starts_at
        option = offered(by.clinic_id, booked.option)
        booked.edition_id = option.edition_id
        booked.calendar_sequence += 1
        _take_time(booked, option, start, by=by, now=now, provider_id=provider_id)
        if booked.patient is not None:
            _require_bookable(by, booked.patient, booked)
        _note_status(booked, by=by, now=now, reason=f"moved from {before:%Y-%m-%d %H:%M} UTC")
        audit.record(
            MOVED, by=by, about=booked, patient_id=booked.patient_id, detail={"from": before, "to": booked.starts_at}
        )
        letters.send_confirmation(by=by, appointment=booked, now=now, moved_from=before)
    return booked


def cancel(*, by: Actor, appointment: Appointment, now: datetime, reason: str = "") -> Appointment:
    """Cancel a booking, free its time, stop its messages and tell the patient.

    Raises ``Conflict`` when it is over or already cancelled.
    """
    by.require(BOOK)
    with transaction.atomic():
        booked = _locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        booked.calendar_sequence += 1
        _set_state(booked, S.CANCELLED, by=by, now=now, reason=reason)
        booked.claims.update(is_active=False)
        audit.record(CHANGED, by=by, about=booked, patient_id=booked.patient_id, detail={"state": S.CANCELLED})
        letters.send_cancellation(by=by, appointment=booked, now=now)
    return booked


def change_state(*, by: Actor, appointment: Appointment, state: str, now: datetime, reason: str = "") -> Appointment:
    """Check a patient in, take it back, record that they did not come. Raises ``Conflict`` when impossible."""
    by.require(RUN_DAY)
    with transaction.atomic():
        row = _locked(queries.appointment(by, appointment.pk))
        _set_state(row, state, by=by, now=now, reason=reason)
        if state == S.NO_SHOW:
            row.claims.update(is_active=False)
        audit.record(CHANGED, by=by, about=row, patient_id=row.patient_id, detail={"state": state})
    return row


def release_stale_holds(*, now: datetime) -> int:
    """Give back the times of holds that have lapsed; return how many. Run by the worker in any scope."""
    count = 0
    stale = Appointment.objects.filter(state=S.HELD, hold_expires_at__lte=now).order_by("pk")[:500]
    for row in stale:
        release_hold(by=Actor.system(row.clinic_id, "hold cleaner"), appointment=row, now=now)
        count += 1
    return count


# --- the parts ------------------------------------------------------------------------------


def _require_bookable(by: Actor, patient: Patient, appointment: Appointment) -> None:
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    holds = people.active_holds(by, patient.pk)
    if holds:
        raise Blocked(
            "We cannot book this online right now. Please call the clinic.",
            reasons=[hold_.reason for hold_ in holds] if by.is_staff else [],
            code="patient-on-hold",
        )
    candidacy.require_clearance(by, patient_id=patient.pk, option_id=appointment.option, on=on, purpose="book")


def _take_time(
    appointment: Appointment,
    option: OfferedOption,
    start: datetime,
    *,
    by: Actor,
    now: datetime,
    provider_id: int | None,
) -> None:
    """Give ``appointment`` the time ``start`` and claims to match, saving both.

    Looks for resources, locks them, and tries again with what is left when somebody was faster.
    """
    place = appointment.location
    on = clock.day_in(place.time_zone, start)
    for _ in range(_TRIES):
        found = availability.search(
            option,
            appointment.areas,
            place,
            first=on,
            last=on,
            now=now,
            provider_id=provider_id,
            without_notice=by.is_staff or by.kind == "system",
            ignoring=appointment.pk,
        )
        wanted = tick_of(start) - found.window.origin
        match = next((candidate for candidate in found.starts if candidate.bit == wanted), None)
        if match is None or found.window.moment(wanted) != start:
            raise JustTaken("That time is not free any more. Choose another; nothing was booked.")
        if _claim(appointment, found.plan, _chosen(match), found.resources, start, by=by, now=now):
            return
    raise JustTaken("That time was taken a moment ago. Choose another; nothing was booked.")


def _chosen(start: Start) -> dict[str, int]:
    return {kind: ids[0] for kind, ids in start.choices}


def _claim(
    appointment: Appointment,
    plan: Plan,
    chosen: Mapping[str, int],
    resources: Mapping[int, Resource],
    start: datetime,
    *,
    by: Actor,
    now: datetime,
) -> bool:
    """Write the appointment and its claims; return ``False`` when a resource was taken meanwhile."""
    is_new = appointment.pk is None
    appointment.starts_at = start
    appointment.ends_at = start + timedelta(minutes=plan.minutes)
    appointment.provider = resources[chosen["provider"]]
    try:
        with transaction.atomic():
            _lock_resources(chosen.values())
            _drop_stale_holds(chosen.values(), by=by, now=now)
            if is_new:
                appointment.save(force_insert=True)
                _note_status(appointment, by=by, now=now)
                audit.record(HELD, by=by, about=appointment, detail={"option": appointment.option})
            else:
                appointment.claims.filter(is_active=True).update(is_active=False)
                appointment.save()
            Claim.objects.bulk_create(_claims_of(appointment, plan, chosen, start))
    except (IntegrityError, OperationalError) as error:
        if not isinstance(error.__cause__, postgres_errors.ExclusionViolation | postgres_errors.DeadlockDetected):
            raise
        if is_new:
            appointment.pk = None
        return False
    return True


def _claims_of(appointment: Appointment, plan: Plan, chosen: Mapping[str, int], start: datetime) -> list[Claim]:
    claims = []
    for need in plan.needs:
        begins, ends = start + timedelta(minutes=need.start), start + timedelta(minutes=need.end)
        claims.append(
            Claim(
                clinic_id=appointment.clinic_id,
                appointment=appointment,
                resource_id=chosen[need.kind],
                phase=need.phase,
                phase_starts_at=begins,
                phase_ends_at=ends,
                period=(begins - timedelta(minutes=need.before), ends + timedelta(minutes=need.after)),
            )
        )
    return claims


def _lock_resources(ids: Iterable[int]) -> None:
    # Sorted, and without touching foreign keys: two bookings meet at the first resource they share.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM clinic_resource WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(set(ids))]
        )


def _drop_stale_holds(resource_ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    stale = Appointment.objects.filter(
        state=S.HELD,
        hold_expires_at__lte=now,
        claims__resource_id__in=list(resource_ids),
        claims__is_active=True,
    ).distinct()
    for row in stale:
        release_hold(by=by, appointment=row, now=now)


def _locked(appointment: Appointment) -> Appointment:
    row = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("patient", "location")
        .filter(pk=appointment.pk)
        .first()
    )
    if row is None:
        raise NotFound("We could not find that appointment.")
    return row


def _set_state(appointment: Appointment, state: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Change the state along the one table of transitions; add the row that remembers it."""
    if state not in MAY_BECOME[appointment.state]:
        is_now = S(appointment.state).label.lower()
        raise Conflict(f"This appointment is {is_now}; it cannot become {S(state).label.lower()}.")
    appointment.state = state
    appointment.save()
    _note_status(appointment, by=by, now=now, reason=reason)


def _note_status(appointment: Appointment, *, by: Actor, now: datetime, reason: str = "") -> None:
    AppointmentStatus.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        state=appointment.state,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
        reason=reason,
    )
