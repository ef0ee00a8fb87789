"""The gate about money: a deposit, where the clinic's policy asks for one."""

from django.utils.translation import gettext as _

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
            return Standing(
                "deposit", _("Deposit"), "open", _("%(amount)s paid.") % {"amount": Money(found.amount, found.currency)}
            )
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
            _("Deposit"),
            "closed",
            _("A deposit of %(amount)s is needed to book this.") % {"amount": amount},
            mend=_("Pay it by card on the booking page; the time is booked as soon as it is paid."),
            code="deposit-due",
        )
    how = (
        _("by card on your appointment's page, at the desk or by phone")
        if pays_online(amount.currency)
        else _("at the desk or by phone")
    )
    return Standing(
        "deposit",
        _("Deposit"),
        "due",
        _("A deposit of %(amount)s, to be paid %(how)s.") % {"amount": amount, "how": how},
    )


GATES = (Gate("deposit", "Deposit", _deposit),)
