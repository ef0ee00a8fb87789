"""When an approved edition takes force: at its moment, moved or cancelled before it, settled exactly once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.protocols import hooks
from vesicle.protocols.models import Edition
from vesicle.protocols.permissions import APPROVE
from vesicle.protocols.services import steps
from vesicle.protocols.services.steps import Status

logger = logging.getLogger(__name__)
LAST_MINUTE = timedelta(minutes=1)
"""So long before its moment an edition can no longer be held back: whoever reads on the moment has to be right."""
LONGEST = timedelta(days=366)
CLOCK = "Publishing clock"


def checked_moment(moment: datetime) -> datetime:
    """Return a moment in UTC at which an edition may take force. Raises ``Invalid`` for one that is past or far off."""
    now = clock.now()
    if moment < now + LAST_MINUTE:
        words = "That moment has passed or is less than a minute away. Choose a later one, or “now”."
        raise Invalid(words, fields={"moment": words})
    if moment > now + LONGEST:
        words = "That is more than a year away. Choose an earlier day."
        raise Invalid(words, fields={"moment": words})
    return moment


def schedule(by: Actor, row: Edition, moment: datetime) -> None:
    """Let an edition wait for its moment. Inside a transaction that holds the clinic."""
    was = row.takes_force_at
    row.status, row.takes_force_at = Status.SCHEDULED, moment
    row.save(update_fields=["status", "takes_force_at"])
    steps.moments_changed(row.clinic_id)
    detail = {"number": row.number, "at": moment.isoformat()} | ({"instead_of": was.isoformat()} if was else {})
    audit.record(steps.SCHEDULED, by=by, about=row, detail=detail)


def move_moment(*, by: Actor, edition: Edition, moment: datetime) -> Edition:
    """Let a scheduled edition take force at another moment.

    Raises ``Conflict`` when its moment has come, ``Invalid`` for a moment that cannot be, and ``NotReady`` with what
    other rooms find wrong with it on that day.
    """
    by.require(APPROVE)
    with transaction.atomic():
        row = _waiting(by, edition)
        checked = checked_moment(moment)
        if checked != row.takes_force_at:
            before = row.takes_force_at
            row.takes_force_at = checked
            hooks.require_ready(hooks.before_signing, by, row, "scheduled")
            row.takes_force_at = before
            schedule(by, row, checked)
    return row


def cancel_moment(*, by: Actor, edition: Edition) -> Edition:
    """Take a scheduled edition back into review. Its signatures count; a director decides anew when it takes force."""
    by.require(APPROVE)
    return _back_into_review(by, edition, steps.UNSCHEDULED, {})


def hold_back(*, by: Actor, edition: Edition, faults: Sequence[hooks.Fault]) -> Edition:
    """Take a scheduled edition back into review for what another room finds wrong with it since it was signed.

    Nobody has read it yet: like a director, this may not decide in the last minute. Raises ``Conflict`` then.
    """
    by.require(APPROVE)
    return _back_into_review(by, edition, steps.HELD_BACK, {"faults": [str(one) for one in faults]})


def _back_into_review(by: Actor, edition: Edition, code: audit.AuditCode, detail: dict[str, Any]) -> Edition:
    with transaction.atomic():
        row = _waiting(by, edition)
        moment = row.takes_force_at
        row.status, row.takes_force_at = Status.IN_REVIEW, None
        row.save(update_fields=["status", "takes_force_at"])
        steps.moments_changed(row.clinic_id)
        at = moment.isoformat() if moment else ""
        audit.record(code, by=by, about=row, detail={"number": row.number, "at": at, **detail})
    return row


def _waiting(by: Actor, edition: Edition) -> Edition:
    """Return a scheduled edition, locked with its clinic. Raises ``Conflict`` unless there is time to hold it back."""
    steps.hold(by.clinic_id)
    row = steps.locked(edition, by)
    if row.status != Status.SCHEDULED or row.takes_force_at is None:
        shown = row.get_status_display().lower()
        raise Conflict(f"Edition {row.number} is {shown}; it does not wait for a moment.")
    if row.takes_force_at <= clock.now() + LAST_MINUTE:
        raise Conflict(
            f"Edition {row.number} takes force within the minute and cannot be held back any more. "
            "Approve another edition afterwards, or retire it."
        )
    return row


def put_into_force(by: Actor, row: Edition, content_hash: str) -> None:
    """Let an edition replace the approved one. Inside a transaction that holds the clinic."""
    standing = Edition.objects.filter(clinic_id=by.clinic_id, treatment=row.treatment, status=Status.APPROVED)
    before = standing.select_related("release").first()
    standing.update(status=Status.RETIRED)
    if before is not None:
        before.status = Status.RETIRED
    row.status = Status.APPROVED
    row.save(update_fields=["status"])
    steps.moments_changed(by.clinic_id)
    audit.record(steps.APPROVED, by=by, about=row, detail={"hash": content_hash, "number": row.number})
    for act in hooks.after_approval:
        act(by, row, before)


def settle(clinic_id: int, treatment: str | None = None) -> int:
    """Put the editions of a clinic whose moment has come into force; return how many.

    Each does it once: the clinic is held, and what another worker settled meanwhile is not scheduled any more.
    Verbs call it for their treatment first, so that what they find is what the clock says.
    """
    by, count = Actor.system(clinic_id, CLOCK), 0
    with transaction.atomic():
        steps.hold(clinic_id)
        rows = Edition.objects.select_for_update(of=("self",)).select_related("release")
        rows = rows.filter(clinic_id=clinic_id, status=Status.SCHEDULED, takes_force_at__lte=clock.now())
        for row in rows.order_by("takes_force_at") if treatment is None else rows.filter(treatment=treatment):
            last = next(reversed(row.signatures), None)
            put_into_force(by, row, last.content_hash if last else "")
            count += 1
    return count


def settle_due() -> int:
    """Put every edition whose moment has come into force, clinic by clinic; return how many.

    What goes wrong at one clinic is logged and tried again; it keeps no other waiting.
    """
    with every_clinic("the publishing clock looks for editions whose moment has come"):
        due = Edition.objects.filter(status=Status.SCHEDULED, takes_force_at__lte=clock.now())
        clinics = sorted(set(due.values_list("clinic_id", flat=True)))
    count = 0
    for clinic_id in clinics:
        try:
            with clinic_scope(clinic_id):
                count += settle(clinic_id)
        except Exception:
            logger.exception("An edition of clinic %s could not be put into force; trying again", clinic_id)
    return count


def waits(clinic_id: int, treatment: str) -> Edition | None:
    """Return the edition of a treatment that waits for its moment."""
    return Edition.objects.filter(clinic_id=clinic_id, treatment=treatment, status=Status.SCHEDULED).first()
