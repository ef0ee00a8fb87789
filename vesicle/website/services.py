"""The verbs on a clinic's own words: a draft from an old page; a sentence linked to a claim; what was checked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.protocols import queries as protocols
from vesicle.protocols import services as editions
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import Linked, Overlay
from vesicle.protocols.permissions import CHANGE
from vesicle.protocols.services import steps
from vesicle.website import statement_queries as queries
from vesicle.website.importing.draft import Proposal
from vesicle.website.models import StatementReport
from vesicle.website.statements.judging import Statement, proposals

IMPORTED = audit.define("edition.imported", "began an edition from an old page")
LINKED = audit.define("statement.linked", "linked a sentence of an edition to a claim")
UNLINKED = audit.define("statement.unlinked", "took the claim off a sentence of an edition")
REPORTED = audit.define("statement.reported", "kept what was checked of an edition's own words")


def draft_from_page(*, by: Actor, treatment: str, proposal: Proposal, page: str) -> Edition:
    """Begin a draft that takes over what an imported page gives; the rest is as in the approved edition.

    Where a draft says exactly that already, as after a second press of the button, it is the one returned. Raises
    ``Invalid`` when the page gives nothing. ``page`` is its name, for the audit.
    """
    by.require(CHANGE)
    if proposal.is_empty:
        raise Invalid("There is nothing on that page that a draft could take over.")
    with transaction.atomic():
        steps.hold(by.clinic_id)
        standing = protocols.standing(by, treatment)
        last = standing.scheduled or standing.approved
        before: dict[str, Any] = last.overlay if last is not None else {}
        release = protocols.latest_release(treatment)
        overlay = steps.checked_overlay(proposal.over(before), protocols.release_options(release.pk))
        twins = Edition.objects.filter(clinic_id=by.clinic_id, status=steps.Status.DRAFT, release=release)
        if twin := twins.filter(overlay=overlay).first():
            return twin
        edition = editions.draft_edition(by=by, treatment=treatment, overlay=overlay)
        detail = {"page": page[:120], "left_out": len(proposal.left_out), "questions": len(proposal.questions)}
        audit.record(IMPORTED, by=by, about=edition, detail=detail)
    return edition


def link_statement(
    *, by: Actor, edition: Edition, sentence: str, claim: str, says: str, expected_revision: int
) -> Edition:
    """Have a sentence of a draft rest on a claim of its protocol.

    ``sentence`` is the fingerprint of the sentence, ``claim`` and ``says`` name the claim as it was read. Raises
    ``NotFound`` for a sentence or a claim that is not there (any more), ``Invalid`` when the claim does not carry
    the sentence, ``Stale`` when somebody else saved the draft meanwhile.
    """
    by.require(CHANGE)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        found = queries.check(row, now=clock.now())
        statement = _statement(found, sentence)
        offered = [one for one in proposals(statement.finding.text, found.basis) if one.made.claim.id == claim]
        proposal = next((one for one in offered if one.made.says == says and one.ok), None) or next(
            (one for one in offered if one.made.says == says), None
        )
        if proposal is None:
            raise NotFound("The protocol does not make that claim like this any more. Choose one of its list.")
        if not proposal.ok:
            raise Invalid(f"This claim does not carry the sentence. {proposal.why}", fields={"claim": proposal.why})
        link = Linked(
            sentence=sentence, claim=claim, says=says, version=found.basis.version, by=by.name, at=clock.now()
        )
        row = _relinked(by, row, found, sentence, link)
        audit.record(LINKED, by=by, about=row, detail={"claim": claim, "sentence": sentence[:16]})
    return row


def unlink_statement(*, by: Actor, edition: Edition, sentence: str, expected_revision: int) -> Edition:
    """Take the claim off a sentence of a draft. Raises ``NotFound`` and ``Stale``."""
    by.require(CHANGE)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        found = queries.check(row, now=clock.now())
        _statement(found, sentence)
        row = _relinked(by, row, found, sentence, None)
        audit.record(UNLINKED, by=by, about=row, detail={"sentence": sentence[:16]})
    return row


def _statement(found: queries.Check, sentence: str) -> Statement:
    statement = next((one for one in found.statements if one.digest == sentence), None)
    if statement is None:
        raise NotFound("That sentence is not in this draft any more. Choose one of its list.")
    return statement


def _relinked(by: Actor, row: Edition, found: queries.Check, sentence: str, link: Linked | None) -> Edition:
    """Save the draft with one link put or taken; links of sentences that are not there any more go with it."""
    overlay = Overlay.model_validate(row.overlay)
    there = {one.digest for one in found.statements} - {sentence}
    links = [one for one in overlay.links if one.sentence in there] + ([link] if link else [])
    changed = overlay.model_copy(update={"links": tuple(links)})
    plain = changed.model_dump(mode="json", exclude_defaults=True)
    return editions.change_overlay(by=by, edition=row, overlay=plain, expected_revision=row.revision, part="evidence")


def keep_report(*, by: Actor, edition: Edition) -> StatementReport:
    """Keep with an edition what was checked of its own words, at its approval or by other rules than then."""
    now = clock.now()
    found = queries.check(edition, now=now)
    with transaction.atomic():
        report = StatementReport.objects.create(
            clinic_id=edition.clinic_id, edition=edition, revision=edition.revision, **as_report(found, now)
        )
        audit.record(
            REPORTED, by=by, about=report, detail={"version": report.version, "sentences": len(found.statements)}
        )
    return report


def as_report(found: queries.Check, made_at: datetime) -> dict[str, Any]:
    """Return what a report keeps of a check, whatever the words belong to."""
    content = found.as_dict()
    return {
        "checked_on": found.basis.on,
        "jurisdiction": found.basis.jurisdiction,
        "version": content["version"],
        "content": content,
        "made_at": made_at,
    }
