"""What payment pages tell us, and money that goes back: never forgotten, never taken or given twice."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid, JustTaken, NotFound, VesicleError
from vesicle.core.scope import clinic_scope
from vesicle.people.identity import patient_actor
from vesicle.scheduling import money_letters
from vesicle.scheduling.deposits.backends import STRIPE, Payment, Refund, backend, online
from vesicle.scheduling.models import Appointment, Deposit, DepositEvent
from vesicle.scheduling.prepayment import D, change, locked_deposit, remember, still_to_return
from vesicle.scheduling.services.bookings import book
from vesicle.scheduling.services.deposits import DEPOSIT_PAID, DEPOSIT_RETURNED
from vesicle.scheduling.services.holds import hold
from vesicle.scheduling.states import S, locked

REFUND_FAILED = audit.define("deposit.refund-failed", "was told that a refund did not reach the card")
_AT_ONCE = 100
log = logging.getLogger(__name__)


def payment_arrived(*, by: Actor, payment: Payment, now: datetime) -> Deposit | None:
    """Take note of what became of a payment page; the same news any number of times, in any order, changes it once.

    A paid hold is booked, also where it had lapsed and its time is still free; where the time was given away, the money
    goes back. Returns the deposit, ``None`` when the payment is not one of ours.
    """
    found = Deposit.objects.filter(clinic_id=by.clinic_id, pk=payment.number).first()
    if found is None:
        return None
    with transaction.atomic():
        appointment = locked(found.appointment)
        deposit = Deposit.objects.select_for_update(no_key=True).select_related("patient").get(pk=found.pk)
        if not payment.is_paid:
            if payment.is_over and payment.session == deposit.session:
                _lapse(deposit, appointment, by=by, now=now)
            return deposit
        if deposit.payment == payment.payment and deposit.state != D.ASKED:
            return deposit
        if deposit.state not in (D.ASKED, D.DROPPED) or (payment.amount, payment.currency) != (
            deposit.amount,
            deposit.currency,
        ):
            return _extra(deposit, payment, by=by, now=now)
        deposit.payment, deposit.backend = payment.payment, STRIPE
        change(deposit, D.PAID, by=by, now=now, amount=payment.amount, receipt=payment.payment)
        audit.record(
            DEPOSIT_PAID, by=by, about=deposit, patient_id=deposit.patient_id, detail={"amount": deposit.amount}
        )
        _use(deposit, appointment, by=by, now=now)
    return deposit


def look_again(*, by: Actor, deposit: Deposit, now: datetime) -> Deposit:
    """Ask the payment service what became of a page, and act on it. Raises ``Conflict`` when it cannot be reached."""
    if not deposit.session or deposit.state not in (D.ASKED, D.DROPPED):
        return deposit
    return payment_arrived(by=by, payment=backend(deposit.backend).state(deposit.session), now=now) or deposit


def give_back(*, by: Actor, deposit: Deposit, now: datetime) -> Deposit:
    """Send back what is due of a deposit that was paid by card; doing it again sends nothing more.

    Raises ``Conflict`` when the payment service cannot be reached or refuses.
    """
    if deposit.state != D.REFUND_DUE or not deposit.payment:
        return deposit
    left = still_to_return(deposit)
    sent = backend(deposit.backend).refund(
        payment=deposit.payment,
        amount=left,
        key=f"refund-{deposit.pk}-{deposit.returned}",
        reference=f"{deposit.clinic_id}.{deposit.pk}",
    )
    with transaction.atomic():
        row = locked_deposit(by, deposit)
        if sent.why_failed:
            _fail(row, sent, by=by, now=now)
        elif row.state == D.REFUND_DUE and row.returned == deposit.returned:
            change(row, D.REFUNDED, by=by, now=now, amount=left, receipt=sent.number)
            audit.record(DEPOSIT_RETURNED, by=by, about=row, patient_id=row.patient_id, detail={"amount": left})
        elif row.state == D.REFUND_FAILED and not _is_noted(row, sent, D.REFUNDED):
            # An older refund failed while this one was sent: what went must not be given again at the desk.
            remember(row, by=by, now=now, amount=left, receipt=sent.number, state=D.REFUNDED)
            audit.record(DEPOSIT_RETURNED, by=by, about=row, patient_id=row.patient_id, detail={"amount": left})
    return row


def refund_told(*, by: Actor, refund: Refund, now: datetime) -> Deposit | None:
    """Take note of a refund that did not reach the card; the same news any number of times changes it once.

    Returns the deposit; ``None`` when the refund is not one of ours.
    """
    found = Deposit.objects.filter(clinic_id=by.clinic_id, pk=refund.deposit_id).first()
    if found is None or not refund.payment or found.payment != refund.payment:
        return None
    with transaction.atomic():
        row = locked_deposit(by, found)
        if refund.why_failed:
            _fail(row, refund, by=by, now=now)
    return row


def _fail(deposit: Deposit, refund: Refund, *, by: Actor, now: datetime) -> None:
    """Mark a locked deposit's refund as failed, once. News that overtook our own note of it makes that first."""
    if _is_noted(deposit, refund, D.REFUND_FAILED):
        return
    if not _is_noted(deposit, refund, D.REFUNDED):
        if deposit.state not in (D.REFUND_DUE, D.REFUND_FAILED):
            return
        change(deposit, D.REFUNDED, by=by, now=now, amount=refund.amount, receipt=refund.number)
    note = f"did not reach the card: {refund.why_failed}"
    change(deposit, D.REFUND_FAILED, by=by, now=now, amount=refund.amount, receipt=refund.number, note=note)
    detail = {"amount": refund.amount, "refund": refund.number, "why": refund.why_failed}
    audit.record(REFUND_FAILED, by=by, about=deposit, patient_id=deposit.patient_id, detail=detail)


