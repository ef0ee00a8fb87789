"""Sign an edition; decide how many signatures it takes; withdraw it."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted, Stale
from vesicle.protocols import hooks, queries
from vesicle.protocols.models import Edition, EditionApproval, SigningRule
from vesicle.protocols.permissions import APPROVE, SIGN
from vesicle.protocols.services import languages, moments, steps
from vesicle.protocols.services.steps import Status


def approve_edition(
    *,
    by: Actor,
    edition: Edition,
    statement: str,
    expected_revision: int | None = None,
    takes_force_at: datetime | None = None,
) -> EditionApproval:
    """Sign an edition. With the last signature that is needed it replaces the approved one and drives everything.

    With ``takes_force_at``, which is a medical director's to choose, it does so at that moment and waits until then;
    where two sign, the last director's wish holds. While an edition of the treatment waits, no other is approved.

    One signature is a medical director's. Where the clinic asks for two, the other may be that of another licensed
    provider; one person counts once. ``expected_revision`` is what the signer read: if the edition changed since,
    ``Stale`` is raised and nothing is signed; so is ``NotReady`` with all that other rooms find wrong with it.
    Returns the signature; the edition may still wait for the other one.
    """
    by.require(SIGN)
    if not by.licence:
        raise NotPermitted("Approving an edition is a clinical act and needs a licence. Ask the medical director.")
    if takes_force_at is not None:
        by.require(APPROVE)
        takes_force_at = moments.checked_moment(takes_force_at)
    if not statement.strip():
        raise Invalid("Say what you approve.", fields={"statement": "Write the sentence you sign."})
    try:
        with transaction.atomic():
            steps.hold(by.clinic_id)
            moments.settle(by.clinic_id, edition.treatment)
            return _signed(by, steps.locked(edition, by), statement.strip(), expected_revision, takes_force_at)
    except BaseException:
        # Whoever heard of the approval may have read the edition as approved; that never was.
        queries.forget_edition(edition.pk)
        raise


def _signed(
    by: Actor, row: Edition, statement: str, expected_revision: int | None, wanted: datetime | None
) -> EditionApproval:
    steps.require_step(row, Status.APPROVED)
    if expected_revision is not None and row.revision != expected_revision:
        raise Stale("This edition was changed after you opened it. Read what it says now, then sign.")
    waiting = moments.waits(by.clinic_id, row.treatment)
    if waiting is not None:
        raise Conflict(
            f"Edition {waiting.number} is to take force later and would replace this one. Cancel its moment first."
        )
    # What other rooms look at is the edition as it will be on the day it takes force.
    row.takes_force_at = wanted
    hooks.require_ready(hooks.before_signing, by, row, "approved")
    row.takes_force_at = None
    signing = queries.signing(row)
    own = next((one for one in signing.given if one.approved_by_id == by.person_id), None)
    if own is None:
        _require_useful(by, signing)
        own = _sign(by, row, statement, wanted)
        signing = queries.signing(row)
    elif not signing.is_complete:
        raise Conflict(f"You have signed this edition; it waits for {signing.waits_for}.")
    if signing.is_complete:
        moment = wanted if by.may(APPROVE) else _wish(signing)
        if moment is not None and moment > clock.now():
            moments.schedule(by, row, moment)
        else:
            moments.put_into_force(by, row, own.content_hash)
    return own


def _wish(signing: queries.Signing) -> datetime | None:
    """Return the moment the last medical director who signed wanted; ``None`` for at once."""
    return next((one.takes_force_at for one in reversed(signing.given) if one.is_director), None)


def _require_useful(by: Actor, signing: queries.Signing) -> None:
    """A provider's signature is asked for only where two are; a medical director's always counts."""
    if by.may(APPROVE):
        return
    if signing.needed == 1:
        by.require(APPROVE)
    if any(not one.is_director for one in signing.given):
        raise Conflict(f"This edition has a provider's signature; it waits for {signing.waits_for}.")


def _sign(by: Actor, row: Edition, statement: str, wanted: datetime | None) -> EditionApproval:
    languages.pin(row)
    signature = EditionApproval.objects.create(
        clinic_id=by.clinic_id,
        edition=row,
        revision=row.revision,
        approved_by=steps.staff(by),
        licence=by.licence,
        is_director=by.may(APPROVE),
        statement=statement,
        content_hash=steps.content_hash(row),
        takes_force_at=wanted,
        approved_at=clock.now(),
    )
    detail = {"hash": signature.content_hash, "number": row.number}
    audit.record(steps.SIGNED, by=by, about=row, detail=detail)
    return signature


def decide_signatures(*, by: Actor, signatures: int) -> SigningRule:
    """Decide how many people have to sign an edition here, one or two. It holds for editions in review as well."""
    by.require(APPROVE)
    if signatures not in (1, 2):
        allowed = "An edition takes one signature or two. Choose one of them."
        raise Invalid(allowed, fields={"signatures": allowed})
    with transaction.atomic():
        steps.hold(by.clinic_id)
        rule = SigningRule.objects.create(
            clinic_id=by.clinic_id, signatures=signatures, decided_by=steps.staff(by), decided_at=clock.now()
        )
        audit.record(steps.SIGNING_RULE, by=by, about=rule, detail={"signatures": signatures})
    return rule


def retire_edition(*, by: Actor, edition: Edition) -> Edition:
    """Withdraw an edition: the treatment is not offered any more until another is approved or one that waits is due."""
    by.require(APPROVE)
    with transaction.atomic():
        steps.hold(by.clinic_id)
        moments.settle(by.clinic_id, edition.treatment)
        row = steps.become(Status.RETIRED, steps.RETIRED, by=by, edition=edition)
        steps.site_changed(by.clinic_id)
        for act in hooks.after_retirement:
            act(by, row)
    return row
