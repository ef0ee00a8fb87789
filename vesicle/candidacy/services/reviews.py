"""Ask a provider; decide, with reason and signature; withdraw."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from vesicle.candidacy import letters, queries
from vesicle.candidacy.domain import Answers, Verdict, evaluate
from vesicle.candidacy.domain.clearance import Clearance, may_decide, prints_of, prints_of_stored
from vesicle.candidacy.models import Review, ReviewDecision, Screening, ScreeningVerdict
from vesicle.candidacy.permissions import ASK_REVIEW, DECIDE, WITHDRAW
from vesicle.candidacy.services.verdicts import record_verdict
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.permissions import Role
from vesicle.people.models import Patient, Staff
from vesicle.protocols.queries import OfferedOption, offered

REQUESTED = audit.define("candidacy.review-requested", "asked for a provider's decision")
OPENED = audit.define("candidacy.review-opened", "read a patient's candidacy answers")
DECIDED = audit.define("candidacy.review-decided", "decided about a patient's candidacy")
WITHDRAWN = audit.define("candidacy.clearance-withdrawn", "withdrew a clearance")

Outcome = ReviewDecision.Outcome
Mode = ReviewDecision.Mode
OPEN_TO_REVIEW = ("review", "suitable")


def request_review(*, by: Actor, screening: Screening, option: str, now: datetime | None = None) -> Review:
    """Ask a provider to decide about one option. Asking again while it waits changes nothing.

    Raises:
        Conflict: the person has not said who they are, or has not finished the questions.
        Blocked: the answers exclude the option, or it has to wait first; ``reasons`` say why.
    """
    by.require(ASK_REVIEW)
    at = now or clock.now()
    _require_own(by, screening)
    row = queries.stored_verdict(screening, option)
    if row is None or row.verdict == ScreeningVerdict.Verdict.INCOMPLETE:
        raise Conflict("Some questions are still open. Answer them first; “not sure” is an answer, too.")
    told = queries.said(screening)
    if queries.open_way(by, screening, told, queries.clinic_day(by.clinic_id, at), in_full=option).must_ask:
        raise Conflict("A provider needs a few more answers first. Go on with the questions, then ask again.")
    if row.verdict not in OPEN_TO_REVIEW:
        sentences = [reason["patient"] for reason in row.reasons if reason["part"] == "deciding"]
        raise Blocked("A provider cannot clear this now.", reasons=sentences, code="not-reviewable")
    return _request(by, screening, row, at)


def ensure_review(*, by: Actor, screening: Screening, option: str, now: datetime | None = None) -> Review | None:
    """Ask for the examination that comes before a first treatment, where nothing speaks against the option.

    Returns:
        The review, or ``None`` where none is needed: nobody chose the option, it is not suitable, or a clearance that
        still holds covers it.
    """
    at = now or clock.now()
    row = queries.stored_verdict(screening, option) if option else None
    if row is None or screening.patient_id is None or row.verdict != ScreeningVerdict.Verdict.SUITABLE:
        return None
    today = queries.clinic_day(by.clinic_id, at)
    standing = gate(by, screening.patient_id, option, today)
    if standing.decision is not None and standing.decision.is_in_force(today) and standing.may_book:
        return None
    return _request(by, screening, row, at)


def ensure_exam(*, by: Actor, patient_id: int, option: str, now: datetime | None = None) -> Review | None:
    """Ask for the examination before a first treatment when a patient has booked ``option``.

    Looks at the patient's newest finished screening; returns as ``ensure_review``. Safe to repeat.
    """
    rows = Screening.objects.filter(clinic_id=by.clinic_id, patient_id=patient_id, completed_at__isnull=False)
    latest = rows.order_by("-completed_at", "-pk").first()
    return ensure_review(by=by, screening=latest, option=option, now=now) if latest else None


def review_again(*, by: Actor, screening: Screening, now: datetime) -> None:
    """Bring the reviews of a screening up to its new answers.

    One that waits shows the new verdict; one that was decided waits again where the decision no longer covers the
    answers, or where it was to find out more.
    """
    for row in Review.objects.filter(screening=screening).select_related("verdict"):
        newest = queries.stored_verdict(screening, row.option)
        if newest is None or newest.pk == row.verdict_id:
            continue
        latest = row.decisions.order_by("-decided_at", "-pk").first()
        is_waiting = latest is None or latest.decided_at < row.requested_at
        if not is_waiting and latest is not None:
            if newest.verdict not in OPEN_TO_REVIEW or latest.outcome in (Outcome.DECLINED, Outcome.DEFERRED):
                continue
            if latest.outcome == Outcome.CLEARED and _covers(row.verdict, newest):
                continue
            row.requested_at = now
            audit.record(REQUESTED, by=by, about=row, patient_id=row.patient_id, detail={"option": row.option}, at=now)
        row.verdict = newest
        row.save(update_fields=["verdict", "requested_at"])


def open_review(*, by: Actor, review_id: int) -> Review:
    """Return a review for the page that shows everything the patient said, and note that it was opened."""
    found = queries.review(by, review_id)
    audit.record(OPENED, by=by, about=found, patient_id=found.patient_id)
    return found


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
    seen: int | None = None,
    now: datetime | None = None,
) -> ReviewDecision:
    """Record a provider's signed decision and tell the patient.

    Args:
        by: the provider. Their license has to be named for the examination, and by every rule that names its own.
        review: what they decide about.
        outcome: ``cleared``, ``declined``, ``deferred`` or ``more-information``.
        mode: how they examined: ``in-person``, ``video`` or ``records``. Records alone never clear anybody.
        reason: why, in their own words.
        signature: their full name, typed.
        conditions: what the clearance depends on.
        not_before: for ``deferred``, the first day.
        expires_on: for ``cleared``, the last day; by default and at most what the protocol allows.
        seen: the number of the verdict that was on their screen; another one since then is refused.
        now: when; by default now.

    Raises:
        NotPermitted: role or license.
        Blocked: nobody may clear this: unsuitable, a wait that is not over, questions never answered.
        Invalid: a field is missing or cannot be right.
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
        offer = offered(by.clinic_id, found.option)
        told = queries.said(found.screening)
        verdict = evaluate(offer.option, told.answers, today)
        staff = _who_may(by, offer, verdict, today)
        fields = _faults(outcome, mode, reason, signature, staff)
        if outcome == Outcome.CLEARED:
            _require_clearable(verdict)
        last = today + timedelta(days=offer.option.sections.qualifications.exam_valid_days)
        fields |= _day_faults(outcome, not_before, expires_on, today, last)
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
        )
        detail = {"option": found.option, "outcome": outcome, "mode": mode, "verdict": verdict.verdict}
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
        )
        audit.record(WITHDRAWN, by=by, about=decision, patient_id=patient.pk, detail={"option": option}, at=at)
    return decision


