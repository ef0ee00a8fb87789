"""Sign an edition; decide how many signatures it takes; withdraw it."""

from django.db import transaction

from vesicle.clinic.models import Clinic
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted, Stale
from vesicle.protocols import hooks, queries
from vesicle.protocols.models import Edition, EditionApproval, SigningRule
from vesicle.protocols.permissions import APPROVE, SIGN
from vesicle.protocols.services import languages, steps
from vesicle.protocols.services.steps import Status


def approve_edition(
    *, by: Actor, edition: Edition, statement: str, expected_revision: int | None = None
) -> EditionApproval:
    """Sign an edition. With the last signature that is needed it replaces the approved one and drives everything.

    One signature is a medical director's. Where the clinic asks for two, the other may be that of another licensed
    provider; one person counts once. ``expected_revision`` is what the signer read: if the edition changed since,
    ``Stale`` is raised and nothing is signed; so is ``NotReady`` with all that other rooms find wrong with it.
    Returns the signature; the edition may still wait for the other one.
    """
    by.require(SIGN)
    if not by.licence:
        raise NotPermitted("Approving an edition is a clinical act and needs a licence. Ask the medical director.")
    if not statement.strip():
        raise Invalid("Say what you approve.", fields={"statement": "Write the sentence you sign."})
    try:
        with transaction.atomic():
            return _signed(by, steps.locked(edition, by), statement.strip(), expected_revision)
    except BaseException:
        # Whoever heard of the approval may have read the edition as approved; that never was.
        queries.forget_edition(edition.pk)
        raise


def _signed(by: Actor, row: Edition, statement: str, expected_revision: int | None) -> EditionApproval:
    steps.require_step(row, Status.APPROVED)
    if expected_revision is not None and row.revision != expected_revision:
        raise Stale("This edition was changed after you opened it. Read what it says now, then sign.")
    hooks.require_ready(hooks.before_signing, by, row, "approved")
    signing = queries.signing(row)
    own = next((one for one in signing.given if one.approved_by_id == by.person_id), None)
    if own is None:
        _require_useful(by, signing)
        own = _sign(by, row, statement)
        signing = queries.signing(row)
    elif not signing.is_complete:
        raise Conflict(f"You have signed this edition; it waits for {signing.waits_for}.")
    if signing.is_complete:
        _put_into_force(by, row, own)
    return own


def _require_useful(by: Actor, signing: queries.Signing) -> None:
    """A provider's signature is asked for only where two are; a medical director's always counts."""
    if by.may(APPROVE):
        return
    if signing.needed == 1:
        by.require(APPROVE)
    if any(not one.is_director for one in signing.given):
        raise Conflict(f"This edition has a provider's signature; it waits for {signing.waits_for}.")


def _sign(by: Actor, row: Edition, statement: str) -> EditionApproval:
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
        approved_at=clock.now(),
    )
    detail = {"hash": signature.content_hash, "number": row.number}
    audit.record(steps.SIGNED, by=by, about=row, detail=detail)
    return signature


def _put_into_force(by: Actor, row: Edition, signature: EditionApproval) -> None:
    in_force = Edition.objects.filter(clinic_id=by.clinic_id, treatment=row.treatment, status=Status.APPROVED)
    before = in_force.select_related("release").first()
    in_force.update(status=Status.RETIRED)
    if before is not None:
        before.status = Status.RETIRED
    row.status = Status.APPROVED
    row.save(update_fields=["status"])
    steps.site_changed(by.clinic_id)
    audit.record(steps.APPROVED, by=by, about=row, detail={"hash": signature.content_hash, "number": row.number})
    for act in hooks.after_approval:
        act(by, row, before)


def decide_signatures(*, by: Actor, signatures: int) -> SigningRule:
    """Decide how many people have to sign an edition here, one or two. It holds for editions in review as well."""
    by.require(APPROVE)
    if signatures not in (1, 2):
        allowed = "An edition takes one signature or two. Choose one of them."
        raise Invalid(allowed, fields={"signatures": allowed})
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic_id)
        rule = SigningRule.objects.create(
            clinic_id=by.clinic_id, signatures=signatures, decided_by=steps.staff(by), decided_at=clock.now()
        )
        audit.record(steps.SIGNING_RULE, by=by, about=rule, detail={"signatures": signatures})
    return rule


def retire_edition(*, by: Actor, edition: Edition) -> Edition:
    """Withdraw an edition: the treatment is not offered any more until another is approved."""
    by.require(APPROVE)
    with transaction.atomic():
        row = steps.become(Status.RETIRED, steps.RETIRED, by=by, edition=edition)
        steps.site_changed(by.clinic_id)
        for act in hooks.after_retirement:
            act(by, row)
    return row
