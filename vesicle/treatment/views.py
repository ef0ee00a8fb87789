"""The provider's pages of a visit: gates, steps, products, photographs, signature, chart, recall."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vesicle.clinic import queries as stock
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Blocked, Invalid, NotFound
from vesicle.people.access import patient_page, staff_page
from vesicle.protocols.queries import OfferedOption, option_of_edition
from vesicle.protocols.schema.sections import ProductNeed, Step
from vesicle.scheduling import queries as scheduling
from vesicle.treatment import hooks, photos, queries, services
from vesicle.treatment.forms import AmendForm, PhotoForm, ProductForm, StepForm
from vesicle.treatment.permissions import CHART, READ, SIGN, TRACE
from vesicle.treatment.presenters import charted_steps, progress, recall_csv

if TYPE_CHECKING:
    from vesicle.treatment.models import Encounter, StepEntry


@staff_page(CHART)
def start(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Show what must be so before this visit, and open it when everything is."""
    appointment = scheduling.appointment(request.actor, appointment_id)
    opened = queries.encounter_of(appointment.pk)
    if opened is not None:
        return redirect("treatment:visit", encounter_id=opened.pk)
    now = clock.now()
    if request.method == "POST":
        try:
            encounter = services.start_visit(by=request.actor, appointment=appointment, now=now)
        except Blocked as blocked:
            messages.error(request, blocked.message)
        else:
            return redirect("treatment:visit", encounter_id=encounter.pk)
    gates = services.gates(by=request.actor, appointment=appointment, now=now)
    context = {
        "appointment": appointment,
        "option": option_of_edition(appointment.treated_under, appointment.option).option,
        "gates": gates,
        "can_start": all(gate.is_open for gate in gates),
    }
    return render(request, "treatment/start.html", context)


@staff_page(CHART)
def visit(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """Go to the first step that still lacks something; a signed visit shows its chart."""
    encounter = queries.open_encounter(request.actor, encounter_id)
    if encounter.signed_at is not None:
        return redirect("treatment:chart", encounter_id=encounter.pk)
    lacking = queries.missing_records(encounter)
    if not lacking:
        return redirect("treatment:finish", encounter_id=encounter.pk)
    return redirect("treatment:step", encounter_id=encounter.pk, step_id=lacking[0].step)


@staff_page(CHART)
def step(request: HttpRequest, encounter_id: int, step_id: str) -> HttpResponse:
    """One step: what to do, what to record, products and photographs."""
    encounter = _open(request, encounter_id)
    offered = option_of_edition(encounter.edition_id, encounter.option)
    steps = offered.option.sections.steps
    found = _find(steps, step_id)
    entries = queries.latest_entries(encounter)
    form = StepForm(found, encounter.areas, entries, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_step(
                by=request.actor, encounter=encounter, step_id=step_id, values=form.values(), now=clock.now()
            )
        except Invalid as error:
            for field, problem in error.fields.items():
                form.add_error(field if field in form.fields else None, problem)
        else:
            return redirect(_after(encounter, steps, found))
    context = _step_context(request, encounter, offered, found, entries) | {"form": form}
    return render(request, "treatment/step.html", context, status=422 if form.errors else 200)


def _step_context(
    request: HttpRequest,
    encounter: "Encounter",
    offered: OfferedOption,
    found: Step,
    entries: "dict[tuple[str, str, str], StepEntry]",
    refused: dict[str, ProductForm] | None = None,
) -> dict[str, object]:
    lacking = queries.missing_records(encounter)
    uses = [use for use in queries.uses_of(encounter) if use.step == found.id]
    needs = _needs(offered, found)
    return {
        "encounter": encounter,
        "option": offered.option,
        "step": found,
        "progress": progress(offered.option.sections.steps, lacking, found.id),
        "uses": uses,
        "products": [
            (need, (refused or {}).get(need.id) or _product_form(request, encounter, need), need.id) for need in needs
        ],
        "photo_form": PhotoForm() if any(record.kind == "photo" for record in found.records) else None,
        "photos": queries.photos_of(encounter),
        "guides": [guide(encounter) for guide in hooks.photo_guides],
        "has_entries": bool(entries),
    }


def _product_form(request: HttpRequest, encounter: "Encounter", need: ProductNeed, data: object = None) -> ProductForm:
    place = encounter.appointment.location
    on = clock.day_in(place.time_zone, clock.now())
    lots = {
        lot.pk: lot
        for route in need.routes
        for lot in stock.usable_lots(request.actor, need=need, location_id=place.pk, route=route, on=on)
    }
    return ProductForm(need, list(lots.values()), data, prefix=need.id)


@staff_page(CHART)
@require_POST
def product(request: HttpRequest, encounter_id: int, step_id: str, need_id: str) -> HttpResponse:
    """Record a lot; a refusal says every reason and keeps what was entered."""
    encounter = _open(request, encounter_id)
    offered = option_of_edition(encounter.edition_id, encounter.option)
    found = _find(offered.option.sections.steps, step_id)
    need = next((need for need in _needs(offered, found) if need.id == need_id), None)
    if need is None:
        raise NotFound
    form = _product_form(request, encounter, need, request.POST)
    if form.is_valid():
        lot_id = form.cleaned_data["lot"]
        typed = form.cleaned_data["scan"].strip()
        try:
            services.use_product(
                by=request.actor,
                encounter=encounter,
                step_id=step_id,
                need_id=need_id,
                quantity=form.cleaned_data["quantity"] or Decimal(0),
                route=form.cleaned_data["route"],
                lot=stock.lot(request.actor, int(lot_id)) if lot_id and not typed else None,
                scan=typed if _is_barcode(typed) else "",
                code="" if _is_barcode(typed) else typed,
                now=clock.now(),
            )
        except Blocked as blocked:
            form.add_error("scan" if typed else "lot", " ".join([blocked.message, *blocked.reasons]))
        except Invalid as error:
            for field, problem in (error.fields or {"scan": error.message}).items():
                form.add_error(field if field in form.fields else "scan", problem)
        else:
            messages.success(request, "The product is charted.")
            return redirect("treatment:step", encounter_id=encounter.pk, step_id=step_id)
    entries = queries.latest_entries(encounter)
    context = _step_context(request, encounter, offered, found, entries, {need_id: form})
    context["form"] = StepForm(found, encounter.areas, entries)
    return render(request, "treatment/step.html", context, status=422)


def _is_barcode(text: str) -> bool:
    """Whether what was typed or scanned is a GS1 barcode rather than a lot code read from the label."""
    return text.startswith(("(", "]", "01")) and len(text) >= 16


@staff_page(CHART)
@require_POST
def void(request: HttpRequest, encounter_id: int, use_id: int) -> HttpResponse:
    """Take back a product charted by mistake."""
    encounter = _open(request, encounter_id)
    use = next((use for use in queries.uses_of(encounter) if use.pk == use_id), None)
    if use is None:
        raise NotFound
    reason = request.POST.get("reason") or "charted by mistake"
    services.void_use(by=request.actor, use=use, reason=reason, now=clock.now())
    messages.success(request, "Taken back; the stock is corrected.")
    return redirect("treatment:step", encounter_id=encounter.pk, step_id=use.step)


@staff_page(CHART)
@require_POST
def photo(request: HttpRequest, encounter_id: int, step_id: str) -> HttpResponse:
    """Store one photograph of a standard view."""
    encounter = _open(request, encounter_id)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
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
                day=0,
            )
        except (Invalid, Blocked) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "The photograph is stored.")
    else:
        messages.error(request, "Choose a photograph and its view.")
    return redirect("treatment:step", encounter_id=encounter.pk, step_id=step_id)


