"""Begin an edition, send it on or back."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.protocols import hooks, pictures, queries
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import Overlay, fitted
from vesicle.protocols.permissions import APPROVE, CHANGE
from vesicle.protocols.services import moments, steps, words
from vesicle.protocols.services.texts import own_version


def draft_edition(*, by: Actor, treatment: str, overlay: dict[str, Any] | None = None) -> Edition:
    """Begin a new edition on the newest installed release, from the given overlay or the approved edition's.

    The clinic's own text goes on while the release is the same. On a newer release the draft starts from that
    release, and its page says which of the clinic's own changes are not in it.
    """
    by.require(CHANGE)
    release = queries.latest_release(treatment)
    with transaction.atomic():
        steps.hold(by.clinic_id)
        moments.settle(by.clinic_id, treatment)
        mine = Edition.objects.filter(clinic_id=by.clinic_id, treatment=treatment)
        # What waits for its moment was approved last, so the next draft goes on from it.
        before = moments.waits(by.clinic_id, treatment) or mine.filter(status=steps.Status.APPROVED).first()
        number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
        edition = Edition(
            clinic_id=by.clinic_id,
            treatment=treatment,
            number=number,
            release=release,
            created_by=steps.staff(by),
            created_at=clock.now(),
        )
        if before is not None and before.content is not None and before.release_id == release.pk:
            edition.content = before.content | {"version": own_version(release.version, number)}
        _, options = queries.text_of(edition)
        if overlay is None:
            inherited = Overlay.model_validate(before.overlay if before is not None else {})
            overlay = fitted(inherited, options).model_dump(mode="json", exclude_defaults=True)
        edition.overlay = steps.checked_overlay(overlay, options)
        edition.save()
        pictures.make_sizes(by.clinic_id, Overlay.model_validate(edition.overlay).pictures)
        part = f"a new draft, from edition {before.number}" if before else "a new draft"
        words.keep(edition, part, edition.created_by)
        audit.record(steps.DRAFTED, by=by, about=edition, detail={"treatment": treatment, "release": release.version})
    return edition


def submit_for_review(*, by: Actor, edition: Edition) -> Edition:
    """Ask the medical director to approve a draft. Raises ``NotReady`` with all that other rooms find wrong with it."""
    by.require(CHANGE)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_step(row, steps.Status.IN_REVIEW)
        hooks.require_ready(hooks.before_submission, by, row, "submitted")
        return steps.become(steps.Status.IN_REVIEW, steps.SUBMITTED, by=by, edition=row)


def return_to_draft(*, by: Actor, edition: Edition, reason: str) -> Edition:
    """Send an edition back for changes; signatures given so far do not count any more.

    Raises ``Invalid`` without a reason.
    """
    by.require(APPROVE)
    if not reason.strip():
        raise Invalid("Say what should change.", fields={"reason": "Write what should change, for whoever mends it."})
    detail = {"reason": reason.strip()}
    return steps.become(steps.Status.DRAFT, steps.RETURNED, by=by, edition=edition, detail=detail)
