"""Refuses an upload that is too large before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from vesicle.core.errors import VesicleError
from vesicle.core.responses import respond


class TooLarge(VesicleError):
    """More than the house accepts in one request."""

    status = 413
    code = "too-large"


class UploadLimit:
    """Answers by the announced length; a body that does not announce one is not read at all.

    Stands last among the middleware: everything that could read the form runs after it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is small enough."""
        limit = settings.PHOTO_MAX_BYTES
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return respond(request, TooLarge("Send the file with its length; we do not read files of unknown size."))
        if length.isdigit() and int(length) > limit + 100_000:
            message = f"This file is larger than {limit // 2**20} MB. Go back and send it in a smaller size."
            return respond(request, TooLarge(message))
        return self.get_response(request)
