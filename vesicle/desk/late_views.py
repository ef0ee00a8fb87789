"""Running late: see what would move and who would hear what, then let it happen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.desk.board_views import here
from vesicle.people.access import staff_page
from vesicle.scheduling import services
from vesicle.scheduling.lateness import LATE_BY, lateness
from vesicle.scheduling.permissions import RUN_DAY

USUAL = (10, 15, 20, 30, 45, 60)


@staff_page(RUN_DAY)
@require_http_methods(["GET", "POST"])
def late(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Propose how the rest of a provider's day moves; after a yes, move it and tell everybody."""
    asked = request.POST if request.method == "POST" else request.GET
    provider = clinic.resource(request.actor, resource_id)
    if provider.kind != provider.Kind.PROVIDER:
        raise NotFound("Only a provider can run late.")
    seen = here(request, request.GET)
    text = asked.get("minutes", "")
    minutes = int(text) if text.isdigit() else 15
    context: dict[str, object] = {
        "provider": provider,
        "location": seen.place,
        "minutes": minutes,
        "usual": USUAL,
        "least": LATE_BY[0],
        "most": LATE_BY[-1],
        "back": seen.address(date=None, by="providers", view=None, r=None),
    }
    try:
        services.require_minutes(minutes)
        if request.method == "POST":
            found = services.run_late(
                by=request.actor,
                location=seen.place,
                provider=provider,
                minutes=minutes,
                agreed=request.POST.get("agreed", ""),
                now=seen.now,
            )
            told = sum(not shift.is_here for shift in found.shifts)
            messages.success(request, f"{len(found.shifts)} moved, {told} told. {provider.name} has the time.")
            return redirect(f"{reverse('desk:home')}?{context['back']}")
    except (Conflict, Invalid) as error:
        context["problem"] = error.message
    if minutes in LATE_BY:
        context["found"] = lateness(seen.place, provider, minutes=minutes, now=clock.now())
    template = "desk/_late.html" if request.htmx else "desk/late.html"
    return render(request, template, context, status=409 if "problem" in context else 200)
