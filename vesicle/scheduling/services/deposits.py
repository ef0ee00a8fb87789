"""Deposits: asked, paid at the desk or on a payment page, given back at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.models import Patient
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.deposits.backends import DESK, Wanted, online
from vesicle.scheduling.models import Appointment, Deposit
from vesicle.scheduling.permissions import BOOK, TAKE_MONEY
from vesicle.scheduling.policy import in_force
from vesicle.scheduling.prepayment import RETURN, D, ask_for, change, locked_deposit, still_to_return
from vesicle.scheduling.prices import deposit_of
from vesicle.scheduling.states import S, locked

DEPOSIT_ASKED = audit.define("deposit.asked", "was asked for a deposit")
DEPOSIT_PAID = audit.define("deposit.paid", "recorded that a deposit was paid")
DEPOSIT_RETURNED = audit.define("deposit.returned", "gave a deposit back")

CHECKOUT_FOR = timedelta(minutes=31)
"""Payment services keep a page for half an hour at least; a minute more allows for clocks that differ."""
_REUSE_UNTIL = timedelta(minutes=2)


def mark_paid(*, by: Actor, deposit: Deposit, receipt: str, now: datetime) -> Deposit:
    """Mark a deposit as paid at the desk. Raises ``Invalid`` without a receipt number, ``Conflict``."""
    by.require(TAKE_MONEY)
    _need_receipt(receipt)
    with transaction.atomic():
        row = locked_deposit(by, deposit)
        if row.state != D.ASKED:
            raise Conflict(f"This deposit is {D(row.state).label.lower()}; there is nothing to pay.")
        row.backend = DESK
        change(row, D.PAID, by=by, now=now, amount=row.amount, receipt=receipt.strip())
        audit.record(DEPOSIT_PAID, by=by, about=row, patient_id=row.patient_id, detail={"amount": row.amount})
    return row


def mark_returned(*, by: Actor, deposit: Deposit, receipt: str, now: datetime) -> Deposit:
    """Mark a deposit as given back at the desk. Raises ``Invalid`` without a receipt number, ``Conflict``."""
    by.require(TAKE_MONEY)
    _need_receipt(receipt)
    with transaction.atomic():
        row = locked_deposit(by, deposit)
        left = still_to_return(row)
        change(row, D.REFUNDED, by=by, now=now, amount=left, receipt=receipt.strip())
        audit.record(DEPOSIT_RETURNED, by=by, about=row, patient_id=row.patient_id, detail={"amount": left})
    return row


def start_payment(
    *,
    by: Actor,
    appointment: Appointment,
    patient: Patient,
    now: datetime,
    back_to: str,
    give_up_to: str,
    note: str = "",
    policy_accepted: int | None = None,
    language: str = "en",
) -> Deposit:
    """Open the payment page for the deposit of a hold or a booking; asking again opens the same page.

    What the person typed is kept with the deposit, so that the hold is booked when the money arrives. The payment page
    leads back to ``back_to``, with ``{deposit}`` where the deposit's sealed number goes, or to ``give_up_to``. Raises
    ``Conflict`` when nothing is to be paid or the payment service cannot be reached.
    """
    by.require(BOOK)
    service = online()
    if service is None:
        raise Conflict(_("Deposits cannot be paid by card here. Call the clinic to book this."))
    wish: dict[str, object] = {"note": note, "policy": policy_accepted, "language": language}
    with transaction.atomic():
        row = locked(appointment)
        deposit = _asked(row, patient, by=by, now=now, wish=wish)
        if deposit.state != D.ASKED:
            raise Conflict(_("This deposit is paid already."))
        if deposit.checkout_until is None or deposit.checkout_until - _REUSE_UNTIL <= now:
            deposit.attempt += 1
            deposit.session = deposit.checkout_url = ""
            deposit.checkout_until = (now + CHECKOUT_FOR).replace(microsecond=0)
            deposit.save()
            audit.record(DEPOSIT_ASKED, by=by, about=deposit, patient_id=patient.pk, detail={"amount": deposit.amount})
    if deposit.checkout_url:
        return deposit
    # Outside the transaction: nobody waits for the payment service with a lock in hand. A twin of this request sends
    # the same question under the same key and is given the same page.
    checkout = service.ask(_wanted(deposit, row, patient, back_to, give_up_to))
    deposit.backend, deposit.session, deposit.checkout_url = service.name, checkout.session, checkout.url
    Deposit.objects.filter(pk=deposit.pk, attempt=deposit.attempt).update(
        backend=service.name, session=checkout.session, checkout_url=checkout.url
    )
    return deposit


def _asked(row: Appointment, patient: Patient, *, by: Actor, now: datetime, wish: dict[str, object]) -> Deposit:
    """Return the deposit to pay for a hold or booking, with what was typed. Raises ``Conflict`` if none is asked."""
    known = Deposit.objects.filter(appointment=row, state__in=[D.ASKED, D.PAID]).exists()
    money = deposit_of(in_force(row.clinic_id, now), row)
    if not known and (money is None or row.state not in (S.HELD, S.BOOKED)):
        raise Conflict(_("No deposit is needed for this."))
    if row.state == S.HELD and row.patient_id is None:
        row.patient = patient
        row.save(update_fields=["patient"])
    if money is None:
        return Deposit.objects.select_for_update(no_key=True).get(appointment=row, state__in=[D.ASKED, D.PAID])
    deposit = ask_for(row, patient, money, by=by, now=now)
    if deposit.state == D.ASKED and row.state == S.HELD:
        deposit.wish, deposit.patient = wish, patient
        deposit.save(update_fields=["wish", "patient"])
    return deposit


def _wanted(deposit: Deposit, row: Appointment, patient: Patient, back_to: str, give_up_to: str) -> Wanted:
    if deposit.checkout_until is None:
        raise Invalid("The payment page needs an end.")
    return Wanted(
        key=f"deposit-{deposit.pk}-{deposit.attempt}",
        reference=f"{deposit.clinic_id}.{deposit.pk}",
        amount=deposit.amount,
        currency=deposit.currency,
        what=_("Deposit: %(what)s") % {"what": _(of_appointment(row).title)},
        email=patient.email,
        back_to=back_to.replace("{deposit}", RETURN.sign(str(deposit.pk))),
        give_up_to=give_up_to,
        until=deposit.checkout_until,
    )


def _need_receipt(receipt: str) -> None:
    if not receipt.strip():
        raise Invalid("Write the number of the receipt.", fields={"receipt": "Write the number of the receipt."})