@staff_page(READ)
def picture(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A photograph, for staff who may read charts. Nobody keeps a copy."""
    response = HttpResponse(photos.look_at(request.actor, photo_id), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@patient_page
def own_picture(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A patient's own photograph."""
    response = HttpResponse(photos.look_at(request.actor, photo_id), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@staff_page(SIGN)
def finish(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """Everything recorded on one page, the provider's own instructions, and the signature."""
    encounter = _open(request, encounter_id)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            services.add_instructions(
                by=request.actor, encounter=encounter, text=request.POST.get("instructions", "")[:4000]
            )
            services.sign_encounter(
                by=request.actor, encounter=encounter, signature=request.POST.get("signature", ""), now=clock.now()
            )
        except Blocked as blocked:
            messages.error(request, blocked.message)
        except Invalid as error:
            problems = error.fields
        else:
            messages.success(request, "The visit is signed. The patient's aftercare plan is on its way.")
            return redirect("treatment:chart", encounter_id=encounter.pk)
    chart = queries.chart(request.actor, encounter_id)
    context = {
        "chart": chart,
        "encounter": chart.encounter,
        "option": option_of_edition(encounter.edition_id, encounter.option).option,
        "steps": charted_steps(chart),
        "problems": problems,
        "signature": request.POST.get("signature", ""),
    }
    return render(request, "treatment/finish.html", context, status=422 if problems else 200)


@staff_page(READ)
def chart(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """A chart to read and print; a signed one can be amended below."""
    found = queries.chart(request.actor, encounter_id)
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.amend(by=request.actor, encounter=found.encounter, now=clock.now(), **form.cleaned_data)
        except Invalid as error:
            for field, problem in error.fields.items():
                form.add_error(field, problem)
        else:
            messages.success(request, "The amendment is signed and stands below the chart.")
            return redirect("treatment:chart", encounter_id=encounter_id)
    context = {
        "chart": found,
        "encounter": found.encounter,
        "option": option_of_edition(found.encounter.edition_id, found.encounter.option).option,
        "steps": charted_steps(found),
        "form": form,
    }
    return render(request, "treatment/chart.html", context, status=422 if form.errors else 200)


@staff_page(TRACE)
def recall(request: HttpRequest) -> HttpResponse:
    """Everyone treated with a lot, as a list or a file."""
    code = request.GET.get("lot", "").strip()
    rows = queries.treated_with(request.actor, lot_code=code) if code else []
    if request.GET.get("as") == "csv" and code:
        response = HttpResponse(recall_csv(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="treated.csv"'
        return response
    people = len({row.patient_id for row in rows})
    return render(request, "treatment/recall.html", {"code": code, "rows": rows, "people": people})


@patient_page
def own_visit(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """What was done, for the patient: steps in short, product and lot, who."""
    found = queries.chart(request.actor, encounter_id)
    option = option_of_edition(found.encounter.edition_id, found.encounter.option, languages.active()).option
    return render(request, "treatment/own_visit.html", {"chart": found, "encounter": found.encounter, "option": option})


def _open(request: HttpRequest, encounter_id: int) -> "Encounter":
    return queries.open_encounter(request.actor, encounter_id)


def _find(steps: tuple[Step, ...], step_id: str) -> Step:
    found = next((step for step in steps if step.id == step_id), None)
    if found is None:
        raise NotFound("This visit has no such step.")
    return found


def _needs(offered: OfferedOption, found: Step) -> list[ProductNeed]:
    wanted = {record.need for record in found.records if record.need}
    return [need for need in offered.option.sections.products if need.id in wanted]


def _after(encounter: "Encounter", steps: tuple[Step, ...], found: Step) -> str:
    place = steps.index(found) + 1
    if place < len(steps):
        return reverse("treatment:step", args=[encounter.pk, steps[place].id])
    return reverse("treatment:finish", args=[encounter.pk])
