"""What only frames ask for: the script that a clinic's own site loads, and the way out of the frame."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_SCRIPT = Path(__file__).with_name("embed_v1.js")


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Send the script that puts frames on a page. Its address is promised, so it is asked for again each hour."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@never_cache
@require_safe
def onward(request: HttpRequest, path: str) -> HttpResponse:
    """Say that a page opens in a window of its own, and lead there."""
    query = request.META.get("QUERY_STRING", "")
    return render(request, "website/onward.html", {"address": f"/{path}" + (f"?{query}" if query else "")})


@cache
def _script() -> bytes:
    return _SCRIPT.read_bytes()
