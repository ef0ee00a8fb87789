"""The record of a decision, and the note that a condition is met."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.exam_forms import MetForm
from vesicle.candidacy.forms import add_problems
from vesicle.candidacy.permissions import MEET, SEE_ANSWERS, SEE_QUEUE
from vesicle.candidacy.views.parts import in_clinic_time, posted
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.people.access import staff_page
from vesicle.people.services import open_record
from vesicle.protocols.queries import offered_options


@staff_page(SEE_ANSWERS)
@require_GET
@in_clinic_time
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Show one decision as a sheet of paper: who, what was found, on which conditions, signed."""
    found = queries.decision(request.actor, decision_id)
    open_record(by=request.actor, patient_id=found.review.patient_id)
    names = presenters.option_names(offered_options(request.actor.clinic_id))
    context = {
        "record": presenters.decision_record(found),
        "patient": found.review.patient,
        "name": names.get(found.review.option, found.review.option),
    }
    return render(request, "candidacy/desk/decision.html", context)


@staff_page(SEE_QUEUE)
@require_http_methods(["GET", "POST"])
@in_clinic_time
def condition(request: HttpRequest, condition_id: int) -> HttpResponse:
    """Show one condition of a clearance; note that it is met."""
    found = queries.condition(request.actor, condition_id)
    patient = found.decision.review.patient
    form = MetForm(posted(request), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            services.meet_condition(
                by=request.actor, condition_id=found.pk, note=form.cleaned_data["note"], now=clock.now()
            )
        except Invalid as refused:
            add_problems(form, refused.fields, refused.message)
        except (Conflict, NotPermitted) as refused:
            add_problems(form, {}, refused.message)
        else:
            messages.success(request, f"Noted: {found.text}")
            return redirect("candidacy_desk:patient", patient_id=patient.pk)
    names = presenters.option_names(offered_options(request.actor.clinic_id))
    option = found.decision.review.option
    context = {
        "condition": found,
        "is_met": hasattr(found, "met"),
        "patient": patient,
        "name": names.get(option, option),
        "may_meet": request.actor.may(MEET),
        "form": form,
    }
    return render(request, "candidacy/desk/condition.html", context, status=422 if form.errors else 200)
