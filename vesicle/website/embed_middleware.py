"""Pages in a frame on a site that the clinic's owner has listed.

In a frame nobody is anybody: cookies are taken from the request before anything reads them, and none are set. What a
page may do it may do by the signed link in its address. So no cookie of ours can be used against its holder, and a
browser that keeps cookies from frames changes nothing (docs/decisions/a-frame-knows-nobody.md).
"""

from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext as _

from vesicle.clinic.queries import clinic_for_host, origins_framing
from vesicle.core import addresses
from vesicle.core.framing import let_frame
from vesicle.website import embedding

_MESSAGES: Final = "messages"
_OF_SOMEBODY: Final = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")


class FrameRequest(HttpRequest):
    """A request from a frame."""

    framed: bool
    frame_language: str
    frame_origins: tuple[str, ...]


class FrameGate:
    """Lets listed sites frame what may be framed.

    ``PublicPageCache`` keeps what it answers for pages to read: with the list of sites as it was, which is part of the
    clinic's site revision, and for everybody, since a frame knows nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a frame's request as nobody's; leave every other request alone."""
        path = embedding.framed_path(request.path_info)
        if path is None:
            return self.get_response(request)
        framed = cast(FrameRequest, request)
        clinic = clinic_for_host(request.get_host())
        framed.framed = True
        framed.frame_language = addresses.language_of(path)
        if framed.frame_language:
            framed.language = framed.frame_language  # type: ignore[attr-defined]  # for the page of an error
        framed.frame_origins = origins_framing(clinic.pk) if clinic else ()
        _forget_who(framed)
        if request.method == "POST" and not _is_from_our_page(request):
            return HttpResponseForbidden(_("This form was not sent from our own page."), content_type="text/plain")
        # Nothing that is sent along by itself says who asks, so there is nothing a forged request could use.
        framed._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        if embedding.may_stand_in_a_frame(path, request.method or ""):
            request.path_info = request.path = embedding.outside(path)
        response = self.get_response(request)
        _let_frame(response, framed.frame_origins)
        return response


class FramedPage:
    """Keeps links, forms and redirects inside the frame, and cookies out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Change the answer to a frame's request."""
        response = self.get_response(request)
        if not getattr(request, "framed", False):
            return response
        said = response.cookies.get(_MESSAGES)
        response.cookies.clear()
        if response.has_header("Location"):
            response["Location"] = _onward(request, response["Location"], said.value if said else "")
        elif not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = embedding.rewritten(response.content.decode(), _language(request)).encode()
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response


def _forget_who(request: FrameRequest) -> None:
    for name in _OF_SOMEBODY:
        request.META.pop(name, None)
    said = request.GET.get(embedding.SAID, "")
    # Django signs what its message cookie says; carried in the address it is read by the same rule.
    request.COOKIES = {_MESSAGES: said} if said else {}


def _is_from_our_page(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _let_frame(response: HttpResponse, origins: tuple[str, ...]) -> None:
    """Say who may frame the page: the listed sites, and the desk, which shows how it will look."""
    let_frame(response, origins)["X-Robots-Tag"] = "noindex, nofollow"


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "frame_language", ""))


def _onward(request: HttpRequest, location: str, said: str) -> str:
    parts = urlsplit(location)
    if parts.netloc == request.get_host():
        location = parts._replace(scheme="", netloc="").geturl()
    elif parts.netloc:
        return location
    location = embedding.in_frame(location, _language(request))
    return embedding.with_words(location, said) if said else location
