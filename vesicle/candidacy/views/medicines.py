"""Medicines shown back to the person who named them: all on one page, nothing decided for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.medicine_forms import MedicinesForm
from vesicle.candidacy.views.parts import posted, private, screening_of
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.protocols.bank import load_bank

DATE_WANTED = "date"
"""In the address of a question whose answer was just changed to yes: its date is still to come."""


@private
@require_http_methods(["GET", "POST"])
def medicines(request: HttpRequest, token: str) -> HttpResponse:
    """Ask what was meant by medicines that are not certain, or that contradict an answer."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    pending = queries.medicines_to_confirm(screening, told.answers)
    if not pending:
        return redirect("candidacy:resume", token=token)
    form = MedicinesForm(posted(request), pending=pending)
    if request.method == "POST" and form.is_valid():
        changed = form.changed
        services.name_medicines(
            by=request.actor, screening=screening, meant=form.meant, changed=changed, now=clock.now()
        )
        # A yes that needs its date is opened for it; left alone it stays an undated yes, which a provider looks at.
        asked = load_bank().asked
        dated = [one for one, value in changed.items() if value == "yes" and asked[one].asks_date]
        if dated:
            where = reverse("candidacy:ask", kwargs={"token": token, "question": dated[0]})
            return redirect(f"{where}?{urlencode({DATE_WANTED: 1, 'next': _next(request)})}")
        return _onward(request, token)
    context = {"form": form, "token": token, "written_in": pending[0].mention.question, "next": _next(request)}
    return render(request, "candidacy/medicines.html", context, status=422 if form.errors else 200)


def is_due(screening: queries.Screening, told: queries.Said) -> bool:
    """Return whether something about the named medicines is to be asked before going on."""
    return bool(queries.medicines_to_confirm(screening, told.answers))


def propose(
    request: HttpRequest, form: forms.Form, screening: queries.Screening, told: queries.Said, question: str
) -> dict[str, Any]:
    """Fill in the answer that a named medicine speaks for, and return the words that say so for the page.

    Only an open question is filled in, and only for the person to look at: nothing is kept before they send it.
    """
    if DATE_WANTED in request.GET:
        form.initial.pop("date_unknown", None)
    found = queries.proposal(screening, told.answers, question)
    if found is None:
        return {}
    if found.values:
        several = load_bank().asked[question].kind == "multi-choice"
        form.initial["answer"] = list(found.values) if several else found.values[0]
    return {"proposal": presenters.proposal_words(found)}


def _onward(request: HttpRequest, token: str) -> HttpResponse:
    return redirect("candidacy:answers" if _next(request) == "answers" else "candidacy:resume", token=token)


def _next(request: HttpRequest) -> str:
    return request.GET.get("next", "")
