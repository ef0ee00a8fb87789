"""Blocking time: mark a stretch of a room, device, provider or the whole location as closed, and open it again."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from vesicle.clinic import queries as clinic
from vesicle.clinic import services
from vesicle.clinic.permissions import CLOSE
from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Invalid
from vesicle.desk.board_views import Here, here
from vesicle.desk.forms import BlockForm
from vesicle.desk.queries import closing
from vesicle.people.access import staff_page
from vesicle.scheduling.domain import local_moment


@staff_page(CLOSE)
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest) -> HttpResponse:
    """Ask what, when and why; where people are booked, ask once more before blocking it."""
    seen = here(request, request.GET)
    rows = clinic.resources(request.actor, location_id=seen.place.pk)
    initial = {
        "what": request.GET.get("resource", ""),
        "day": seen.range.on,
        "start": request.GET.get("start", ""),
        "end": request.GET.get("end", ""),
    }
    form = BlockForm(seen.place, rows, request.POST or None, initial=initial)
    context: dict[str, object] = {"form": form, "location": seen.place, "seen": seen.address(), "booked": []}
    if request.method == "POST" and form.is_valid():
        answer = _block(request, seen, form, context)
        if answer is not None:
            return answer
    template = "desk/_block.html" if request.htmx else "desk/block.html"
    # htmx swaps what is not refused, and here the form itself says what is missing.
    status = 422 if (form.errors or context["booked"]) and not request.htmx else 200
    return render(request, template, context, status=status)


def _block(request: HttpRequest, seen: Here, form: BlockForm, context: dict[str, object]) -> HttpResponse | None:
    data = form.cleaned_data
    start, end = _stretch(seen, data)
    resource = clinic.resource(request.actor, int(data["what"])) if data["what"] else None
    whole = None if resource else seen.place
    booked = closing.booked_within(request.actor, start, end, location=whole, resource=resource)
    if booked and not data["anyway"]:
        context["booked"] = booked
        return None
    try:
        made = services.close(
            by=request.actor,
            start=start,
            end=end,
            reason=data["reason"],
            location=whole,
            resource=resource,
            kind="blocked",
        )
    except Invalid as error:
        for name, words in (error.fields or {"reason": error.message}).items():
            form.add_error(name if name in form.fields else None, words)
        return None
    messages.success(request, f"Blocked: {made.resource or made.location}, {made.reason}.")
    # Whoever cannot stay is given a new time on a page of its own.
    address = f"{reverse('desk:home')}?{seen.address(date=data['day'])}" if not booked else reverse("desk:disruptions")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _stretch(seen: Here, data: dict[str, object]) -> tuple[datetime, datetime]:
    day, start, end = data["day"], data["start"], data["end"]
    last = day if end > start else day + timedelta(days=1)  # type: ignore[operator]  # dates and times of the form
    zone = seen.place.time_zone
    return local_moment(day, start, zone), local_moment(last, end, zone)  # type: ignore[arg-type]  # as above


@staff_page(CLOSE)
@require_POST
def reopen(request: HttpRequest, closure_id: int) -> HttpResponse:
    """End a closure."""
    found = closing.closure(request.actor, closure_id)
    words = f"{found.resource or found.location} is open again."
    services.reopen(by=request.actor, closure=found)
    messages.success(request, words)
    return redirect(f"{reverse('desk:home')}?{here(request, request.GET).address()}")
