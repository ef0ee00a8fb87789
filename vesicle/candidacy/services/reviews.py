"""Ask a provider: once, again when answers change, and anew before a clearance ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy import queries
from vesicle.candidacy.domain import Answers
from vesicle.candidacy.domain.clearance import Clearance, prints_of_stored
from vesicle.candidacy.models import Review, ReviewDecision, Screening, ScreeningVerdict
from vesicle.candidacy.permissions import ASK_REVIEW
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, NotFound

REQUESTED = audit.define("candidacy.review-requested", "asked for a provider's decision")
OPENED = audit.define("candidacy.review-opened", "read a patient's candidacy answers")

Outcome = ReviewDecision.Outcome
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
        raise Conflict(_("Some questions are still open. Answer them first; “not sure” is an answer, too."))
    told = queries.said(screening)
    if queries.open_way(by, screening, told, queries.clinic_day(by.clinic_id, at), in_full=option).must_ask:
        raise Conflict(_("A provider needs a few more answers first. Go on with the questions, then ask again."))
    if row.verdict not in OPEN_TO_REVIEW:
        sentences = [reason["patient"] for reason in row.reasons if reason["part"] == "deciding"]
        raise Blocked(_("A provider cannot clear this now."), reasons=sentences, code="not-reviewable")
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


def renew_exam(*, by: Actor, patient_id: int, option: str, on: date, now: datetime | None = None) -> Review | None:
    """Ask for a fresh examination where a clearance will have ended by ``on``, the day of a booked visit.

    Returns:
        The review that waits, or ``None`` where none is due: there is no clearance, it still holds on that day, or
        something else than its end stands in the way. Safe to repeat: what waits already is not asked for again.
    """
    at = now or clock.now()
    standing = gate(by, patient_id, option, on)
    if standing.blocker != "expired":
        return None
    screening = Screening.objects.filter(clinic_id=by.clinic_id, pk=standing.screening_id or 0).first()
    row = queries.stored_verdict(screening, option) if screening else None
    if screening is None or row is None or row.verdict == ScreeningVerdict.Verdict.INCOMPLETE:
        return None
    return _request(by, screening, row, at)


# --- the parts ------------------------------------------------------------------------------------------


def gate(by: Actor, patient_id: int, option: str, on: date) -> Clearance:
    """Return the clearance for a service that acts for whoever holds the screening's link."""
    reader = Actor.system(by.clinic_id, "candidacy") if by.kind == "visitor" else by
    return queries.clearance(reader, patient_id=patient_id, option_id=option, on=on)


def _request(by: Actor, screening: Screening, row: ScreeningVerdict, at: datetime) -> Review:
    if screening.patient_id is None:
        raise Conflict(_("Tell us who you are first, so that a provider can answer you."))
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


def _require_own(by: Actor, screening: Screening) -> None:
    if screening.clinic_id != by.clinic_id or (by.is_patient and screening.patient_id != by.id):
        raise NotFound(_("We could not find the questions that belong to this link."))
