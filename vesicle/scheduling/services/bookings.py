"""Book, move, cancel: each one transaction, all or nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy.models import Screening
from vesicle.candidacy.services import ensure_exam
from vesicle.clinic.models import Location
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.people.models import Patient
from vesicle.scheduling import queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.charges import CLINIC, PATIENT, charge, end_deposit, take_back_move, waive, wish_of
from vesicle.scheduling.domain.fees import Lapse
from vesicle.scheduling.gates import Passed, require_bookable
from vesicle.scheduling.idempotency import once
from vesicle.scheduling.models import Appointment, CancellationPolicy, GateException, Notice
from vesicle.scheduling.notices import tell
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.policy import accept, in_force
from vesicle.scheduling.prepayment import ask_for
from vesicle.scheduling.prices import deposit_of
from vesicle.scheduling.services.holds import require_held
from vesicle.scheduling.states import CHANGED, locked, note_status, set_state
from vesicle.scheduling.taking import Wanted, begun, take_time

S = Appointment.State

BOOKED = audit.define("appointment.booked", "booked an appointment")
MOVED = audit.define("appointment.moved", "moved an appointment")
LET_THROUGH = audit.define("appointment.let-through", "booked in spite of a gate, with a reason")


def book(
    *,
    by: Actor,
    appointment: Appointment,
    patient: Patient,
    now: datetime,
    note: str = "",
    letters_later: bool = False,
    policy_accepted: int | None = None,
    policy_at: datetime | None = None,
    language: str = "en",
    exceptions: Mapping[str, str] | None = None,
    pay_later: bool = False,
) -> Appointment:
    """Turn a hold into a booking for ``patient``, send the invitation and plan the reminder.

    Booking the same hold for the same patient again returns the booking made the first time. ``letters_later``
    leaves the letters to the worker. ``policy_accepted`` is the version of the cancellation policy that was read in
    ``language``, of those in force at ``policy_at`` (now). ``exceptions`` maps gates to the reason for letting this
    patient through; ``pay_later`` lets a deposit follow. Raises ``Blocked`` when a gate is closed, ``Invalid`` when a
    policy was not accepted, ``JustTaken`` when the held time was given away.
    """
    by.require(BOOK)
    with transaction.atomic():
        held = locked(appointment)
        if held.state == S.BOOKED and held.patient_id == patient.pk:
            return held
        require_held(held)
        policy = in_force(held.clinic_id, policy_at or now)
        passed = require_bookable(by, patient, held, policy=policy, exceptions=exceptions, pay_later=pay_later)
        held.patient = patient
        held.hold_expires_at = None
        held.note = note
        set_state(held, S.BOOKED, by=by, now=now)
        held.claims.filter(is_active=True).update(held_until=None)
        accept(held, policy, policy_accepted, by=by, now=now, language=language)
        follow_up(held, policy, passed, by=by, now=now, letters_later=letters_later)
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
    policy_accepted: int | None = None,
    language: str = "en",
    exceptions: Mapping[str, str] | None = None,
    pay_later: bool = False,
    made_for: str = "",
) -> Appointment:
    """Take a time and book it in one step, all or nothing. Arguments and errors as ``hold`` and ``book``.

    A retry with the same ``idempotency_key`` returns the booking made the first time, also where both arrive at the
    same instant; the key of another booking raises ``Invalid``.
    """
    by.require(BOOK)
    asked = ("book", patient.pk, option_id, sorted(areas), str(location_id), start.timestamp(), made_for)

    def make() -> Appointment:
        what = bookable(by.clinic_id, option_id)
        rules = queries.booking_rules(by.clinic_id)
        policy = in_force(by.clinic_id, now, rules=rules)
        more = {"key": idempotency_key, "made_for": made_for}
        booked = begun(by, what, areas, location_id, now, screening, asked=asked, rules=rules, **more)
        booked.patient, booked.note = patient, note
        booked.state, booked.hold_expires_at = S.BOOKED, None
        booked.starts_at = start
        with transaction.atomic():
            passed = require_bookable(by, patient, booked, policy=policy, exceptions=exceptions, pay_later=pay_later)
            take_time(booked, what, start, by=by, now=now, wanted=Wanted(provider_id, resource_ids))
            accept(booked, policy, policy_accepted, by=by, now=now, language=language)
            follow_up(booked, policy, passed, by=by, now=now, letters_later=letters_later)
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
    at_wish_of: str = "",
    takes_back: bool = False,
    exceptions: Mapping[str, str] | None = None,
) -> Appointment:
    """Move a booking; the old time is given back only if the new one is taken.

    ``at_wish_of`` is ``patient`` or ``clinic``; without it staff move for the clinic and everybody else for the
    patient. At the patient's wish a move that comes too late counts like a late cancellation. ``takes_back``: staff
    undo their own move of a moment ago, at nobody's cost (see ``charges.take_back_move``). Raises ``JustTaken``, a
    closed gate's ``Blocked``, or ``Conflict`` when the appointment can no longer be moved.
    """
    by.require(BOOK)
    takes_back = takes_back and by.is_staff
    wish = CLINIC if takes_back else wish_of(by, at_wish_of)
    with transaction.atomic():
        booked = locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        if booked.state != S.BOOKED or booked.starts_at <= now:
            raise Conflict(_("This appointment can no longer be moved. Call the clinic and we will find a way."))
        before = booked.starts_at
        what = bookable(by.clinic_id, booked.option)
        booked.edition_id = what.offer.edition_id if what.offer else None
        booked.calendar_sequence += 1
        booked.confirmed_at = None
        take_time(booked, what, start, by=by, now=now, wanted=Wanted(provider_id, resource_ids))
        if booked.patient is not None:
            passed = require_bookable(by, booked.patient, booked, exceptions=exceptions)
            remember_exceptions(booked, passed, by=by, now=now)
        if wish == PATIENT:
            charge(booked, Lapse.LATE_MOVE, by=by, now=now, starts_at=before)
        if takes_back:
            take_back_move(booked, by=by, now=now)
        note_status(booked, by=by, now=now, reason=f"moved from {before:%Y-%m-%d %H:%M} UTC")
        audit.record(
            MOVED,
            by=by,
            about=booked,
            patient_id=booked.patient_id,
            detail={"from": before, "to": booked.starts_at, "at_wish_of": wish},
        )
        tell(by=by, appointment=booked, kind=Notice.Kind.MOVED, now=now, moved_from=before)
    return booked


def cancel(
    *,
    by: Actor,
    appointment: Appointment,
    now: datetime,
    reason: str = "",
    at_wish_of: str = "",
    waive_because: str = "",
    told_apart: bool = False,
) -> Appointment:
    """Cancel a booking, free its time, stop its messages, tell the patient, and settle fee and deposit.

    ``at_wish_of`` is ``patient`` or ``clinic``; without it staff cancel for the clinic, which never costs anything, and
    everybody else for the patient. ``waive_because`` waives a fee at once, with that reason. ``told_apart``: the caller
    tells the patient, of several at once. Raises ``Conflict`` when it is over or already cancelled.
    """
    by.require(BOOK)
    wish = wish_of(by, at_wish_of)
    with transaction.atomic():
        booked = locked(queries.appointment(by, appointment.pk) if by.is_patient else appointment)
        booked.calendar_sequence += 1
        set_state(booked, S.CANCELLED, by=by, now=now, reason=reason)
        booked.claims.update(is_active=False)
        fee = charge(booked, Lapse.LATE_CANCELLATION, by=by, now=now) if wish == PATIENT else None
        if fee is not None and waive_because:
            waive(fee, by=by, now=now, reason=waive_because)
        end_deposit(booked, fee, by=by, now=now)
        detail = {"state": S.CANCELLED, "at_wish_of": wish}
        audit.record(CHANGED, by=by, about=booked, patient_id=booked.patient_id, detail=detail)
        if not told_apart:
            tell(by=by, appointment=booked, kind=Notice.Kind.CANCELLED, now=now)
    return booked


def follow_up(
    appointment: Appointment,
    policy: CancellationPolicy | None,
    passed: Sequence[Passed],
    *,
    by: Actor,
    now: datetime,
    letters_later: bool,
    told_apart: bool = False,
) -> None:
    """Do what follows from a booking: the audit trail, the examination and the deposit it needs, the letters.

    ``told_apart``: the caller tells the patient, of several at once.
    """
    patient_id = appointment.patient_id or 0
    remember_exceptions(appointment, passed, by=by, now=now)
    if appointment.patient is not None and (money := deposit_of(policy, appointment)) is not None:
        ask_for(appointment, appointment.patient, money, by=by, now=now)
    audit.record(BOOKED, by=by, about=appointment, patient_id=patient_id, detail={"option": appointment.option})
    if appointment.treats:
        ensure_exam(by=by, patient_id=patient_id, option=appointment.option, now=now)
    if not told_apart:
        tell(by=by, appointment=appointment, kind=Notice.Kind.BOOKED, now=now, later=letters_later)


def remember_exceptions(appointment: Appointment, passed: Sequence[Passed], *, by: Actor, now: datetime) -> None:
    """Keep which closed gates somebody was let through, by whom and why."""
    for one in passed:
        GateException.objects.create(
            clinic_id=appointment.clinic_id,
            appointment=appointment,
            gate=one.standing.gate,
            refused=one.standing.says[:300],
            reason=one.reason,
            at=now,
            by_id=by.id,
            by_name=by.name,
        )
        detail = {"gate": one.standing.gate, "reason": one.reason}
        audit.record(LET_THROUGH, by=by, about=appointment, patient_id=appointment.patient_id, detail=detail)
