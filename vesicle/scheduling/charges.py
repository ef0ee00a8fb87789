"""What follows in money when a visit does not take place as booked: fees, and what becomes of a deposit.

At the wish of the clinic (sickness, a broken device, a held record) nothing is ever counted or charged.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Sum

from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.people.models import Patient
from vesicle.scheduling.domain.fees import COUNTED_FOR, Charge, Due, Lapse, Terms, counted, due_for, is_late, settle
from vesicle.scheduling.models import Appointment, Deposit, Fee, FeeEntry, PolicyAcceptance
from vesicle.scheduling.permissions import WAIVE_FEE
from vesicle.scheduling.policy import accepted
from vesicle.scheduling.prepayment import change

PATIENT, CLINIC = "patient", "clinic"
LIFTED = (FeeEntry.Kind.WAIVED, FeeEntry.Kind.WITHDRAWN)
SLIP = timedelta(minutes=10)
"""How long a move may be taken back as if it had not been; later, a fee can only be waived, by those who may."""


def wish_of(by: Actor, said: str) -> str:
    """Return whose wish a change is: as ``said``, else the patient's own acts are theirs and the staff's the clinic's.

    A patient acts at the clinic's wish where they take a new time because the old one could not stay; pages never ask
    them. Raises ``Invalid`` for another word.
    """
    if not said:
        return PATIENT if by.kind in ("patient", "visitor", "integrator") else CLINIC
    if said not in (PATIENT, CLINIC):
        raise Invalid("Say whose wish it is: the patient's or the clinic's.", fields={"wish_of": "patient or clinic"})
    return said


def charge(
    appointment: Appointment, lapse: Lapse, *, by: Actor, now: datetime, starts_at: datetime | None = None
) -> Fee | None:
    """Count a lapse and say what it costs, by the policy accepted for this appointment; ``None`` where it is none.

    ``starts_at`` is when the visit would have been, where the appointment has moved on already.
    """
    agreed = accepted(appointment)
    patient = appointment.patient
    if agreed is None or patient is None:
        return None
    # Two cancellations at once would both take the last free chance.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    visit_at = starts_at or appointment.starts_at
    due = _due(agreed, lapse, patient.pk, visit_at, appointment.created_at, now)
    if due is None:
        return None
    return Fee.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        patient=patient,
        policy=agreed.policy,
        kind=lapse.value,
        amount=due.amount,
        currency=agreed.currency,
        because=str(due.because),
        visit_at=visit_at,
        at=now,
        by_name=by.name,
    )


def foreseen(appointment: Appointment, lapse: Lapse, *, now: datetime, after: int = 0) -> Due | None:
    """Return what a lapse would cost now, to be said before anything happens; ``None`` where it costs nothing.

    ``after`` is how many lapses the same act counts before this one, as for the parts of a visit.
    """
    agreed = accepted(appointment)
    if agreed is None or appointment.patient_id is None:
        return None
    return _due(agreed, lapse, appointment.patient_id, appointment.starts_at, appointment.created_at, now, after)


def lapses_counted(clinic_id: int, patient_id: int, *, at: datetime) -> int:
    """Return how many lapses of a patient count at a moment: of the last year, without waived and withdrawn ones."""
    rows = Fee.objects.filter(clinic_id=clinic_id, patient_id=patient_id, at__gt=at - COUNTED_FOR)
    return counted(rows.exclude(entries__kind__in=LIFTED).values_list("at", flat=True), at=at)


def _due(
    agreed: PolicyAcceptance,
    lapse: Lapse,
    patient_id: int,
    visit_at: datetime,
    booked_at: datetime,
    now: datetime,
    after: int = 0,
) -> Due | None:
    terms = agreed.policy.terms
    if lapse != Lapse.NO_SHOW and not is_late(terms, starts_at=visit_at, booked_at=booked_at, at=now):
        return None
    earlier = lapses_counted(agreed.clinic_id, patient_id, at=now) + after
    return due_for(lapse, terms, price=agreed.price, earlier=earlier)


def end_deposit(appointment: Appointment, fee: Fee | None, *, by: Actor, now: datetime) -> Deposit | None:
    """Decide about the deposit of a visit that does not take place: give it back, or keep it for the fee."""
    deposit = (
        Deposit.objects.select_for_update(no_key=True)
        .filter(appointment=appointment, state__in=[Deposit.State.ASKED, Deposit.State.PAID])
        .first()
    )
    if deposit is None:
        return None
    if deposit.state == Deposit.State.ASKED:
        return change(deposit, Deposit.State.DROPPED, by=by, now=now, amount=0)
    amount = fee.amount if fee is not None and not is_lifted(fee) else 0
    terms = fee.policy.terms if fee is not None else Terms(late_hours=0, late=Charge(), no_show=Charge())
    found = settle(terms, fee=amount, deposit=deposit.amount)
    if fee is not None and amount - found.owed:
        add_entry(fee, FeeEntry.Kind.DEPOSIT, amount - found.owed, by=by, now=now)
    deposit.returned = found.returned
    if found.returned:
        return change(deposit, Deposit.State.REFUND_DUE, by=by, now=now, amount=found.returned)
    return change(deposit, Deposit.State.KEPT, by=by, now=now, amount=found.kept)


def came_after_all(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Withdraw the fee of a visit that was thought missed; a deposit that was kept counts for the visit again."""
    for fee in Fee.objects.filter(appointment=appointment, kind=Fee.Kind.NO_SHOW).exclude(entries__kind__in=LIFTED):
        add_entry(fee, FeeEntry.Kind.WITHDRAWN, open_amount(fee), by=by, now=now, reason="came after all")
    kept = Deposit.objects.select_for_update(no_key=True).filter(appointment=appointment, state=Deposit.State.KEPT)
    for deposit in kept:
        change(deposit, Deposit.State.PAID, by=by, now=now, amount=deposit.amount, note="came after all")


