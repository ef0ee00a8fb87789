"""Two ways for a patient to reach the time after a visit: a private link, or being signed in."""

from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.aftercare.letters import LINK
from vesicle.clinic.requests import HttpRequest
from vesicle.core.actor import Actor
from vesicle.people.identity import patient_actor
from vesicle.people.links import LinkGone, open_link
from vesicle.treatment import queries as visits
from vesicle.treatment.models import Encounter


def opened(request: HttpRequest, key: str, *, now: datetime) -> tuple[Actor, Encounter]:
    """Return the patient acting and their visit.

    ``key`` is the token of a private link, or the visit's number for a patient who is signed in.
    """
    if key.isdigit() and request.actor.is_patient:
        return request.actor, visits.encounter(request.actor, int(key))
    link = open_link(key, purpose=LINK, now=now)
    if link.patient is None or link.subject_id is None:
        raise LinkGone(_("This link is not complete. Open it from the message again, or call us."))
    actor = patient_actor(link.patient)
    return actor, visits.encounter(actor, link.subject_id)
