"""The states of a deposit: one table of what may become what, one way to change it, every change remembered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, Sum

from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, NotFound
from vesicle.people.models import Patient
from vesicle.scheduling.deposits.backends import DESK
from vesicle.scheduling.models import Appointment, Deposit, DepositEvent
from vesicle.scheduling.prices import Money

D = Deposit.State
RETURN = signing.Signer(salt="deposit-return")
"""Seals the number of a deposit in the address a payment page leads back to."""
MAY_BECOME: Mapping[str, frozenset[str]] = {
    D.ASKED: frozenset({D.PAID, D.DROPPED}),
    # Money may arrive for what nobody waits for any more; then it goes back.
    D.DROPPED: frozenset({D.PAID}),
    D.PAID: frozenset({D.KEPT, D.REFUND_DUE}),
    D.KEPT: frozenset({D.REFUND_DUE, D.PAID}),
    D.REFUND_DUE: frozenset({D.REFUND_DUE, D.REFUNDED, D.REFUND_FAILED}),
    # A bank may refuse days later what the payment service had sent.
    D.REFUNDED: frozenset({D.REFUND_DUE, D.REFUND_FAILED}),
    D.REFUND_FAILED: frozenset({D.REFUND_FAILED, D.REFUNDED}),
}
"""Every change of a deposit's state there is."""


def change(
    deposit: Deposit, state: str, *, by: Actor, now: datetime, amount: int, receipt: str = "", note: str = ""
) -> Deposit:
    """Change a deposit's state along the table, saving it with the event that remembers it. Raises ``Conflict``."""
    if state not in MAY_BECOME[deposit.state]:
        was, wanted = D(deposit.state).label.lower(), D(state).label.lower()
        raise Conflict(f"This deposit is '{was}'; it cannot become '{wanted}'.")
    deposit.state = state
    deposit.save()
    remember(deposit, by=by, now=now, amount=amount, receipt=receipt, note=note)
    return deposit


def ask_for(
    appointment: Appointment,
    patient: Patient,
    money: Money,
    *,
    by: Actor,
    now: datetime,
    backend: str = DESK,
    wish: Mapping[str, Any] | None = None,
) -> Deposit:
    """Ask for a deposit for an appointment; return the one that was asked for already, where there is one."""
    rows = Deposit.objects.select_for_update(no_key=True).filter(appointment=appointment)
    if found := rows.filter(state__in=[D.ASKED, D.PAID]).first():
        return found
    deposit = Deposit.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        patient=patient,
        backend=backend,
        amount=money.amount,
        currency=money.currency,
        wish=dict(wish or {}),
        asked_at=now,
    )
    remember(deposit, by=by, now=now, amount=money.amount)
    return deposit


def locked_deposit(by: Actor, deposit: Deposit) -> Deposit:
    """Return a deposit of the actor's clinic, locked until the transaction ends. Raises ``NotFound``."""
    rows = Deposit.objects.select_for_update(of=("self",), no_key=True).select_related("patient", "appointment")
    row = rows.filter(clinic_id=by.clinic_id, pk=deposit.pk).first()
    if row is None:
        raise NotFound("We could not find that deposit.")
    return row


def still_to_return(deposit: Deposit) -> int:
    """Return what of a deposit has to go back and has not gone yet, or came back because it failed."""
    rows = DepositEvent.objects.filter(deposit=deposit)
    found = rows.aggregate(
        gone=Sum("amount", filter=Q(state=D.REFUNDED), default=0),
        failed=Sum("amount", filter=Q(state=D.REFUND_FAILED) & ~Q(receipt=""), default=0),
    )
    return int(deposit.returned - found["gone"] + found["failed"])


def remember(
    deposit: Deposit, *, by: Actor, now: datetime, amount: int, receipt: str = "", note: str = "", state: str = ""
) -> None:
    """Append an event: of the state a deposit is in now, or of what happened besides."""
    DepositEvent.objects.create(
        clinic_id=deposit.clinic_id,
        deposit=deposit,
        state=state or deposit.state,
        amount=amount,
        receipt=receipt[:255],
        note=note[:300],
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
    )