# --- the parts ------------------------------------------------------------------------------------------


def gate(by: Actor, patient_id: int, option: str, on: date) -> Clearance:
    """Return the clearance for a service that acts for whoever holds the screening's link."""
    reader = Actor.system(by.clinic_id, "candidacy") if by.kind == "visitor" else by
    return queries.clearance(reader, patient_id=patient_id, option_id=option, on=on)


def licences_for(offer: OfferedOption, verdict: Verdict) -> list[Collection[str]]:
    """Return the sets of licenses of which a deciding provider's has to be in every one."""
    behind = {name for reason in verdict.for_review for name in reason.rules}
    named = [rule.rule.cleared_by for rule in offer.option.rules if rule.id in behind and rule.rule.cleared_by]
    return [offer.option.sections.qualifications.exam_by, *named]


def may_clear(by: Actor, offer: OfferedOption, verdict: Verdict) -> bool:
    """Return whether role and license let ``by`` decide. The medical director may, wherever they may examine."""
    exam_by = offer.option.sections.qualifications.exam_by
    is_director = Role.MEDICAL_DIRECTOR in by.roles and by.licence in exam_by
    return by.may(DECIDE) and (is_director or may_decide(licences_for(offer, verdict), by.licence))


def _request(by: Actor, screening: Screening, row: ScreeningVerdict, at: datetime) -> Review:
    if screening.patient_id is None:
        raise Conflict("Tell us who you are first, so that a provider can answer you.")
    with transaction.atomic():
        review, is_new = Review.objects.get_or_create(
            clinic_id=by.clinic_id,
            screening=screening,
            option=row.option,
            defaults={"patient_id": screening.patient_id, "verdict": row, "requested_at": at},
        )
        if not is_new and not review.decisions.filter(decided_at__gte=review.requested_at).exists():
            return review
        if not is_new:
            review.verdict, review.requested_at = row, at
            review.save(update_fields=["verdict", "requested_at"])
        detail = {"option": row.option, "verdict": row.verdict}
        audit.record(REQUESTED, by=by, about=review, patient_id=review.patient_id, detail=detail, at=at)
    return review


def _covers(seen: ScreeningVerdict, newest: ScreeningVerdict) -> bool:
    before = prints_of_stored(seen.reasons, Answers.from_json(seen.input))
    return prints_of_stored(newest.reasons, Answers.from_json(newest.input)) <= before


def _who_may(by: Actor, offer: OfferedOption, verdict: Verdict, today: date) -> Staff:
    staff = Staff.objects.filter(clinic_id=by.clinic_id, pk=by.person_id).first()
    if staff is None or not may_clear(by, offer, verdict):
        names = ", ".join(offer.option.sections.qualifications.exam_by).upper()
        raise NotPermitted(f"Your license does not allow this decision. The protocol names: {names}.")
    if staff.licence_expires_on is not None and staff.licence_expires_on < today:
        raise NotPermitted(f"Your license expired on {staff.licence_expires_on}. Have it renewed in your record first.")
    return staff


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


def _require_own(by: Actor, screening: Screening) -> None:
    if screening.clinic_id != by.clinic_id or (by.is_patient and screening.patient_id != by.id):
        raise NotFound("We could not find the questions that belong to this link.")
