"""Results as the staff see them: the same curve, what is due, and new measurements."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Invalid
from vesicle.people.access import staff_page
from vesicle.protocols.bank import Measure, load_bank
from vesicle.protocols.schema import Option
from vesicle.results import queries, services
from vesicle.results.forms import MeasurementForm, PhotoForm
from vesicle.results.permissions import MEASURE, READ
from vesicle.results.views import as_pdf, context_of
from vesicle.treatment import photos
from vesicle.treatment import queries as visits


@staff_page(READ)
def due(request: HttpRequest) -> HttpResponse:
    """Follow-ups that are open and not answered."""
    return render(request, "results/due.html", {"follow_ups": queries.due_for_staff(request.actor, now=clock.now())})


@staff_page(READ)
def result(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """One visit's result; clinician scores and device readings are added below."""
    encounter = visits.encounter(request.actor, encounter_id)
    context = context_of(request.actor, encounter)
    option = context["option"]
    measures = _measures(option) if isinstance(option, Option) else []
    form = MeasurementForm(measures, request.POST or None)
    if request.method == "POST" and form.is_valid() and request.actor.may(MEASURE):
        try:
            services.record_measurement(by=request.actor, encounter=encounter, now=clock.now(), **form.measured())
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            messages.success(request, "The measurement is recorded.")
            return redirect("results_desk:result", encounter_id=encounter_id)
    context |= {"form": form, "photo_form": PhotoForm(), "may_measure": request.actor.may(MEASURE)}
    return render(request, "results/desk_result.html", context, status=422 if form.errors else 200)


@staff_page(READ)
def result_pdf(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """One visit's result as a document for the chart."""
    return as_pdf(request.actor, visits.encounter(request.actor, encounter_id))


def _measures(option: Option) -> list[Measure]:
    wanted = {measure for planned in option.sections.follow_ups for measure in planned.measures}
    found = (load_bank().measures[measure] for measure in sorted(wanted))
    return [measure for measure in found if set(measure.scored_by) & {"clinician", "device"}]


@staff_page(MEASURE)
@require_POST
def photo(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """Store a follow-up photograph taken in the clinic."""
    encounter = visits.encounter(request.actor, encounter_id)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Choose a photograph, its view and its week.")
        return redirect("results_desk:result", encounter_id=encounter_id)
    now = clock.now()
    try:
        photos.store(
            by=request.actor,
            patient=encounter.patient,
            upload=form.cleaned_data["photo"],
            view=form.cleaned_data["view"],
            taken_at=now,
            now=now,
            encounter=encounter,
            day=(now - encounter.started_at).days,
            week=form.cleaned_data["week"],
        )
    except (Invalid, Blocked) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The photograph is stored.")
    return redirect("results_desk:result", encounter_id=encounter_id)
