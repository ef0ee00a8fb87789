"""The staff's pages: a patient, search, somebody new, the audit trail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from vesicle.aftercare import queries as aftercare
from vesicle.candidacy import queries as candidacy
from vesicle.clinic import queries as stock
from vesicle.clinic.permissions import SEE_STOCK
from vesicle.clinic.requests import HttpRequest
from vesicle.consent import queries as consents
from vesicle.core import audit, clock
from vesicle.core.errors import Invalid
from vesicle.desk import queries
from vesicle.desk.forms import PatientForm
from vesicle.desk.permissions import OPEN, READ_AUDIT
from vesicle.people import queries as people
from vesicle.people import services as people_services
from vesicle.people.access import staff_page
from vesicle.people.permissions import SEE_PATIENTS
from vesicle.results.permissions import READ as READ_RESULTS
from vesicle.scheduling import money_queries
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.permissions import BOOK, SEE_FEES
from vesicle.treatment import queries as visits
from vesicle.treatment.permissions import READ


@staff_page(SEE_PATIENTS)
def patients(request: HttpRequest) -> HttpResponse:
    """Find a patient, or see those who came last."""
    text = request.GET.get("q", "").strip()
    rows = people.search(request.actor, text, limit=50) if text else people.latest(request.actor, limit=30)
    return render(request, "desk/patients.html", {"patients": rows, "text": text})


@staff_page(OPEN)
def search(request: HttpRequest) -> HttpResponse:
    """Find a patient by name, e-mail or phone, or a lot by its code; one exact hit opens at once."""
    text = request.GET.get("q", "").strip()
    actor = request.actor
    found = people.search(actor, text, limit=30) if text and actor.may(SEE_PATIENTS) else []
    lots = stock.lots_like(actor, text) if text and actor.may(SEE_STOCK) else []
    if len(found) == 1 and not lots:
        return redirect("desk:patient", patient_id=found[0].pk)
    return render(request, "desk/search.html", {"text": text, "patients": found, "lots": lots})


@staff_page(SEE_PATIENTS)
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Everything about one patient that the role may see."""
    actor, now = request.actor, clock.now()
    found = people_services.open_record(by=actor, patient_id=patient_id)
    today = clock.day_in(found.time_zone, now)
    context: dict[str, object] = {
        "patient": found,
        "holds": people.active_holds(actor, patient_id),
        "appointments": scheduling.history(actor, patient_id=patient_id),
        "clearances": candidacy.clearances(actor, patient_id=patient_id, on=today),
        "may_book": actor.may(BOOK),
        "may_read": actor.may(READ),
        "may_see_results": actor.may(READ_RESULTS),
    }
    if actor.may(SEE_FEES):
        context["standing"] = money_queries.patient_standing(actor, patient_id, now=now)
    if actor.may(READ):
        context["visits"] = visits.encounters_of(actor, patient_id)
        context["consents"] = consents.consents_of(actor, patient_id)
        context["photo_consents"] = consents.photo_consents(actor, patient_id).values()
        context["alerts"] = aftercare.alerts_of(actor, patient_id)
    if actor.may(READ_AUDIT):
        entries = queries.audit_entries(actor, patient_id=patient_id, limit=12)
        context["entries"] = [(entry, audit.sentence_for(entry.code)) for entry in entries]
    return render(request, "desk/patient.html", context)


@staff_page(SEE_PATIENTS)
def new_patient(request: HttpRequest) -> HttpResponse:
    """Register somebody on the phone or at the desk."""
    form = PatientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        place, _ = queries.chosen_location(request.actor, request.session.get("location", ""))
        zone = place.time_zone if place else "UTC"
        try:
            found = people_services.register_patient(by=request.actor, time_zone=zone, **form.cleaned_data)
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            messages.success(request, f"{found.full_name} is registered.")
            return redirect("desk:patient", patient_id=found.pk)
    return render(request, "desk/new_patient.html", {"form": form}, status=422 if form.errors else 200)


@staff_page(READ_AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did and read what, newest first; of one patient where asked."""
    patient_id = request.GET.get("patient", "")
    entries = queries.audit_entries(
        request.actor,
        patient_id=int(patient_id) if patient_id.isdigit() else None,
        code=request.GET.get("code", ""),
    )
    rows = [(entry, audit.sentence_for(entry.code)) for entry in entries]
    return render(request, "desk/audit.html", {"rows": rows, "patient_id": patient_id})
