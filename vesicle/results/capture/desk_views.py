"""A provider takes the photographs of a visit or of a follow-up in the clinic."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.people.access import staff_page
from vesicle.results.capture import pages
from vesicle.results.capture.pages import Door
from vesicle.results.permissions import MEASURE
from vesicle.treatment import queries as visits


def _door(request: HttpRequest, encounter_id: int) -> Door:
    return Door(
        actor=request.actor,
        encounter=visits.encounter(request.actor, encounter_id),
        list_template="results/desk_captures.html",
        template="results/desk_capture.html",
        list_url=reverse("results_desk:captures", args=[encounter_id]),
        url_of=lambda shot: reverse("results_desk:capture", args=[encounter_id, shot.key]),
        look_url_of=lambda shot: reverse("results_desk:look", args=[encounter_id, shot.key]),
        picture_url_of=lambda photo: reverse("treatment:picture", args=[photo]),
    )


@staff_page(MEASURE)
@require_GET
def captures(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """The photographs asked for at a visit, or on a day after it."""
    return pages.listed(request, _door(request, encounter_id))


@staff_page(MEASURE)
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, encounter_id: int, shot: str) -> HttpResponse:
    """One photograph."""
    return pages.one(request, _door(request, encounter_id), shot)


@staff_page(MEASURE)
@require_POST
def look(request: HttpRequest, encounter_id: int, shot: str) -> HttpResponse:
    """One look through the camera."""
    return pages.look(request, _door(request, encounter_id), shot)
