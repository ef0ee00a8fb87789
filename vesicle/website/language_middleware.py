"""Public pages speak the language that their address names (``core.addresses``)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from vesicle.core import addresses


class LanguageOfPath:
    """Turns to the language of the address. The browser is not asked: an address always shows the same page.

    What is framed keeps its language in the address of the frame. A language that is only begun is for staff.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the address."""
        code = getattr(request, "frame_language", "") or addresses.language_of(request.path_info)
        if not code:
            return self.get_response(request)
        request.language = code  # type: ignore[attr-defined]  # for the page of an error
        with translation.override(code):
            response = self.get_response(request)
        if addresses.is_begun(code):
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        """Keep languages that are not complete from everybody but staff. Raises ``Http404``.

        The page itself is in English; header and footer speak the language (``frame_language``).
        """
        if addresses.is_begun(translation.get_language() or ""):
            if not request.actor.is_staff:  # type: ignore[attr-defined]
                raise Http404
            translation.activate(settings.LANGUAGE_CODE)
