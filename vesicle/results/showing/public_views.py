"""A picture of a shown pair. Every look asks whether the patient still agrees."""

import re

from django.http import HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.results.showing import queries

_FILE = re.compile(r"(before|after)-([1-9][0-9]{1,3})\.webp")
_KEPT_OUT = {
    "X-Robots-Tag": "noindex, noimageindex, noarchive",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Nobody else keeps a copy that outlives the consent, as far as a header can ask for it."""


@require_safe
def picture(request: HttpRequest, token: str, file: str) -> HttpResponse:
    """One size of one side: 200 or 304 while the patient agrees, 410 from the moment they do not.

    A browser may keep the picture for itself and has to ask before each use; nobody on the way may keep it.
    """
    clinic = getattr(request, "clinic", None)
    asked = _FILE.fullmatch(file)
    if clinic is None or asked is None:
        raise NotFound("There is no such picture here.")
    try:
        data, sha = queries.picture(Actor.visitor(clinic.pk), token, asked[1], int(asked[2]))
    except queries.Gone:
        return HttpResponse(
            "This picture is no longer shown.\n",
            status=410,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store", **_KEPT_OUT},
        )
    tag = f'"{sha}"'
    headers = {"Cache-Control": "private, no-cache, max-age=0, must-revalidate", "ETag": tag, **_KEPT_OUT}
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
        for name, value in headers.items():
            response[name] = value
        return response
    return HttpResponse(data, content_type="image/webp", headers=headers)
