"""What candidacy writes to patients. Health facts stay behind the private link, out of the e-mail."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.candidacy.models import ClearanceCondition, Review, ReviewDecision
from vesicle.candidacy.queries.screenings import LINK
from vesicle.core.actor import Actor
from vesicle.core.languages import speaking
from vesicle.people import links, messages

LINK_FOR = timedelta(days=90)


def send_decision(*, by: Actor, review: Review, decision: ReviewDecision, now: datetime) -> None:
    """Tell the patient that a provider has decided, and where to read it."""
    with speaking(review.patient.language):
        said = _("%(name)s has looked at your answers and decided.") % {"name": decision.decided_by.name}
        _send(
            by=by,
            review=review,
            kind="candidacy-decision",
            key=f"candidacy-decision:{decision.pk}",
            subject=_("A provider has looked at your answers"),
            said=f"{said} {_next(decision)}",
            now=now,
        )


def send_conditions_met(*, by: Actor, review: Review, decision: ReviewDecision, now: datetime) -> None:
    """Tell the patient that nothing is open any more of what their clearance depended on."""
    with speaking(review.patient.language):
        _send(
            by=by,
            review=review,
            kind="candidacy-conditions-met",
            key=f"candidacy-conditions-met:{decision.pk}",
            subject=_("What we were waiting for has arrived"),
            said=_(
                "everything that a provider had asked for is there now. You can choose a time, if you have none yet."
            ),
            now=now,
        )


def _next(decision: ReviewDecision) -> str:
    """Return what the patient does next, without a word about their health."""
    waits = {one.before for one in decision.requirements.all()}
    if ClearanceCondition.Before.BOOKING in waits:
        return _("Something has to happen before you can choose a time; your page says what.")
    if waits:
        return _("You can choose a time now. Your page says what has to happen before the treatment.")
    return {
        ReviewDecision.Outcome.CLEARED: _("You can choose a time now."),
        ReviewDecision.Outcome.DECLINED: _("Your page says why, and what else may suit you."),
        ReviewDecision.Outcome.DEFERRED: _("Your page says from when."),
        ReviewDecision.Outcome.MORE_INFORMATION: _("They need to know a little more; your page says what."),
    }[ReviewDecision.Outcome(decision.outcome)]


def _send(*, by: Actor, review: Review, kind: str, key: str, subject: str, said: str, now: datetime) -> None:
    patient = review.patient
    token = links.make_link(
        by=by, patient=patient, purpose=LINK, subject_id=review.screening_id, valid_for=LINK_FOR, at=now
    )
    address = links.link_url(reverse("candidacy:result", args=[token]))
    messages.queue(
        by=by,
        patient=patient,
        kind=kind,
        key=key,
        subject=subject,
        body="\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                said,
                _("Read it here:") + f"\n{address}",
                f"{review.clinic.name}, {review.clinic.phone}\n",
            ]
        ),
        due_at=now,
        time_zone=patient.time_zone,
        subject_type="review",
        subject_id=review.pk,
    )
