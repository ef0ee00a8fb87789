"""The clinic's pictures, for everybody who looks at its pages."""

from django.http import HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import NotFound
from vesicle.protocols.pictures import picture_bytes


@require_safe
def picture(request: HttpRequest, sha: str) -> HttpResponse:
    """One picture. Its address is its checksum, so a browser may keep it for good; a portrait it asks about again."""
    clinic = getattr(request, "clinic", None)
    if clinic is None:
        raise NotFound("There is no such picture here.")
    data, stays = picture_bytes(request.actor, sha)
    tag = f'"{sha}"'
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified()
    kept = "public, max-age=31536000, immutable" if stays else "private, no-cache"
    return HttpResponse(data, content_type="image/webp", headers={"Cache-Control": kept, "ETag": tag})