def take_back_move(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Withdraw what a move counted, where whoever made it puts the visit back to that very time within ``SLIP``.

    So undo is no way of waiving for those who may not: somebody else's move, or one of the day before, stays counted.
    """
    fees = Fee.objects.filter(appointment=appointment, kind=Fee.Kind.LATE_MOVE, visit_at=appointment.starts_at)
    for fee in fees.filter(by_name=by.name, at__gt=now - SLIP).exclude(entries__kind__in=LIFTED):
        add_entry(fee, FeeEntry.Kind.WITHDRAWN, open_amount(fee), by=by, now=now, reason="the move was taken back")


def waive(fee: Fee, *, by: Actor, now: datetime, reason: str) -> FeeEntry:
    """Waive what is left of a fee; what the deposit paid of it is given back.

    Raises ``NotPermitted`` for a role that the policy does not name, ``Invalid`` without a reason, ``Conflict`` where
    there is nothing left to waive.
    """
    by.require(WAIVE_FEE)
    roles = {role.value for role in by.roles}
    if by.kind == "staff" and not roles & set(fee.policy.waivers):
        named = ", ".join(sorted(fee.policy.waivers)) or "nobody"
        raise NotPermitted(f"Policy {fee.policy.number} lets these roles waive fees: {named}.")
    if not reason.strip():
        raise Invalid("Say why it is waived; the reason is kept.", fields={"reason": "Give a reason."})
    if is_lifted(fee):
        raise Conflict("This fee is waived or withdrawn already.")
    entry = add_entry(fee, FeeEntry.Kind.WAIVED, open_amount(fee), by=by, now=now, reason=reason.strip()[:300])
    rows = Deposit.objects.select_for_update(no_key=True).filter(
        appointment_id=fee.appointment_id,
        state__in=[Deposit.State.KEPT, Deposit.State.REFUND_DUE, Deposit.State.REFUNDED, Deposit.State.REFUND_FAILED],
    )
    for deposit in rows:
        if deposit.returned < deposit.amount:
            deposit.returned = deposit.amount
            # Where the card refused before, the rest does not go there either.
            has_failed = deposit.state == Deposit.State.REFUND_FAILED
            after = Deposit.State.REFUND_FAILED if has_failed else Deposit.State.REFUND_DUE
            change(deposit, after, by=by, now=now, amount=deposit.amount, note="the fee was waived")
    return entry


def add_entry(
    fee: Fee, kind: str, amount: int, *, by: Actor, now: datetime, reason: str = "", receipt: str = ""
) -> FeeEntry:
    """Append what became of a fee."""
    return FeeEntry.objects.create(
        clinic_id=fee.clinic_id,
        fee=fee,
        kind=kind,
        amount=amount,
        reason=reason,
        receipt=receipt,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
    )


def is_lifted(fee: Fee) -> bool:
    """Whether a fee was waived or withdrawn."""
    return FeeEntry.objects.filter(fee=fee, kind__in=LIFTED).exists()


def open_amount(fee: Fee) -> int:
    """Return what is still owed of a fee."""
    if is_lifted(fee):
        return 0
    settled = FeeEntry.objects.filter(fee=fee).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(fee.amount - settled)
