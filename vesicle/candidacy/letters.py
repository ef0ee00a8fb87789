"""What candidacy writes to patients. Health facts stay behind the private link, out of the e-mail."""

from datetime import datetime, timedelta

from django.urls import reverse

from vesicle.candidacy.models import Review, ReviewDecision
from vesicle.candidacy.queries.screenings import LINK
from vesicle.core.actor import Actor
from vesicle.people import links, messages

LINK_FOR = timedelta(days=90)

_NEXT = {
    ReviewDecision.Outcome.CLEARED: "You can choose a time now.",
    ReviewDecision.Outcome.DECLINED: "Your page says why, and what else may suit you.",
    ReviewDecision.Outcome.DEFERRED: "Your page says from when.",
    ReviewDecision.Outcome.MORE_INFORMATION: "They need to know a little more; your page says what.",
}


def send_decision(*, by: Actor, review: Review, decision: ReviewDecision, now: datetime) -> None:
    """Tell the patient that a provider has decided, and where to read it."""
    patient = review.patient
    token = links.make_link(
        by=by, patient=patient, purpose=LINK, subject_id=review.screening_id, valid_for=LINK_FOR, at=now
    )
    address = links.link_url(reverse("candidacy:result", args=[token]))
    messages.queue(
        by=by,
        patient=patient,
        kind="candidacy-decision",
        key=f"candidacy-decision:{decision.pk}",
        subject="A provider has looked at your answers",
        body=(
            f"Hello {patient.called},\n\n{decision.decided_by.name} has looked at your answers and decided. "
            f"{_NEXT[ReviewDecision.Outcome(decision.outcome)]}\n\nRead it here:\n{address}\n\n"
            f"{review.clinic.name}, {review.clinic.phone}\n"
        ),
        due_at=now,
        time_zone=patient.time_zone,
        subject_type="review",
        subject_id=review.pk,
    )
