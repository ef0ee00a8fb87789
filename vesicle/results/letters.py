"""The message of a follow-up, on the day it is due."""

from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.aftercare.letters import SUBJECT, plan_link
from vesicle.core.actor import Actor
from vesicle.core.languages import speaking
from vesicle.people import messages
from vesicle.results.models import FollowUp


def send_follow_up(*, by: Actor, follow_up: FollowUp, purpose: str, now: datetime) -> None:
    """Queue the question for its day, once."""
    encounter, patient = follow_up.encounter, follow_up.patient
    place = encounter.appointment.location
    link = plan_link(by=by, encounter=encounter, now=now, page="results")
    with speaking(patient.language):
        subject = _("Week %(week)d: how does it look?") % {"week": follow_up.week}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                purpose,
                _("A few questions, about three minutes:") + f"\n{link}week/{follow_up.week}/",
                f"{encounter.clinic.name}, {place.phone}\n",
            ]
        )
    messages.queue(
        by=by,
        patient=patient,
        kind="follow-up",
        key=f"follow-up:encounter:{encounter.pk}:{follow_up.week}",
        subject=subject,
        body=body,
        due_at=follow_up.due_at,
        time_zone=patient.time_zone,
        subject_type=SUBJECT,
        subject_id=encounter.pk,
    )
