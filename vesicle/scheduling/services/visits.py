"""Several treatments one after the other in one visit: booked, moved and cancelled as one, each past its gates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.clinic.models import Location
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, NotFound
from vesicle.people.models import Patient
from vesicle.scheduling import queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.charges import CLINIC, PATIENT, charge, take_back_move, wish_of
from vesicle.scheduling.combining import require_combinable
from vesicle.scheduling.course_letters import tell_together
from vesicle.scheduling.domain.fees import Lapse
from vesicle.scheduling.gates import require_bookable
from vesicle.scheduling.idempotency import fingerprint, once
from vesicle.scheduling.models import Appointment, Notice
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.policy import accept, in_force
from vesicle.scheduling.services.bookings import MOVED, cancel, follow_up, remember_exceptions
from vesicle.scheduling.services.courses import NOTHING, Agreed
from vesicle.scheduling.states import locked, note_status, set_state
from vesicle.scheduling.taking import begun
from vesicle.scheduling.taking_visits import take_visit

S = Appointment.State

VISIT_BOOKED = audit.define("visit.booked", "booked several treatments in one visit")
VISIT_MOVED = audit.define("visit.moved", "moved a visit of several treatments")
VISIT_CANCELLED = audit.define("visit.cancelled", "cancelled a visit of several treatments")


def book_visit(
    *,
    by: Actor,
    patient: Patient,
    parts: Sequence[tuple[str, Sequence[str]]],
    location_id: int | str | Location,
    start: datetime,
    now: datetime,
    pause_minutes: int = 0,
    provider_id: int | None = None,
    idempotency_key: str = "",
    combined_because: str = "",
    agreed: Agreed = NOTHING,
) -> list[Appointment]:
    """Book parts (what, on which areas) one after the other from ``start``, in one transaction, or none of them.

    Every part is an appointment of its own, with its own gates, claims and price; they share ``visit``. Parts that no
    protocol names together need a provider's reason, ``combined_because``. A retry with the same ``idempotency_key``
    returns the visit booked the first time. Raises ``Blocked`` for parts that may not follow each other and for a
    closed gate, ``JustTaken`` when the time is not free for all of it.
    """
    by.require(BOOK)
    whats = [bookable(by.clinic_id, option) for option, _ in parts]
    on_say_so = require_combinable(by, whats, combined_because)
    place = queries.location(by, location_id)
    asked = ("visit", patient.pk, [(option, sorted(areas)) for option, areas in parts], place.pk, start.timestamp())

    def make() -> Appointment:
        visit = uuid4()
        rows = [
            begun(by, what, areas, place, now, agreed.screening if what.offer else None)
            for what, (_, areas) in zip(whats, parts, strict=True)
        ]
        for row in rows:
            row.visit, row.patient, row.note, row.starts_at = visit, patient, agreed.note, start
        if idempotency_key:
            rows[0].idempotency_key, rows[0].idempotency_print = idempotency_key, fingerprint(asked)
        policy = in_force(by.clinic_id, now)
        with transaction.atomic():
            take_visit(rows, whats, start, by=by, now=now, pause_minutes=pause_minutes, provider_id=provider_id)
            for row in rows:
                # Asked while it is a hold: the parts before it are known then, and nobody else has the time.
                passed = require_bookable(by, patient, row, policy=policy, exceptions=agreed.exceptions)
                row.hold_expires_at = None
                set_state(row, S.BOOKED, by=by, now=now, reason=combined_because[:300] if on_say_so else "")
                row.claims.filter(is_active=True).update(held_until=None)
                accept(row, policy, agreed.policy_accepted, by=by, now=now, language=agreed.language)
                follow_up(row, policy, passed, by=by, now=now, letters_later=False, told_apart=True)
            detail = {"parts": [what.id for what in whats], "because": combined_because if on_say_so else ""}
            audit.record(VISIT_BOOKED, by=by, about=rows[0], patient_id=patient.pk, detail=detail)
            tell_together(by=by, appointments=rows, kind=Notice.Kind.BOOKED, now=now)
        return rows[0]

    first = once(by, idempotency_key, asked, make)
    # Not through queries: a visitor may not read what is booked, but hears what they have just booked.
    rows = Appointment.objects.filter(clinic_id=by.clinic_id, visit=_visit_of(first))
    return list(rows.select_related("patient", "location", "provider", "service").order_by("starts_at", "pk"))


def move_visit(
    *,
    by: Actor,
    visit: UUID,
    start: datetime,
    now: datetime,
    pause_minutes: int = 0,
    resource_ids: Collection[int] = (),
    at_wish_of: str = "",
    takes_back: bool = False,
    exceptions: Mapping[str, str] | None = None,
) -> list[Appointment]:
    """Move all parts of a visit together to ``start``; the old time is free only once the new one is taken.

    ``resource_ids`` asks for these alone where their kind is needed, whichever part they serve. Each part is charged by
    what was agreed for it. Arguments and errors as ``services.move``, ``NotFound`` for a visit that is not there.
    """
    by.require(BOOK)
    takes_back = takes_back and by.is_staff
    wish = CLINIC if takes_back else wish_of(by, at_wish_of)
    with transaction.atomic():
        rows = _locked_parts(by, visit)
        if any(row.state != S.BOOKED or row.starts_at <= now for row in rows):
            raise Conflict(_("This visit can no longer be moved. Call the clinic and we will find a way."))
        before = {row.pk: row.starts_at for row in rows}
        whats = [bookable(by.clinic_id, row.option) for row in rows]
        for row, what in zip(rows, whats, strict=True):
            row.edition_id = what.offer.edition_id if what.offer else None
            row.calendar_sequence += 1
            row.confirmed_at = None
        if len(rows) == 1:
            raise Conflict(_("Only one part of this visit is left. Move that appointment."))
        take_visit(rows, whats, start, by=by, now=now, pause_minutes=pause_minutes, resource_ids=resource_ids)
        for row in rows:
            if row.patient is not None:
                passed = require_bookable(by, row.patient, row, exceptions=exceptions)
                remember_exceptions(row, passed, by=by, now=now)
            old = before[row.pk]
            if wish == PATIENT:
                charge(row, Lapse.LATE_MOVE, by=by, now=now, starts_at=old)
            if takes_back:
                take_back_move(row, by=by, now=now)
            note_status(row, by=by, now=now, reason=f"moved from {old:%Y-%m-%d %H:%M} UTC, with its visit")
            moved = {"from": old, "to": row.starts_at, "at_wish_of": wish}
            audit.record(MOVED, by=by, about=row, patient_id=row.patient_id, detail=moved)
        audit.record(VISIT_MOVED, by=by, about=rows[0], patient_id=rows[0].patient_id, detail={"parts": len(rows)})
        tell_together(by=by, appointments=rows, kind=Notice.Kind.MOVED, now=now, moved_from=before)
    return rows


def cancel_visit(*, by: Actor, visit: UUID, now: datetime, reason: str = "", at_wish_of: str = "") -> list[Appointment]:
    """Cancel every part of a visit that is booked, with one letter. One part alone: ``services.cancel``."""
    by.require(BOOK)
    with transaction.atomic():
        rows = _locked_parts(by, visit)
        gone = [
            cancel(by=by, appointment=row, now=now, reason=reason, at_wish_of=at_wish_of, told_apart=True)
            for row in rows
        ]
        audit.record(VISIT_CANCELLED, by=by, about=gone[0], patient_id=gone[0].patient_id, detail={"parts": len(gone)})
        tell_together(by=by, appointments=gone, kind=Notice.Kind.CANCELLED, now=now)
    return gone


def _locked_parts(by: Actor, visit: UUID) -> list[Appointment]:
    """Return the parts that are booked, in the order of time, locked in the order that everybody keeps."""
    found = [row for row in queries.parts_of(by, visit) if row.state == S.BOOKED]
    if not found:
        raise NotFound(_("We could not find that visit. It may be cancelled already."))
    rows = [locked(row) for row in sorted(found, key=lambda row: row.pk)]
    return sorted(rows, key=lambda row: (row.starts_at, row.pk))


def _visit_of(row: Appointment) -> UUID:
    if row.visit is None:
        raise Conflict(_("This appointment is not part of a visit of several treatments."))
    return row.visit
