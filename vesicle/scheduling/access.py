"""Two ways for a patient to reach an appointment: a private link, or being signed in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.people import queries as people
from vesicle.people.identity import patient_actor
from vesicle.people.links import LinkGone, open_link
from vesicle.scheduling import queries
from vesicle.scheduling.letters import LINK
from vesicle.scheduling.models import Appointment

P = ParamSpec("P")


def opened(request: HttpRequest, key: str, *, now: datetime) -> tuple[Actor, Appointment]:
    """Return the patient acting and their appointment.

    ``key`` is the token of a private link, or the appointment's number for a patient who is signed
    in. Raises ``NotFound`` (with kind words for an old link) when it opens nothing.
    """
    if key.isdigit() and request.actor.is_patient:
        return request.actor, queries.appointment(request.actor, int(key))
    link = open_link(key, purpose=LINK, now=now)
    if link.patient is None or link.subject_id is None:
        raise LinkGone("This link is not complete. Open it from the message again, or call us.")
    actor = patient_actor(link.patient)
    return actor, queries.appointment(actor, link.subject_id)


def in_their_language(
    page: Callable[Concatenate[HttpRequest, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let a page reached from a letter speak as the letter does: as the patient chose, or changed to on the page."""

    @wraps(page)
    def speaking(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _, booked = opened(request, key, now=clock.now())
        code = languages.chosen(request, booked.patient.language if booked.patient else languages.ENGLISH)
        request.language = code  # for the page of an error
        with languages.speaking(code):
            return page(request, key, *args, **kwargs)

    return speaking


def in_chosen_language(page: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page speak as the visitor chose on it, else as the patient who is signed in wishes, else English."""

    @wraps(page)
    def speaking(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        own = people.patient(request.actor, request.actor.person_id).language if request.actor.is_patient else ""
        request.language = languages.chosen(request, own or languages.ENGLISH)  # for the page of an error
        with languages.speaking(request.language):
            return page(request, *args, **kwargs)

    return speaking
