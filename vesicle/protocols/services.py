"""Install releases; draft, change, submit, approve and retire editions."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from pydantic import ValidationError

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import forget_clinics
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.people.models import Staff
from vesicle.protocols import queries
from vesicle.protocols.library_files import checksum, library_paths, load_library, released_checksums
from vesicle.protocols.models import Edition, EditionApproval, Picture, ProtocolRelease
from vesicle.protocols.overlay import Overlay, misfits
from vesicle.protocols.permissions import APPROVE, CHANGE

DRAFTED = audit.define("edition.drafted", "began an edition")
CHANGED = audit.define("edition.changed", "changed an edition")
SUBMITTED = audit.define("edition.submitted", "asked for an edition to be approved")
RETURNED = audit.define("edition.returned", "sent an edition back for changes")
APPROVED = audit.define("edition.approved", "approved an edition")
RETIRED = audit.define("edition.retired", "retired an edition")

Status = Edition.Status
MAY_BECOME = {
    Status.DRAFT: {Status.IN_REVIEW, Status.RETIRED},
    Status.IN_REVIEW: {Status.APPROVED, Status.DRAFT},
    Status.APPROVED: {Status.RETIRED},
    Status.RETIRED: set(),
}
"""Every change of status there is."""


def install_library() -> list[ProtocolRelease]:
    """Put every released file of the library into the database; return those that were new.

    Safe to repeat. Raises ``FileRefused`` for a file that is wrong or altered, ``Conflict`` when the
    database holds other content under a version; nothing is installed then.
    """
    library = load_library()
    released = released_checksums()
    new = []
    with transaction.atomic():
        for path in library_paths():
            treatment, version = path.parent.name, path.stem
            if (treatment, version) not in released:
                continue
            row, is_new = ProtocolRelease.objects.get_or_create(
                treatment=treatment,
                version=version,
                defaults={
                    "source": path.read_text("utf-8"),
                    "content": library.protocol(treatment, version).model_dump(
                        mode="json", by_alias=True, exclude_unset=True
                    ),
                    "checksum": checksum(path),
                    "installed_at": clock.now(),
                },
            )
            if row.checksum != released[treatment, version]:
                raise Conflict(
                    f"The database holds another text under {treatment} {version} than this release. "
                    "A released version never changes; find out which of the two was altered."
                )
            if is_new:
                new.append(row)
    return new


def draft_edition(*, by: Actor, treatment: str, overlay: dict[str, Any] | None = None) -> Edition:
    """Begin a new edition on the newest installed release, from the given overlay or the approved edition's."""
    by.require(CHANGE)
    release = queries.latest_release(treatment)
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic_id)
        mine = Edition.objects.filter(clinic_id=by.clinic_id, treatment=treatment)
        if overlay is None:
            overlay = mine.filter(status=Status.APPROVED).values_list("overlay", flat=True).first() or {}
        edition = Edition.objects.create(
            clinic_id=by.clinic_id,
            treatment=treatment,
            number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
            release=release,
            overlay=_checked(overlay, release),
            created_by=_staff(by),
            created_at=clock.now(),
        )
        audit.record(DRAFTED, by=by, about=edition, detail={"treatment": treatment, "release": release.version})
    return edition


def change_overlay(*, by: Actor, edition: Edition, overlay: dict[str, Any], expected_revision: int) -> Edition:
    """Replace the clinic's part of a draft. Raises ``Stale`` when somebody else changed it meanwhile."""
    by.require(CHANGE)
    with transaction.atomic():
        row = _locked(edition, by)
        if row.status != Status.DRAFT:
            raise Conflict(f"Edition {row.number} is {row.get_status_display().lower()}; only a draft can be changed.")
        if row.revision != expected_revision:
            raise Stale("Somebody else saved this draft meanwhile. Reload it; what you typed is still in your form.")
        row.overlay = _checked(overlay, row.release)
        row.revision += 1
        row.save(update_fields=["overlay", "revision"])
        audit.record(CHANGED, by=by, about=row)
    return row


def submit_for_review(*, by: Actor, edition: Edition) -> Edition:
    """Ask the medical director to approve a draft."""
    by.require(CHANGE)
    return _become(Status.IN_REVIEW, SUBMITTED, by=by, edition=edition)