def _is_noted(deposit: Deposit, refund: Refund, state: str) -> bool:
    return DepositEvent.objects.filter(deposit=deposit, state=state, receipt=refund.number).exists()


def settle_open_payments(*, now: datetime) -> int:
    """Give back what is due and look after pages whose news never came; return how many changed. For the worker.

    A deposit that fails is tried again in the next round; the others do not wait for it.
    """
    if online() is None:
        return 0
    due = Deposit.objects.filter(state=D.REFUND_DUE).exclude(payment="")
    unheard = Deposit.objects.filter(state=D.ASKED, checkout_until__lte=now).exclude(session="")
    count = 0
    waiting = [row for rows in (due, unheard) for row in rows.order_by("pk").values_list("pk", "clinic_id")[:_AT_ONCE]]
    for pk, clinic_id in waiting:
        by = Actor.system(clinic_id, "payments")
        with clinic_scope(clinic_id):
            row = Deposit.objects.get(pk=pk)
            before = row.state
            try:
                after = give_back if row.state == D.REFUND_DUE else look_again
                count += after(by=by, deposit=row, now=now).state != before
            except VesicleError as problem:
                log.warning("deposit %s: %s", pk, problem.message)
    return count


def _use(deposit: Deposit, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Do what was paid for: book the hold, or send the money back where the time is gone."""
    if appointment.state in (S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE):
        return
    try:
        if appointment.state not in (S.HELD, S.RELEASED):
            raise JustTaken("The appointment was cancelled before the payment arrived.")
        with transaction.atomic():
            _book(deposit, appointment, now=now)
    except (Blocked, Invalid, JustTaken, NotFound) as problem:
        deposit.refresh_from_db()
        deposit.returned = deposit.amount
        change(deposit, D.REFUND_DUE, by=by, now=now, amount=deposit.amount, note=problem.message)
        money_letters.send_returned(by=by, deposit=deposit, now=now)


def _book(deposit: Deposit, appointment: Appointment, *, now: datetime) -> None:
    """Book what was held for who paid; take the time once more where the hold was given back. Errors as ``book``."""
    by = patient_actor(deposit.patient)
    held = appointment
    if held.state == S.RELEASED:
        held = hold(
            by=Actor.system(by.clinic_id, "payments"),
            option_id=held.option,
            areas=held.areas,
            location_id=held.location_id,
            start=held.starts_at,
            now=now,
            provider_id=held.provider_id,
            screening=held.screening,
            made_for=held.made_for,
        )
        deposit.appointment = held
        deposit.save(update_fields=["appointment"])
    book(
        by=by,
        appointment=held,
        patient=deposit.patient,
        now=now,
        note=str(deposit.wish.get("note", "")),
        policy_accepted=deposit.wish.get("policy"),
        policy_at=deposit.asked_at,
        language=str(deposit.wish.get("language", "en")),
    )


def _extra(deposit: Deposit, payment: Payment, *, by: Actor, now: datetime) -> Deposit:
    """Send money back that nobody asked for: a deposit paid twice, or another amount than was asked."""
    rows = Deposit.objects.filter(clinic_id=deposit.clinic_id, payment=payment.payment)
    if (known := rows.first()) is not None:
        return known
    extra = Deposit.objects.create(
        clinic_id=deposit.clinic_id,
        appointment_id=deposit.appointment_id,
        patient=deposit.patient,
        backend=STRIPE,
        amount=payment.amount,
        returned=payment.amount,
        currency=payment.currency,
        state=D.REFUND_DUE,
        payment=payment.payment,
        asked_at=now,
    )
    remember(extra, by=by, now=now, amount=payment.amount, receipt=payment.payment, note="paid besides what was asked")
    audit.record(DEPOSIT_PAID, by=by, about=extra, patient_id=extra.patient_id, detail={"amount": extra.amount})
    return extra


def _lapse(deposit: Deposit, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Let a payment page end unpaid: a hold's deposit is not needed any more, a booking's can be asked for again."""
    if deposit.state != D.ASKED:
        return
    if appointment.state in (S.HELD, S.RELEASED, S.CANCELLED):
        change(deposit, D.DROPPED, by=by, now=now, amount=0, note="the payment page ended unpaid")
        return
    deposit.session = deposit.checkout_url = ""
    deposit.checkout_until = None
    deposit.save(update_fields=["session", "checkout_url", "checkout_until"])
