"""Walk-in: find the person (or register them), take the first free time, checked in. Three keys: w, Enter, Enter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.desk.board_views import Here, here
from vesicle.desk.forms import PatientForm
from vesicle.desk.queries.walking_in import WalkIn
from vesicle.desk.queries.walking_in import walk_in as could_have
from vesicle.people import queries as people
from vesicle.people import services as people_services
from vesicle.people.access import staff_page
from vesicle.scheduling import registration, services
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.presenters import clock as clock_words

_MOST = 8


@staff_page(RUN_DAY)
@require_http_methods(["GET", "POST"])
def walk_in(request: HttpRequest) -> HttpResponse:
    """Find somebody; register somebody new; or book and check in who was found."""
    asked = request.POST if request.method == "POST" else request.GET
    seen = here(request, request.GET)
    context: dict[str, object] = {"location": seen.place, "here": seen.address(), "text": asked.get("q", "").strip()}
    if asked.get("new"):
        return _register(request, seen, context)
    patient = asked.get("patient", "")
    if patient.isdigit():
        return _book(request, seen, context, int(patient))
    text = str(context["text"])
    found = people.search(request.actor, text, limit=_MOST) if text else []
    if asked.get("first") and found:
        return _book(request, seen, context, found[0].pk)
    return _answer(request, "find", context | {"found": found})


def _register(request: HttpRequest, seen: Here, context: dict[str, object]) -> HttpResponse:
    first, _, last = str(context["text"]).title().partition(" ")
    form = PatientForm(request.POST or None, initial={"first_name": first, "last_name": last})
    if request.method == "POST" and form.is_valid():
        try:
            found = people_services.register_patient(
                by=request.actor, time_zone=seen.place.time_zone, **form.cleaned_data
            )
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            return _book(request, seen, context, found.pk, is_new=True)
    return _answer(request, "new", context | {"form": form}, status=422 if form.errors else 200)


def _book(
    request: HttpRequest, seen: Here, context: dict[str, object], patient_id: int, *, is_new: bool = False
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    found = could_have(
        request.actor,
        seen.place,
        people.patient(request.actor, patient_id),
        wanted=asked.get("option", ""),
        areas=asked.getlist("areas"),
        last_option=request.session.get("walk-in", ""),
        now=seen.now,
    )
    context |= {"walk_in": found, "patient": found.patient, "is_new": is_new}
    if request.method == "POST" and asked.get("start") and not is_new:
        address, problems = _take(request, seen, found)
        if address:
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
        return _answer(request, "book", context | {"problems": problems}, status=409)
    return _answer(request, "book", context)


def _take(request: HttpRequest, seen: Here, found: WalkIn) -> tuple[str, list[str]]:
    """Book and check in; return where to go, or why it was refused."""
    if found.chosen is None:
        return "", ["Nothing can be booked here yet."]
    start = registration.moment(request.POST.get("start", ""))
    slot = next((slot for slot in found.slots if slot.start == start), None)
    provider = slot.of_kind("provider") if slot else None
    try:
        booked = services.walk_in(
            by=request.actor,
            patient=found.patient,
            option_id=found.chosen.id,
            areas=found.areas,
            location_id=seen.place.pk,
            start=start,
            provider_id=provider.pk if provider else None,
            now=seen.now,
        )
    except (Blocked, Conflict, Invalid) as error:
        return "", [error.message, *(error.reasons if isinstance(error, Blocked) else ())]
    request.session["walk-in"] = found.chosen.id
    local = start.astimezone(found.slots[0].start.tzinfo) if found.slots else start
    said = f"{clock_words(local)} with {booked.provider.name}"
    messages.success(request, f"{found.patient.full_name} is booked for {said}, and checked in.")
    return f"{reverse('desk:home')}?{seen.address(date=None, view=None, r=None, a=booked.pk)}", []


def _answer(request: HttpRequest, part: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Render a part of the dialog, or the page of it for a browser without scripts."""
    template = f"desk/_walk_in_{part}.html" if request.htmx else "desk/walk_in.html"
    # htmx swaps only what succeeded; the words in it say what did not.
    return render(request, template, context | {"part": part}, status=200 if request.htmx else status)