def return_to_draft(*, by: Actor, edition: Edition, reason: str) -> Edition:
    """Send an edition back for changes. Raises ``Invalid`` without a reason."""
    by.require(APPROVE)
    if not reason.strip():
        raise Invalid("Say what should change.", fields={"reason": "Write what should change, for whoever mends it."})
    return _become(Status.DRAFT, RETURNED, by=by, edition=edition, detail={"reason": reason.strip()})


def approve_edition(
    *, by: Actor, edition: Edition, statement: str, expected_revision: int | None = None
) -> EditionApproval:
    """Sign an edition, which from now on drives everything; the one before is retired.

    ``expected_revision`` is the revision the director has read; when the edition was changed since, it raises
    ``Stale``. Raises ``Invalid`` without a statement, ``NotPermitted`` without a licence.
    """
    by.require(APPROVE)
    if not by.licence:
        raise NotPermitted("Approving an edition is a clinical act and needs a licence. Ask the medical director.")
    if not statement.strip():
        raise Invalid("Say what you approve.", fields={"statement": "Write the sentence you sign."})
    with transaction.atomic():
        row = _locked(edition, by)
        _require_step(row, Status.APPROVED)
        if expected_revision is not None and row.revision != expected_revision:
            raise Stale("This edition was changed after you opened it. Read what it says now, then sign.")
        Edition.objects.filter(clinic_id=by.clinic_id, treatment=row.treatment, status=Status.APPROVED).update(
            status=Status.RETIRED
        )
        row.status = Status.APPROVED
        row.save(update_fields=["status"])
        approval = EditionApproval.objects.create(
            clinic_id=by.clinic_id,
            edition=row,
            approved_by=_staff(by),
            licence=by.licence,
            statement=statement.strip(),
            content_hash=content_hash(row),
            approved_at=clock.now(),
        )
        _site_changed(by.clinic_id)
        audit.record(APPROVED, by=by, about=row, detail={"hash": approval.content_hash, "number": row.number})
    return approval


def retire_edition(*, by: Actor, edition: Edition) -> Edition:
    """Withdraw an edition: the treatment is not offered any more until another is approved."""
    by.require(APPROVE)
    with transaction.atomic():
        row = _become(Status.RETIRED, RETIRED, by=by, edition=edition)
        _site_changed(by.clinic_id)
    return row


def content_hash(edition: Edition) -> str:
    """Return the SHA-256 (hex) of what is approved: the release's checksum and the overlay."""
    text = json.dumps([edition.release.checksum, edition.overlay], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(overlay: dict[str, Any], release: ProtocolRelease) -> dict[str, Any]:
    try:
        parsed = Overlay.model_validate(overlay)
    except ValidationError as error:
        fields = {".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}
        raise Invalid("Some of what you entered cannot be used.", fields=fields) from error
    problems = misfits(parsed, queries.release_options(release.pk)) | _missing_pictures(parsed)
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


def _become(
    status: Edition.Status,
    code: audit.AuditCode,
    *,
    by: Actor,
    edition: Edition,
    detail: dict[str, Any] | None = None,
) -> Edition:
    with transaction.atomic():
        row = _locked(edition, by)
        _require_step(row, status)
        row.status = status
        row.save(update_fields=["status"])
        audit.record(code, by=by, about=row, detail=detail)
    return row


def _require_step(edition: Edition, status: Edition.Status) -> None:
    if status not in MAY_BECOME[Status(edition.status)]:
        raise Conflict(
            f"Edition {edition.number} is {edition.get_status_display().lower()}; "
            f"it cannot become {status.label.lower()}."
        )


def _locked(edition: Edition, by: Actor) -> Edition:
    rows = Edition.objects.select_for_update(of=("self",)).select_related("release")
    found = rows.filter(clinic_id=by.clinic_id, pk=edition.pk).first()
    if found is None:
        raise NotFound("We could not find that edition.")
    return found


def _staff(by: Actor) -> Staff:
    return Staff.objects.get(pk=by.person_id)


def _site_changed(clinic_id: int) -> None:
    Clinic.objects.filter(pk=clinic_id).update(site_revision=F("site_revision") + 1)
    transaction.on_commit(forget_clinics)
