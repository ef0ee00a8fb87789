"""A clinic's editions for those who work on them: their history, their earlier texts and words, their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.models import AuditEntry
from vesicle.protocols.models import (
    Edition,
    EditionText,
    EditionWords,
    Picture,
)
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.permissions import SEE


def edition(actor: Actor, edition_id: int) -> Edition:
    """Return an edition of the actor's clinic. Raises ``NotFound``."""
    actor.require(SEE)
    rows = Edition.objects.select_related("release", "created_by").prefetch_related("approvals__approved_by")
    found = rows.filter(clinic_id=actor.clinic_id, pk=edition_id).first()
    if found is None:
        raise NotFound("We could not find that edition.")
    return found


def editions(actor: Actor, treatment: str | None = None) -> list[Edition]:
    """Return the clinic's editions, newest first; of one treatment, or of all."""
    actor.require(SEE)
    rows = Edition.objects.filter(clinic_id=actor.clinic_id)
    if treatment is not None:
        rows = rows.filter(treatment=treatment)
    rows = rows.select_related("release", "created_by").prefetch_related("approvals__approved_by")
    return list(rows.order_by("treatment", "-number"))


def texts_before(actor: Actor, edition: Edition) -> list[EditionText]:
    """Return the texts a draft had before, the last first, without their content."""
    actor.require(SEE)
    rows = EditionText.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk).defer("content")
    return list(rows.select_related("replaced_by").order_by("-revision"))


def words_saved(actor: Actor, edition: Edition) -> list[EditionWords]:
    """Return every saved state of an edition's words, the last first."""
    actor.require(SEE)
    rows = EditionWords.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk)
    return list(rows.select_related("saved_by").order_by("-revision"))


def words_read(actor: Actor, edition: Edition, revision: int) -> Overlay | None:
    """Return the words somebody read who opened an edition at a revision; ``None`` where they were not kept."""
    actor.require(SEE)
    rows = EditionWords.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk, revision__lte=revision)
    found = rows.order_by("-revision").values_list("overlay", flat=True).first()
    return None if found is None else Overlay.model_validate(found)


@dataclass(frozen=True, slots=True)
class SentBack:
    """Who sent an edition back, when, and what should change."""

    by: str
    at: datetime
    reason: str


def sent_back(actor: Actor, edition: Edition) -> SentBack | None:
    """Return the last return of an edition that is a draft again; ``None`` for one never sent back."""
    actor.require(SEE)
    rows = AuditEntry.objects.filter(clinic_id=actor.clinic_id, object_type=edition._meta.label_lower)
    last = rows.filter(object_id=edition.pk, code="edition.returned").order_by("-at", "-pk").first()
    if last is None or edition.status != Edition.Status.DRAFT:
        return None
    return SentBack(last.actor_name, last.at, str(last.detail.get("reason", "")))


def released_before(actor: Actor, edition: Edition) -> Edition | None:
    """Return the edition that ``edition`` would replace, or replaced.

    Of those with a lower number it is the scheduled one, for nothing else is approved before its moment; or the
    approved one, or the last that ever was.
    """
    rows = [row for row in editions(actor, edition.treatment) if row.number < edition.number]
    signed = [row for row in rows if row.approval is not None]
    wanted = (Edition.Status.SCHEDULED, Edition.Status.APPROVED)
    standing = (row for status in wanted for row in signed if row.status == status)
    return next(standing, signed[0] if signed else None)


def pictures_of(actor: Actor, numbers: Sequence[int]) -> dict[int, Picture]:
    """Return pictures of the clinic by number; one of another clinic is not among them."""
    actor.require(SEE)
    return {row.pk: row for row in Picture.objects.filter(clinic_id=actor.clinic_id, pk__in=numbers)}


def picture_url(sha: str) -> str:
    """Return the address of a clinic's picture. Its content never changes."""
    return reverse("pictures:picture", args=[sha])
