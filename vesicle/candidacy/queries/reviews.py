"""Who waits for a provider, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from vesicle.candidacy.domain.clearance import REVIEW_WITHIN
from vesicle.candidacy.models import ClearanceCondition, Review, ReviewDecision
from vesicle.candidacy.permissions import SEE_ANSWERS, SEE_QUEUE
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.people import queries as people


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue.

    ``is_exam``: nothing speaks against it, and a provider still has to examine. ``is_renewal``: a clearance was given
    before, and it ends or does not cover the answers any more.
    """

    review: Review
    waiting: timedelta
    is_overdue: bool
    is_exam: bool
    is_renewal: bool


def queue(actor: Actor, *, now: datetime) -> list[Waiting]:
    """Return the reviews that wait, the longest waiting first, in one read."""
    actor.require(SEE_QUEUE)
    earlier = ReviewDecision.objects.filter(
        clinic_id=actor.clinic_id,
        review__patient_id=OuterRef("patient_id"),
        review__option=OuterRef("option"),
        outcome=ReviewDecision.Outcome.CLEARED,
    )
    rows = pending(actor).select_related("patient", "verdict").defer("verdict__input")
    return [
        Waiting(
            row,
            now - row.requested_at,
            now - row.requested_at > REVIEW_WITHIN,
            row.verdict.verdict == "suitable",
            row.was_cleared,
        )
        for row in rows.annotate(was_cleared=Exists(earlier)).order_by("requested_at", "pk")
    ]


def waiting_count(actor: Actor) -> int:
    """Return how many reviews wait; 0 for somebody who may not see the queue."""
    return pending(actor).count() if actor.may(SEE_QUEUE) else 0


def decided(actor: Actor, *, limit: int = 20) -> Sequence[ReviewDecision]:
    """Return the latest decisions, newest first."""
    actor.require(SEE_QUEUE)
    rows = ReviewDecision.objects.filter(clinic_id=actor.clinic_id).defer("findings")
    return list(rows.select_related("review__patient", "decided_by").order_by("-decided_at", "-pk")[:limit])


def review(actor: Actor, review_id: int) -> Review:
    """Return one review with its patient, screening and verdict. Raises ``NotFound``."""
    rows = Review.objects.filter(clinic_id=actor.clinic_id, pk=review_id)
    found = rows.select_related("patient", "screening", "verdict").first()
    if found is None:
        raise NotFound("We could not find that review.")
    if actor.is_patient:
        people.require_chart(actor, found.patient_id)
    else:
        actor.require(SEE_ANSWERS)
    return found


def decisions_of(actor: Actor, patient_id: int, *, option: str | None = None) -> Sequence[ReviewDecision]:
    """Return a patient's decisions, newest first; about one option, or all."""
    people.require_chart(actor, patient_id)
    rows = ReviewDecision.objects.filter(clinic_id=actor.clinic_id, review__patient_id=patient_id)
    if option is not None:
        rows = rows.filter(review__option=option)
    rows = rows.select_related("review", "decided_by").prefetch_related("requirements__met__met_by")
    return list(rows.order_by("-decided_at", "-pk"))


def decision(actor: Actor, decision_id: int) -> ReviewDecision:
    """Return one decision with everything that belongs to its record. Raises ``NotFound``."""
    rows = ReviewDecision.objects.filter(clinic_id=actor.clinic_id, pk=decision_id)
    rows = rows.select_related("review__patient", "decided_by", "edition")
    found = rows.prefetch_related("requirements__met__met_by").first()
    if found is None:
        raise NotFound("We could not find that decision.")
    actor.require(SEE_ANSWERS)
    people.patient(actor, found.review.patient_id)
    return found


def condition(actor: Actor, condition_id: int) -> ClearanceCondition:
    """Return one condition of a clearance with its decision and patient. Raises ``NotFound``."""
    rows = ClearanceCondition.objects.filter(clinic_id=actor.clinic_id, pk=condition_id)
    found = rows.select_related("decision__review__patient", "decision__decided_by", "met__met_by").first()
    if found is None:
        raise NotFound("We could not find that condition.")
    actor.require(SEE_QUEUE)
    people.patient(actor, found.decision.review.patient_id)
    return found


def pending_of(actor: Actor, patient_id: int) -> Sequence[Review]:
    """Return a patient's reviews that wait for a provider."""
    people.require_chart(actor, patient_id)
    return list(pending(actor).filter(patient_id=patient_id).order_by("requested_at"))


def pending(actor: Actor) -> QuerySet[Review]:
    """Return reviews without a decision since they were asked for; of several about one thing, the newest."""
    rows = Review.objects.filter(clinic_id=actor.clinic_id)
    answered = ReviewDecision.objects.filter(review=OuterRef("pk"), decided_at__gte=OuterRef("requested_at"))
    newer = Review.objects.filter(
        patient_id=OuterRef("patient_id"), option=OuterRef("option"), screening_id__gt=OuterRef("screening_id")
    )
    return rows.filter(~Exists(answered), ~Exists(newer))
