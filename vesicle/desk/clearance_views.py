"""Where clearances stand, for the desk: of one booked visit, and of those that will have ended by theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy.domain.clearance import Clearance
from vesicle.candidacy.permissions import SEE_ANSWERS, SEE_QUEUE
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.people.access import staff_page
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import exams
from vesicle.scheduling.models import Appointment
from vesicle.treatment.permissions import CHART


@dataclass(frozen=True, slots=True)
class Line:
    """One visit on the list. ``is_waiting``: a provider has been asked and has not decided yet."""

    appointment: Appointment
    clearance: Clearance
    name: str
    is_waiting: bool


@staff_page(SEE_QUEUE)
@require_GET
def lapsing(request: HttpRequest) -> HttpResponse:
    """List the booked visits whose clearance will have ended by then."""
    actor, now = request.actor, clock.now()
    names = {offer.option.id: offer.option.label for offer in offered_options(actor.clinic_id)}
    waiting = {(line.review.patient_id, line.review.option) for line in candidacy.queue(actor, now=now)}
    rows = [
        Line(
            one.appointment,
            one.clearance,
            names.get(one.appointment.option, one.appointment.option),
            (one.appointment.patient_id, one.appointment.option) in waiting,
        )
        for one in exams.lapsing(actor, now=now)
    ]
    return render(request, "desk/lapsing.html", {"rows": rows, "may_chart": actor.may(CHART)})


def of_visit(actor: Actor, appointment: Appointment) -> dict[str, object]:
    """Return what the panel shows of the clearance for a visit; nothing for who may not see it."""
    if appointment.patient_id is None or not appointment.treats or not actor.may(SEE_QUEUE):
        return {}
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    found = candidacy.clearance(actor, patient_id=appointment.patient_id, option_id=appointment.option, on=on)
    pending = [row for row in candidacy.pending_of(actor, appointment.patient_id) if row.option == appointment.option]
    opens = pending[0].pk if pending and actor.may(SEE_ANSWERS) else None
    return {"clearance": found, "review_id": opens, "is_waiting": bool(pending)}


def lapsing_soon(actor: Actor) -> list[exams.Lapsing]:
    """Return the visits to be told of on the board; nothing for who may not see it."""
    return exams.lapsing(actor, now=clock.now()) if actor.may(SEE_QUEUE) else []
