"""The day on paper: one clean page of a location, by provider."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vesicle.clinic.requests import HttpRequest
from vesicle.desk import queries
from vesicle.desk.board_views import here
from vesicle.people.access import staff_page
from vesicle.scheduling.permissions import SEE_DAY


@staff_page(SEE_DAY)
@require_GET
def print_day(request: HttpRequest) -> HttpResponse:
    """Print a day: each provider's people in order, with phases, rooms, what is missing, and space for notes."""
    seen = here(request, request.GET)
    sheets = queries.sheets(request.actor, seen.place, seen.range.on, now=seen.now)
    context = {
        "location": seen.place,
        "on": seen.range.on,
        "sheets": sheets,
        "printed_at": seen.now,
        "back": seen.address(),
    }
    return render(request, "desk/print.html", context)
