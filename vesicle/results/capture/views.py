"""A patient takes the photographs of a follow-up at home, through their private page."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.aftercare.access import opened
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.results import queries
from vesicle.results.capture import pages
from vesicle.results.capture.pages import Door

_View = Callable[..., HttpResponse]


def _at_home(view: _View) -> _View:
    """Open the door by the private link."""

    @wraps(view)
    def entered(request: HttpRequest, key: str, week: int, **more: str) -> HttpResponse:
        actor, encounter = opened(request, key, now=clock.now())
        follow_up = queries.follow_up(actor, encounter.pk, week)
        door = Door(
            actor=actor,
            encounter=encounter,
            list_template="results/captures.html",
            template="results/capture.html",
            list_url=reverse("results:captures", args=[key, week]),
            url_of=lambda shot: reverse("results:capture", args=[key, week, shot.key]),
            look_url_of=lambda shot: reverse("results:look", args=[key, week, shot.key]),
            picture_url_of=lambda photo: reverse("results:photo", args=[key, photo]),
            follow_up=follow_up,
            key=key,
        )
        return view(request, door, **more)

    return never_cache(entered)


@_at_home
@require_GET
def captures(request: HttpRequest, door: Door) -> HttpResponse:
    """The photographs asked for in a week."""
    return pages.listed(request, door)


@_at_home
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, door: Door, shot: str) -> HttpResponse:
    """One photograph."""
    return pages.one(request, door, shot)


@_at_home
@require_POST
def look(request: HttpRequest, door: Door, shot: str) -> HttpResponse:
    """One look through the camera, while the follow-up is open."""
    now = clock.now()
    if door.follow_up is None or not door.follow_up.opens_at <= now <= door.follow_up.closes_at:
        raise Conflict(_("This follow-up is not open now."))
    return pages.look(request, door, shot)
