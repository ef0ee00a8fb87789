"""Settling fees at the desk, and waiving them."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.scheduling.charges import add_entry, open_amount, waive
from vesicle.scheduling.models import Fee, FeeEntry
from vesicle.scheduling.permissions import TAKE_MONEY

FEE_PAID = audit.define("scheduling.fee-paid", "marked a fee as paid")
FEE_WAIVED = audit.define("scheduling.fee-waived", "waived a fee")


def pay_fee(*, by: Actor, fee: Fee, receipt: str, now: datetime) -> FeeEntry:
    """Mark what is left of a fee as paid at the desk. Raises ``Invalid`` without a receipt number, ``Conflict``."""
    by.require(TAKE_MONEY)
    if not receipt.strip():
        raise Invalid("Write the number of the receipt.", fields={"receipt": "Write the number of the receipt."})
    with transaction.atomic():
        row = _locked(by, fee)
        left = open_amount(row)
        if not left:
            raise Conflict("Nothing is left to pay of this fee.")
        entry = add_entry(row, FeeEntry.Kind.PAID, left, by=by, now=now, receipt=receipt.strip()[:60])
        audit.record(FEE_PAID, by=by, about=row, patient_id=row.patient_id, detail={"amount": left})
    return entry


def waive_fee(*, by: Actor, fee: Fee, reason: str, now: datetime) -> FeeEntry:
    """Waive a fee with a reason; it does not count as a lapse any more. Errors as ``charges.waive``."""
    with transaction.atomic():
        row = _locked(by, fee)
        entry = waive(row, by=by, now=now, reason=reason)
        audit.record(FEE_WAIVED, by=by, about=row, patient_id=row.patient_id, detail={"amount": entry.amount})
    return entry


def _locked(by: Actor, fee: Fee) -> Fee:
    rows = Fee.objects.select_for_update(of=("self",), no_key=True).select_related("policy")
    row = rows.filter(clinic_id=by.clinic_id, pk=fee.pk).first()
    if row is None:
        raise NotFound("We could not find that fee.")
    return row
