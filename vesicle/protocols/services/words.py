"""Every saved state of a draft's words is kept; an earlier one, or another edition's, is brought back."""

from typing import Any

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.people.models import Staff
from vesicle.protocols import pictures, queries
from vesicle.protocols.models import Edition, EditionWords
from vesicle.protocols.overlay import Overlay, fitted
from vesicle.protocols.permissions import CHANGE
from vesicle.protocols.services import steps

LONGEST_PART = 200


def keep(row: Edition, part: str, saved_by: Staff) -> None:
    """Keep the words of an edition as they have just been saved. ``part`` says what was done."""
    EditionWords.objects.create(
        clinic_id=row.clinic_id,
        edition=row,
        revision=row.revision,
        overlay=row.overlay,
        part=part[:LONGEST_PART],
        saved_by=saved_by,
        saved_at=clock.now(),
    )


def change_overlay(
    *, by: Actor, edition: Edition, overlay: dict[str, Any], expected_revision: int, part: str = "words and prices"
) -> Edition:
    """Replace the clinic's part of a draft. ``part`` says in words what was edited, for the list of earlier states.

    Raises ``Stale`` when somebody else changed it meanwhile.
    """
    by.require(CHANGE)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        _save_words(by, row, overlay, part)
        audit.record(steps.CHANGED, by=by, about=row, detail={"part": part})
    return row


def restore_words(
    *, by: Actor, edition: Edition, expected_revision: int, revision: int = 0, of: Edition | None = None
) -> Edition:
    """Bring the words, prices and pictures of an earlier ``revision``, or ``of`` another edition, back into a draft.

    Minutes and prices of what the protocol does not have any more are left out. What was there stays in the list.
    Raises ``NotFound`` for a state or an edition that is not of this treatment, ``Stale``, and ``Invalid`` for words
    that cannot be used any more.
    """
    by.require(CHANGE)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        if of is None:
            found = (
                EditionWords.objects.filter(edition=row, revision=revision).values_list("overlay", flat=True).first()
            )
            part = f"the words of revision {revision}, brought back"
        else:
            rows = Edition.objects.filter(clinic_id=by.clinic_id, treatment=row.treatment, pk=of.pk)
            found = rows.values_list("overlay", flat=True).first()
            part = f"the words of edition {of.number}, taken over"
        if found is None:
            raise NotFound("There are no such earlier words. Choose one of the list.")
        kept = fitted(Overlay.model_validate(found), queries.text_of(row)[1])
        _save_words(by, row, kept.model_dump(mode="json", exclude_defaults=True), part)
        audit.record(steps.WORDS_RESTORED, by=by, about=row, detail={"part": part})
    return row


def _save_words(by: Actor, row: Edition, overlay: dict[str, Any], part: str) -> None:
    before = row.overlay
    row.overlay = steps.checked_overlay(overlay, queries.text_of(row)[1])
    row.revision += 1
    row.save(update_fields=["overlay", "revision"])
    pictures.make_sizes(by.clinic_id, Overlay.model_validate(row.overlay).pictures)
    if row.overlay != before:
        keep(row, part, steps.staff(by))
