"""Editing the clinic's part of a draft: words, prices, minutes."""

from collections.abc import Iterable
from dataclasses import replace

from django import forms as django_forms
from django.contrib import messages as notices
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, Stale
from vesicle.people.access import staff_page
from vesicle.protocols import forms, hooks, merging, permissions, presenters, queries, services
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.views.pages import Opened, opened, require_draft, rights

MORE_QUESTIONS = 3


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE)
def words(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Edit words, offer, minutes and prices. What was typed stays when it is refused or somebody else was faster."""
    one = opened(request, edition_id)
    if request.method == "GET":
        require_draft(one)
    more = MORE_QUESTIONS if "more" in request.POST else 0
    form = _words_form(request, one, more=more)
    status, saved, stale = 200, None, ""
    if request.method == "POST" and not more:
        status = 422
        try:
            if form.is_valid():
                services.change_overlay(
                    by=request.actor,
                    edition=one.edition,
                    overlay=form.overlay(),
                    expected_revision=form.cleaned_data["revision"],
                )
                notices.success(request, "The draft is saved.")
                return _after_saving(request, edition_id)
        except Invalid as problem:
            form.add_refusal(problem.fields, problem.message)
        except Stale as problem:
            typed, read = Overlay.model_validate(form.overlay()), form.cleaned_data["revision"]
            one = opened(request, edition_id)
            both = merging.merged_overlay(
                queries.words_read(request.actor, one.edition, read) or one.overlay, one.overlay, typed
            )
            # Both people's changes stand in the form; saving it is then a decision, not an accident.
            saved = presenters.words_groups(one.overlay, both, one.side)
            form, stale, status = _words_form(request, replace(one, overlay=both), sent=False), problem.message, 409
        except Conflict as problem:
            form.add_error(None, problem.message)
            status = 409
    panels = beside(request, one, [form])
    context = {
        "one": one,
        "edition": one.edition,
        "form": form,
        "saved": saved,
        "stale": stale,
        "panels": panels,
        **rights(request),
    }
    return render(request, "protocols/words.html", context, status=status)


def beside(request: HttpRequest, one: Opened, shown: Iterable[django_forms.Form]) -> list[hooks.Beside]:
    """Return what other rooms show beside the words, as they stand in the forms of a page."""
    typed = {field.html_name: str(field.value() or "") for form in shown for field in form}
    return [show(request.actor, one.edition, typed) for show in hooks.beside_words]


def _words_form(request: HttpRequest, one: Opened, *, more: int = 0, sent: bool = True) -> forms.WordsForm:
    return forms.WordsForm(
        request.POST if request.method == "POST" and sent else None,
        overlay=one.overlay,
        revision=one.edition.revision,
        options=one.released,
        area_names=presenters.area_names(),
        more_questions=more,
    )


def _after_saving(request: HttpRequest, edition_id: int) -> HttpResponseRedirect:
    one = opened(request, edition_id)
    if "evidence" in request.POST:
        typed: dict[str, str] = {}
        for show in hooks.beside_words:
            if url := show(request.actor, one.edition, typed).evidence_url:
                return HttpResponseRedirect(url)
    if "preview" in request.POST:
        return redirect("protocols:preview", edition_id)
    return redirect("protocols:words" if "stay" in request.POST else "protocols:edition", edition_id)
