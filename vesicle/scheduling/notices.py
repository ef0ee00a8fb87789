"""What the patient is told of a change: noted in the change's own transaction, written at once or by the worker."""

import logging
from datetime import datetime

from django.db import transaction

from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.scheduling import letters
from vesicle.scheduling.models import Appointment, Notice

logger = logging.getLogger(__name__)
_AT_ONCE = 500


def tell(
    *,
    by: Actor,
    appointment: Appointment,
    kind: str,
    now: datetime,
    moved_from: datetime | None = None,
    later: bool = False,
) -> None:
    """Note that the patient must hear of a change. ``later`` leaves the letter to the worker, seconds away."""
    notice = Notice.objects.create(
        clinic_id=appointment.clinic_id, appointment=appointment, kind=kind, at=now, moved_from=moved_from
    )
    if not later:
        _write(notice, by=by, now=now)


def write_due(*, now: datetime) -> int:
    """Write the letters that are still owed, in every clinic; return how many. Two workers never write the same one."""
    count = 0
    owed = Notice.objects.filter(written_at=None).order_by("at")
    for pk, clinic_id in list(owed.values_list("pk", "clinic_id")[:_AT_ONCE]):
        with clinic_scope(clinic_id):
            try:
                count += _write_one(pk, clinic_id, now)
            except Exception:
                # One that cannot be written must not hold up the others; it is owed until it can be.
                logger.exception("The letter of notice %s could not be written", pk)
    return count


def _write_one(pk: int, clinic_id: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, written_at=None)
        notice = rows.select_related("appointment__patient", "appointment__location", "appointment__service").first()
        if notice is not None:
            _write(notice, by=Actor.system(clinic_id, "letters"), now=now)
    return notice is not None


def _write(notice: Notice, *, by: Actor, now: datetime) -> None:
    if notice.kind == Notice.Kind.CANCELLED:
        letters.send_cancellation(by=by, appointment=notice.appointment, now=now)
    elif notice.appointment.state in (Appointment.State.BOOKED, Appointment.State.ARRIVED):
        letters.send_confirmation(by=by, appointment=notice.appointment, now=now, moved_from=notice.moved_from)
    notice.written_at = now
    notice.save(update_fields=["written_at"])
