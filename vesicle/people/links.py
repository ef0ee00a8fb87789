"""Private links: let the holder do one thing without an account.

A token is 32 random bytes; the table keeps its SHA-256 alone, so reading the table opens nothing.
What a link opens is said by its purpose, which the step that makes it names.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.scope import current_clinic_id
from vesicle.people.models import Patient, PrivateLink

MADE = audit.define("people.link-made", "made a private link")
USED = audit.define("people.link-used", "used a private link")
REVOKED = audit.define("people.links-revoked", "revoked private links")

addresses: list[Callable[[int], str]] = []
"""Filled by ``clinic``: from a clinic's id to the address of its own domain, or empty."""


class LinkGone(NotFound):
    """A private link that opens nothing (any more). The message says why, and what to do."""

    code = "link-gone"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.code


def make_link(
    *,
    by: Actor,
    patient: Patient | None,
    purpose: str,
    subject_id: int | None,
    valid_for: timedelta,
    single_use: bool = False,
    at: datetime | None = None,
) -> str:
    """Make a link and return its token, which is never shown again.

    Args:
        by: who makes it; the link belongs to their clinic.
        patient: whom it is for, if known.
        purpose: what it opens, named by the step (``booking``, ``aftercare`` …).
        subject_id: the record it opens.
        valid_for: how long it works.
        single_use: whether ``use_link`` ends it.
        at: when it is made; now by default.
    """
    made_at = at or clock.now()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        link = PrivateLink.objects.create(
            clinic_id=by.clinic_id,
            patient=patient,
            purpose=purpose,
            subject_id=subject_id,
            token_hash=_hash(token),
            created_at=made_at,
            expires_at=made_at + valid_for,
            single_use=single_use,
        )
        audit.record(MADE, by=by, about=link, patient_id=link.patient_id, detail={"purpose": purpose}, at=made_at)
    return token


def open_link(token: str, *, purpose: str, now: datetime) -> PrivateLink:
    """Return the link that ``token`` opens, in the clinic in scope. Opening does not use it up.

    Raises:
        LinkGone: it is unknown, for something else, expired, used or revoked; the message says which.
    """
    link = PrivateLink.objects.select_related("patient").filter(token_hash=_hash(token), purpose=purpose).first()
    if link is None:
        raise LinkGone(
            _("This link is not complete or does not exist. Open it from the message again, or ask us for a new one."),
            code="link-unknown",
        )
    if link.revoked_at is not None:
        raise LinkGone(_("This link was replaced by a newer one. Look for our latest message."), code="link-revoked")
    if link.used_at is not None:
        raise LinkGone(_("This link was already used. It works once; ask us for a new one."), code="link-used")
    if link.expires_at <= now:
        raise LinkGone(_("This link has expired. Ask us for a new one."), code="link-expired")
    return link


def language_of(token: str) -> str:
    """Return the language of the patient a link was made for; empty where it is for nobody, or there is none.

    It opens nothing, so links that have ended are answered too: their page of regret is to be understood.
    """
    known = PrivateLink.objects.filter(token_hash=_hash(token)).values_list("patient__language", flat=True).first()
    return known or ""


def use_link(link: PrivateLink, *, by: Actor, now: datetime) -> None:
    """Use up a single-use link. Call it from a POST: mail programs open links to look at them.

    Raises:
        LinkGone: somebody else used it a moment ago.
    """
    with transaction.atomic():
        if link.single_use:
            fresh = PrivateLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None)
            if not fresh.update(used_at=now):
                raise LinkGone(_("This link was already used. It works once; ask us for a new one."), code="link-used")
            link.used_at = now
        audit.record(USED, by=by, about=link, patient_id=link.patient_id, detail={"purpose": link.purpose}, at=now)


def revoke_links(*, by: Actor, purpose: str, subject_id: int | None, at: datetime | None = None) -> int:
    """Revoke every open link for one record and purpose; return how many there were."""
    with transaction.atomic():
        fresh = PrivateLink.objects.filter(
            clinic_id=by.clinic_id, purpose=purpose, subject_id=subject_id, revoked_at=None
        )
        count = fresh.update(revoked_at=at or clock.now())
        if count:
            detail = {"purpose": purpose, "subject": subject_id, "links": count}
            audit.record(REVOKED, by=by, detail=detail, at=at)
    return count


def link_url(path: str) -> str:
    """Return the full address of ``path`` on the domain of the clinic in scope, for a message."""
    clinic_id = current_clinic_id()
    own = next((address for find in addresses if (address := find(clinic_id))), "")
    return f"{own or settings.PUBLIC_URL}/{path.lstrip('/')}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
