"""The gate about money: a deposit, where the clinic's policy asks for one."""

from vesicle.scheduling.deposits import pays_online
from vesicle.scheduling.gates.kinds import Asked, Gate, Standing
from vesicle.scheduling.models import Deposit
from vesicle.scheduling.prices import Money, deposit_of


def _deposit(asked: Asked) -> Standing | None:
    amount = deposit_of(asked.policy, asked.appointment)
    if asked.appointment.pk is not None:
        rows = Deposit.objects.filter(clinic_id=asked.appointment.clinic_id, appointment=asked.appointment)
        found = rows.order_by("-pk").first() if asked.policy or not asked.is_new else None
        if found is not None and found.state == Deposit.State.PAID:
            return Standing("deposit", "Deposit", "open", f"{Money(found.amount, found.currency)} paid.")
        if found is not None and found.state == Deposit.State.ASKED:
            amount = Money(found.amount, found.currency)
    if amount is None:
        return None
    if (
        asked.is_new
        and not asked.pay_later
        and asked.by.kind in ("patient", "visitor")
        and pays_online(amount.currency)
    ):
        return Standing(
            "deposit",
            "Deposit",
            "closed",
            f"A deposit of {amount} is needed to book this.",
            mend="Pay it by card on the booking page; the time is booked as soon as it is paid.",
            code="deposit-due",
        )
    how = (
        "by card on your appointment's page, at the desk or by phone"
        if pays_online(amount.currency)
        else ("at the desk or by phone")
    )
    return Standing("deposit", "Deposit", "due", f"A deposit of {amount}, to be paid {how}.")


GATES = (Gate("deposit", "Deposit", _deposit),)
