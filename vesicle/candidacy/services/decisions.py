"""Decide, with findings, reason, conditions and signature; withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from vesicle.candidacy import letters, queries
from vesicle.candidacy.domain import Answers, Verdict, evaluate
from vesicle.candidacy.domain.clearance import prints_of, prints_of_stored
from vesicle.candidacy.domain.exam import Examined, Findings, examine, frozen
from vesicle.candidacy.models import ClearanceCondition, Review, ReviewDecision
from vesicle.candidacy.permissions import DECIDE, WITHDRAW
from vesicle.candidacy.services.authority import require_decider
from vesicle.candidacy.services.verdicts import record_verdict
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, Stale
from vesicle.people.models import Patient, Staff
from vesicle.protocols.queries import OfferedOption, offered

DECIDED = audit.define("candidacy.review-decided", "decided about a patient's candidacy")
WITHDRAWN = audit.define("candidacy.clearance-withdrawn", "withdrew a clearance")

Outcome = ReviewDecision.Outcome
Mode = ReviewDecision.Mode
LONGEST_CONDITION = 200


def decide_review(
    *,
    by: Actor,
    review: Review,
    outcome: str,
    mode: str,
    reason: str,
    signature: str,
    conditions: str = "",
    not_before: date | None = None,
    expires_on: date | None = None,
    findings: Findings | None = None,
    requires: Sequence[tuple[str, str]] = (),
    seen: int | None = None,
    seen_decisions: int | None = None,
    now: datetime | None = None,
) -> ReviewDecision:
    """Record a provider's signed decision with what they found, and tell the patient.

    Args:
        by: the provider. Their license has to be named for the examination, and by every rule that names its own.
        review: what they decide about.
        outcome: ``cleared``, ``declined``, ``deferred`` or ``more-information``.
        mode: how they examined: ``in-person``, ``video`` or ``records``. Records alone never clear anybody.
        reason: why, in their own words.
        signature: their full name, typed.
        conditions: advice that goes with the clearance; it blocks nothing.
        not_before: for ``deferred``, the first day.
        expires_on: for ``cleared``, the last day; by default and at most what the protocol allows.
        findings: what the examination found, by ``item.finding`` of the protocol's exam, as typed. A clearance needs
            every required one.
        requires: what a clearance depends on, each with ``booking`` or ``treating``, whichever has to wait for it.
        seen: the number of the verdict that was on their screen; another one since then is refused.
        seen_decisions: how many decisions were on their screen; a newer one is refused.
        now: when; by default now.

    Raises:
        NotPermitted: role or license.
        Blocked: nobody may clear this: unsuitable, a wait that is not over, questions never answered.
        Invalid: a field is missing or cannot be right; findings are named ``exam.`` and their key.
        Stale: the patient has answered anew, or somebody else has decided, since the page was opened.
    """
    by.require(DECIDE)
    at = now or clock.now()
    today = queries.clinic_day(by.clinic_id, at)
    with transaction.atomic():
        row = Review.objects.select_for_update(of=("self",)).select_related("verdict", "screening", "patient")
        found = row.filter(clinic_id=by.clinic_id, pk=review.pk).first()
        if found is None:
            raise NotFound("We could not find that review.")
        if seen is not None and seen != found.verdict_id:
            raise Stale("The answers have changed since you opened this page. Read them again before you decide.")
        if seen_decisions is not None and seen_decisions != found.decisions.count():
            raise Stale("Somebody else has decided since you opened this page. Read their decision first.")
        offer = offered(by.clinic_id, found.option)
        told = queries.said(found.screening)
        verdict = evaluate(offer.option, told.answers, today)
        staff = require_decider(by, queries.authority_for(by.clinic_id, offer, verdict), today)
        examined = _examined(offer, findings or {})
        fields = _faults(outcome, mode, reason, signature, staff)
        if outcome == Outcome.CLEARED:
            _require_clearable(verdict)
        last = today + timedelta(days=offer.option.sections.qualifications.exam_valid_days)
        fields |= _day_faults(outcome, not_before, expires_on, today, last)
        fields |= _exam_faults(outcome, examined) | _condition_faults(outcome, requires)
        if fields:
            raise Invalid("Please check the decision.", fields=fields)
        _keep_what_was_seen(found, offer, verdict, told.answers, at)
        decision = ReviewDecision.objects.create(
            clinic_id=by.clinic_id,
            review=found,
            outcome=outcome,
            mode=mode,
            reason=reason.strip(),
            conditions=conditions.strip(),
            not_before=not_before if outcome == Outcome.DEFERRED else None,
            expires_on=(expires_on or last) if outcome == Outcome.CLEARED else None,
            decided_by=staff,
            licence=staff.licence,
            signature=signature.strip(),
            decided_at=at,
            asked_at=found.requested_at,
            findings=frozen(offer.option.sections.exam, examined.values),
            edition_id=offer.edition_id,
            protocol_version=offer.option.version,
        )
        for text, before in requires:
            ClearanceCondition.objects.create(
                clinic_id=by.clinic_id, decision=decision, text=text.strip(), before=before
            )
        detail: dict[str, object] = {
            "option": found.option,
            "outcome": outcome,
            "mode": mode,
            "verdict": verdict.verdict,
        }
        detail |= {"findings": len(decision.findings), "conditions": len(requires)}
        audit.record(DECIDED, by=by, about=decision, patient_id=found.patient_id, detail=detail, at=at)
        letters.send_decision(by=by, review=found, decision=decision, now=at)
    return decision


def revoke_clearance(
    *, by: Actor, patient: Patient, option: str, reason: str, now: datetime | None = None
) -> ReviewDecision:
    """Withdraw the clearance of a patient for one option, from now on.

    Raises:
        Invalid: no reason is given.
        Conflict: there is no clearance to withdraw.
    """
    by.require(WITHDRAW)
    at = now or clock.now()
    if not reason.strip():
        raise Invalid("Say why the clearance is withdrawn.", fields={"reason": "Say why."})
    with transaction.atomic():
        latest = next(iter(queries.decisions_of(by, patient.pk, option=option)), None)
        if latest is None or latest.outcome != Outcome.CLEARED:
            raise Conflict("There is no clearance for this treatment that could be withdrawn.")
        staff = Staff.objects.get(clinic_id=by.clinic_id, pk=by.person_id)
        decision = ReviewDecision.objects.create(
            clinic_id=by.clinic_id,
            review=latest.review,
            outcome=Outcome.MORE_INFORMATION,
            mode=Mode.RECORDS,
            reason=f"Clearance withdrawn: {reason.strip()}",
            decided_by=staff,
            licence=staff.licence,
            signature=staff.name,
            decided_at=at,
            is_withdrawal=True,
        )
        audit.record(WITHDRAWN, by=by, about=decision, patient_id=patient.pk, detail={"option": option}, at=at)
    return decision


# --- the parts ------------------------------------------------------------------------------------------


def _require_clearable(verdict: Verdict) -> None:
    sentences = [reason.clinician for reason in verdict.reasons]
    if verdict.verdict == "unsuitable":
        message = "Nobody can clear this: the answers exclude it. Only other answers can change that."
        raise Blocked(message, reasons=sentences, code="not-clearable")
    if verdict.verdict == "defer":
        when = f"It opens by itself on {verdict.earliest}." if verdict.earliest else "Something has to happen first."
        raise Blocked(f"Nobody can clear this before its time. {when}", reasons=sentences, code="not-clearable")
    if verdict.unasked:
        count = len(verdict.unasked)
        message = f"{count} question{'s were' if count > 1 else ' was'} never answered. Ask first; then decide."
        raise Blocked(message, reasons=list(verdict.unasked), code="not-clearable")


def _faults(outcome: str, mode: str, reason: str, signature: str, staff: Staff) -> dict[str, str]:
    fields = {}
    if outcome not in Outcome.values:
        fields["outcome"] = "Choose what you decide."
    if mode not in Mode.values:
        fields["mode"] = "Say how you examined."
    elif mode == Mode.RECORDS and outcome == Outcome.CLEARED:
        fields["mode"] = "Records alone clear nobody: examine in person or by live video."
    if not reason.strip():
        fields["reason"] = "Say why; it becomes part of the record."
    if not set(staff.name.casefold().split()) <= set(signature.casefold().split()):
        fields["signature"] = f"Type your full name, {staff.name}, as your signature."
    return fields


def _day_faults(
    outcome: str, not_before: date | None, expires_on: date | None, today: date, last: date
) -> dict[str, str]:
    if outcome == Outcome.DEFERRED and (not_before is None or not_before <= today):
        return {"not_before": "Give the first day on which it may be done, after today."}
    if outcome == Outcome.CLEARED and expires_on is not None and not today <= expires_on <= last:
        return {"expires_on": f"Give a day from today to {last}, the longest this protocol allows."}
    return {}


def _examined(offer: OfferedOption, findings: Findings) -> Examined:
    examined = examine(offer.option.sections.exam, findings)
    if examined.unknown:
        raise Stale("The protocol's examination has changed since you opened this page. Open it again.")
    return examined


def _exam_faults(outcome: str, examined: Examined) -> dict[str, str]:
    """Say what is wrong with the findings. Only a clearance needs all of them, and none that speaks against it."""
    faults: Mapping[str, str] = examined.problems
    if outcome == Outcome.CLEARED:
        faults = {**examined.missing, **examined.against, **faults}
    return {f"exam.{key}": words for key, words in faults.items()}


def _condition_faults(outcome: str, requires: Sequence[tuple[str, str]]) -> dict[str, str]:
    if requires and outcome != Outcome.CLEARED:
        return {"requires": "Conditions go with a clearance. Clear on these conditions, or take them out."}
    for text, before in requires:
        if not text.strip() or len(text.strip()) > LONGEST_CONDITION:
            return {"requires": f"Say what has to happen, in at most {LONGEST_CONDITION} characters."}
        if before not in ClearanceCondition.Before.values:
            return {"requires": f"“{text.strip()}”: say whether booking or treating waits for it."}
    return {}


def _keep_what_was_seen(review: Review, offer: OfferedOption, verdict: Verdict, answers: Answers, at: datetime) -> None:
    """Store the verdict the decision rests on, where the stored one is of another day, edition or answer."""
    known = review.verdict
    same = (
        known.verdict == verdict.verdict
        and known.edition_id == offer.edition_id
        and prints_of_stored(known.reasons, Answers.from_json(known.input)) == prints_of(verdict.for_review, answers)
    )
    if not same:
        review.verdict = record_verdict(review.screening, offer, verdict, answers, at)
        review.save(update_fields=["verdict"])
