"""Staff pages: the words of the public pages in other languages, each beside its English."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, NotFound
from vesicle.core.languages import name_in_english
from vesicle.people.access import staff_page
from vesicle.protocols.language_forms import TranslationForm
from vesicle.protocols.language_queries import codes
from vesicle.website.permissions import PUBLISH_PROFILES
from vesicle.website.speaking import queries, services


@require_http_methods(["GET", "POST"])
@staff_page(PUBLISH_PROFILES)
def translate(request: HttpRequest, language: str) -> HttpResponse:
    """Say the clinic's line, and what is said of its team and locations, in a language."""
    if language not in codes():
        raise NotFound("Pages are not read in that language here.")
    lines = queries.lines(request.actor, language)
    data = request.POST if request.method == "POST" else None
    revision = queries.revision(request.actor, language)
    form = TranslationForm(data, lines=lines, revision=revision, language=language)
    status = 200
    if data is not None:
        status = 422
        if form.is_valid():
            try:
                services.say(
                    by=request.actor,
                    language=language,
                    said=form.said(),
                    expected_revision=form.cleaned_data["revision"],
                )
            except Conflict as problem:
                form.add_error(None, problem.message)
                status = 409
            else:
                notices.success(request, f"What you say in {name_in_english(language)} is on the pages now.")
                return redirect("profiles:translate", language)
    context = {"form": form, "lines": lines, "language": name_in_english(language)}
    return render(request, "website/profiles/translate.html", context, status=status)
