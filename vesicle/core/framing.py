"""Who may show a page of ours in a frame: nobody, unless the page says otherwise here."""

from collections.abc import Sequence

from csp.constants import SELF
from django.http import HttpResponse


def let_frame(response: HttpResponse, origins: Sequence[str] = ()) -> HttpResponse:
    """Let our own pages show an answer in a frame, and other origins if any are named; return the answer."""
    del response["X-Frame-Options"]
    if not origins:
        response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF, *origins]}  # type: ignore[attr-defined]
    return response
