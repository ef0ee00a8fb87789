"""One handler that turns expected errors into a page, a fragment or problem+json (RFC 9457)."""

import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vesicle.core import languages
from vesicle.core.away import away_page, is_away
from vesicle.core.errors import Blocked, Invalid, NotFound, NotPermitted, VesicleError

_TITLES = {
    400: _("That could not be read"),
    403: _("Not allowed"),
    404: _("Not found"),
    409: _("That has changed"),
    413: _("That is too large"),
    429: _("Too much at once"),
    422: _("Please check what you entered"),
    500: _("Something went wrong"),
    503: _("Back in a moment"),
}


class ErrorMiddleware:
    """Renders a ``VesicleError`` that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; exceptions arrive in ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render expected errors; programming errors go on to Django's own handling."""
        if isinstance(exception, VesicleError) and exception.status != 500:
            return respond(request, exception)
        return None


def respond(request: HttpRequest, error: VesicleError) -> HttpResponse:
    """Return ``error`` in the form the client asked for."""
    if wants_json(request):
        return problem(error)
    template = f"errors/{error.status}.html" if error.status in (400, 403, 404) else "errors/problem.html"
    with languages.speaking(_language_of(request)):
        context = {
            "error": error,
            "message": languages.told(error.message),
            "title": _TITLES.get(error.status, _("That did not work")),
            "reasons": [languages.told(reason) for reason in error.reasons] if isinstance(error, Blocked) else (),
        }
        return render(request, template, context, status=error.status)


def _language_of(request: HttpRequest) -> str:
    """Return the language of an error: of the page it happened on, else as was chosen, else as the browser asks.

    Staff pages are English.
    """
    actor = getattr(request, "actor", None)
    if actor is not None and actor.is_staff:
        return languages.ENGLISH
    if found := getattr(request, "language", ""):
        return str(found)
    chosen = languages.remembered(request) if hasattr(request, "session") else ""
    return chosen or languages.of_browser(request)


def wants_json(request: HttpRequest) -> bool:
    """Whether the client is a program rather than a person."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")


def problem(error: VesicleError, **more: Any) -> JsonResponse:
    """Return ``error`` as problem+json; ``more`` are members of its own that say what else can be done."""
    body: dict[str, Any] = {
        "type": f"urn:vesicle:problem:{error.code}",
        "title": _TITLES.get(error.status, _("That did not work")),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = error.fields
    if isinstance(error, Blocked) and error.reasons:
        body["reasons"] = list(error.reasons)
    return JsonResponse(body | more, status=error.status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense."""
    return respond(request, VesicleError(str(_("We could not read what was sent. Go back and try it again."))))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist."""
    return respond(request, NotFound(str(_("There is no page at this address. It may have moved."))))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an act that is not allowed."""
    return respond(request, NotPermitted(str(_("You are not allowed to do that."))))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is missing or old."""
    message = _("This form was open for too long or cookies are off. Go back, reload the page and send it again.")
    return respond(request, NotPermitted(str(message), code="form-expired"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected failure without depending on anything that may be broken.

    Called while the error is being handled: a database that cannot be reached is told as what it is.
    """
    if is_away(sys.exc_info()[1]):
        return problem(_Away(_AWAY)) if wants_json(request) else away_page(request)
    if wants_json(request):
        return problem(_Unexpected("Something went wrong on our side. Nothing was saved. Please try again."))
    # Not the session: whatever keeps it may be what failed.
    with languages.speaking(str(getattr(request, "language", "")) or languages.of_browser(request)):
        return HttpResponse(render_to_string("errors/500.html"), status=500)


_AWAY = "The database cannot be reached at this moment. Try again in half a minute; look first whether it arrived."


class _Away(VesicleError):
    status = 503
    code = "database-away"


class _Unexpected(VesicleError):
    status = 500
    code = "unexpected"
