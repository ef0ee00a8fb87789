"""What an edition says in other languages, and saying the clinic's own words in them."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, NotFound, Stale
from vesicle.people.access import staff_page
from vesicle.protocols import language_queries, permissions, queries, services
from vesicle.protocols.language_forms import TranslationForm
from vesicle.protocols.overlay import OwnText, translated
from vesicle.protocols.views.pages import opened, require_draft, rights


@require_safe
@staff_page(permissions.SEE)
def languages(request: HttpRequest, edition_id: int) -> HttpResponse:
    """How much of the protocol and of the clinic's own words patients read in each language, and what is missing."""
    one = opened(request, edition_id)
    context = {"one": one, "edition": one.edition, "spoken": language_queries.spoken(one.edition), **rights(request)}
    return render(request, "protocols/languages.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE)
def translate(request: HttpRequest, edition_id: int, language: str) -> HttpResponse:
    """Say the clinic's own words in a language, each beside its English."""
    one = opened(request, edition_id)
    if language not in language_queries.codes():
        raise NotFound("Pages are not read in that language here.")
    if request.method == "GET":
        require_draft(one)
    spoken = language_queries.spoken_in(one.edition, language)
    data = request.POST if request.method == "POST" else None
    form = TranslationForm(data, lines=spoken.lines, revision=one.edition.revision, language=language)
    status = 200
    if data is not None:
        status = 422
        try:
            if form.is_valid():
                of_protocol = [OwnText(line.place, line.label, line.english) for line in spoken.of_protocol]
                overlay = translated(one.overlay, language, form.said(), of_protocol)
                revision = form.cleaned_data["revision"]
                services.change_overlay(
                    by=request.actor,
                    edition=one.edition,
                    overlay=overlay.model_dump(mode="json", exclude_defaults=True),
                    expected_revision=revision,
                    part=f"words in {spoken.name}",
                )
                notices.success(request, f"What you say in {spoken.name} is saved.")
                return redirect("protocols:languages", edition_id)
        except Invalid as problem:
            form.add_error(None, problem.message)
        except Stale as problem:
            # What they said and you did not touch stands in the form; saving it is then a decision, not an accident.
            read = queries.words_read(request.actor, one.edition, form.cleaned_data["revision"]) or one.overlay
            before = {line.place: line.translation for line in language_queries.own_lines_of(read, language)}
            typed = data.copy()
            typed["revision"] = str(one.edition.revision)
            for line in spoken.own:
                if typed.get(line.place, "").strip() == before.get(line.place, ""):
                    typed[line.place] = line.translation
            form = TranslationForm(typed, lines=spoken.own, revision=one.edition.revision, language=language)
            form.add_error(None, f"{problem.message} Read it once more, and save again.")
            status = 409
        except Conflict as problem:
            form.add_error(None, problem.message)
            status = 409
    context = {"one": one, "edition": one.edition, "form": form, "spoken": spoken, **rights(request)}
    return render(request, "protocols/translate.html", context, status=status)
