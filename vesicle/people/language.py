"""The language of the pages that patients see: what they chose, else what is known of them, else English."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse
from django.utils import translation

from vesicle.core import languages
from vesicle.people import links
from vesicle.people.requests import HttpRequest

PATIENT_PATHS = ("/candidacy/", "/book/", "/consent/", "/my/")
"""Where the addresses of patients' pages begin. Everything below them speaks as patients like."""


class PatientLanguage:
    """Lets patients' pages speak the language somebody chose on one of them, else the patient's own.

    Whoever holds a private link is spoken to as the patient it was sent to. In a frame nobody is known and nothing is
    remembered, so there the browser says which language is read.
    """

    def __init__(self, get_response: Callable[[DjangoRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: DjangoRequest) -> HttpResponse:
        """Pass the request on; whatever language it turned to ends with it."""
        with translation.override(translation.get_language()):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Turn to the language of the page that will answer."""
        if not request.path.startswith(PATIENT_PATHS) or not hasattr(request, "actor"):
            return
        key = str(kwargs.get("key") or kwargs.get("token") or "")
        request.language = languages.chosen(request, _otherwise(request, key))
        languages.speak(request.language)


def _otherwise(request: HttpRequest, key: str) -> str:
    if request.actor.is_patient:
        return request.actor.language
    if key and not key.isdigit():
        return links.language_of(key)
    return languages.of_browser(request) if getattr(request, "framed", False) else languages.ENGLISH
