"""What every verb on an edition shares: audit codes, the way from draft to retired, locking, checking the overlay."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import F
from pydantic import ValidationError

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import forget_clinics
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound, Stale
from vesicle.people.models import Staff
from vesicle.protocols.models import Edition, Picture
from vesicle.protocols.overlay import Overlay, misfits
from vesicle.protocols.schema import Option

DRAFTED = audit.define("edition.drafted", "began an edition")
CHANGED = audit.define("edition.changed", "changed an edition")
TEXT_CHANGED = audit.define("edition.text_changed", "changed the protocol of an edition")
SUBMITTED = audit.define("edition.submitted", "asked for an edition to be approved")
RETURNED = audit.define("edition.returned", "sent an edition back for changes")
SIGNED = audit.define("edition.signed", "signed an edition")
SCHEDULED = audit.define("edition.scheduled", "decided when an approved edition takes force")
UNSCHEDULED = audit.define("edition.unscheduled", "cancelled the moment at which an edition would take force")
HELD_BACK = audit.define("edition.held_back", "kept an edition from taking force at its moment")
APPROVED = audit.define("edition.approved", "approved an edition")
RETIRED = audit.define("edition.retired", "retired an edition")
WORDS_RESTORED = audit.define("edition.words_restored", "brought earlier words back into an edition")
SIGNING_RULE = audit.define("edition.signing_rule", "decided how many signatures an edition needs")

Status = Edition.Status
MAY_BECOME = {
    Status.DRAFT: {Status.IN_REVIEW, Status.RETIRED},
    Status.IN_REVIEW: {Status.APPROVED, Status.SCHEDULED, Status.DRAFT},
    Status.SCHEDULED: {Status.APPROVED, Status.IN_REVIEW},
    Status.APPROVED: {Status.RETIRED},
    Status.RETIRED: set(),
}
"""Every change of status there is."""


def content_hash(edition: Edition) -> str:
    """Return the SHA-256 (hex) of what is approved.

    It is the release's checksum, the overlay, the clinic's own text, and what is said in other languages.
    """
    parts = [edition.release.checksum, edition.overlay]
    if edition.content is not None:
        parts.append(edition.content)
    if edition.translations:
        parts.append({"translations": edition.translations})
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def become(
    status: Edition.Status, code: audit.AuditCode, *, by: Actor, edition: Edition, detail: dict[str, Any] | None = None
) -> Edition:
    """Move an edition on. A return to draft begins a new revision: what was signed until then does not count."""
    with transaction.atomic():
        row = locked(edition, by)
        require_step(row, status)
        row.status = status
        if status == Status.DRAFT:
            row.revision += 1
            row.translations = {}
        row.save(update_fields=["status", "revision", "translations"])
        audit.record(code, by=by, about=row, detail=detail)
    return row


def require_step(edition: Edition, status: Edition.Status) -> None:
    """Raise ``Conflict`` unless the edition may become ``status``."""
    if status not in MAY_BECOME[Status(edition.status)]:
        raise Conflict(
            f"Edition {edition.number} is {edition.get_status_display().lower()}; "
            f"it cannot become {status.label.lower()}."
        )


def require_draft(edition: Edition, expected_revision: int) -> None:
    """Raise ``Conflict`` unless it is a draft, ``Stale`` when somebody saved it since ``expected_revision``."""
    if edition.status != Status.DRAFT:
        shown = edition.get_status_display().lower()
        raise Conflict(f"Edition {edition.number} is {shown}; only a draft can be changed.")
    if edition.revision != expected_revision:
        raise Stale(
            "Somebody else saved this draft meanwhile. Nothing of yours was saved; what you typed is still here."
        )


def locked(edition: Edition, by: Actor) -> Edition:
    """Return the edition, locked until the transaction ends. Raises ``NotFound`` for another clinic's."""
    rows = Edition.objects.select_for_update(of=("self",)).select_related("release")
    found = rows.filter(clinic_id=by.clinic_id, pk=edition.pk).first()
    if found is None:
        raise NotFound("We could not find that edition.")
    return found


def staff(by: Actor) -> Staff:
    """Return the actor's staff record."""
    return Staff.objects.get(pk=by.person_id)


def hold(clinic_id: int) -> None:
    """Let nobody else decide what is in force at a clinic until the transaction ends. Taken before any edition."""
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic_id)


def moments_changed(clinic_id: int) -> None:
    """Tell the public pages when they will change by themselves, and that this is new."""
    rows = Edition.objects.filter(clinic_id=clinic_id, status=Status.SCHEDULED).order_by("takes_force_at")
    Clinic.objects.filter(pk=clinic_id).update(site_moments=list(rows.values_list("takes_force_at", flat=True)))
    site_changed(clinic_id)


def site_changed(clinic_id: int) -> None:
    """Tell every process that pages of the clinic are to be made anew."""
    Clinic.objects.filter(pk=clinic_id).update(site_revision=F("site_revision") + 1)
    transaction.on_commit(forget_clinics)


def every_site_changed() -> None:
    """Tell every process that the pages of every clinic are to be made anew."""
    Clinic.objects.update(site_revision=F("site_revision") + 1)
    transaction.on_commit(forget_clinics)


def checked_overlay(overlay: dict[str, Any], options: tuple[Option, ...]) -> dict[str, Any]:
    """Return an overlay as it is kept. Raises ``Invalid`` with everything that does not fit the options."""
    try:
        parsed = Overlay.model_validate(overlay)
    except ValidationError as error:
        fields = {".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}
        raise Invalid("Some of what you entered cannot be used.", fields=fields) from error
    problems = misfits(parsed, options) | _missing_pictures(parsed)
    if problems:
        raise Invalid("Some of what you entered does not fit the protocol.", fields=problems)
    return parsed.model_dump(mode="json", exclude_defaults=True)


def _missing_pictures(overlay: Overlay) -> dict[str, str]:
    """Return the pictures an overlay places that the clinic in scope does not have."""
    wanted = [placed.picture for placed in overlay.pictures]
    known = set(Picture.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {
        f"pictures.{index}.picture": "There is no such picture. Add it again."
        for index, number in enumerate(wanted)
        if number not in known
    }
