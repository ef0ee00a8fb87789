"""Two ways for a patient to reach an appointment: a private link, or being signed in."""

from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.clinic.requests import HttpRequest
from vesicle.core.actor import Actor
from vesicle.people.identity import patient_actor
from vesicle.people.links import LinkGone, open_link
from vesicle.scheduling import queries
from vesicle.scheduling.letters import LINK
from vesicle.scheduling.models import Appointment


def opened(request: HttpRequest, key: str, *, now: datetime) -> tuple[Actor, Appointment]:
    """Return the patient acting and their appointment.

    ``key`` is the token of a private link, or the appointment's number for a patient who is signed
    in. Raises ``NotFound`` (with kind words for an old link) when it opens nothing.
    """
    if key.isdigit() and request.actor.is_patient:
        return request.actor, queries.appointment(request.actor, int(key))
    link = open_link(key, purpose=LINK, now=now)
    if link.patient is None or link.subject_id is None:
        raise LinkGone(_("This link is not complete. Open it from the message again, or call us."))
    actor = patient_actor(link.patient)
    return actor, queries.appointment(actor, link.subject_id)
