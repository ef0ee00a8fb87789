"""The way through the questions: one a page, no account needed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.domain import standard_catalogue
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.forms import AnswerForm, StartForm, add_problems
from vesicle.candidacy.views.medicines import is_due, propose
from vesicle.candidacy.views.parts import (
    area_names,
    concern_names,
    day_of,
    for_people,
    is_up_to_date,
    posted,
    private,
    screening_of,
)
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Invalid, NotFound
from vesicle.people import queries as people
from vesicle.people import throttle
from vesicle.people.access import patient_page
from vesicle.protocols.queries import offered_options
from vesicle.protocols.translating import bank_in

RESUME = "candidacy_token"


@private
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask where, what for and how old; then the questions begin."""
    offers = offered_options(request.actor.clinic_id, languages.active())
    patient = people.own_record(request.actor) if request.actor.is_patient else None
    given = request.POST if request.method == "POST" else request.GET
    option = given.get("option", "")
    chosen = next((offer.option for offer in offers if offer.option.id == option), None)
    initial = {"areas": given.getlist("area") or _first_area(chosen), "concerns": given.getlist("concern")}
    form = StartForm(posted(request), offers=offers, is_known=patient is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        throttle.brake(request, "candidacy-start", times=60)
        try:
            begun = services.start_screening(
                by=request.actor,
                date_of_birth=form.cleaned_data.get("date_of_birth"),
                areas=form.cleaned_data["areas"],
                concerns=form.cleaned_data["concerns"],
                interests=form.cleaned_data["treatments"],
                option=chosen.id if chosen else "",
                patient=patient,
                now=clock.now(),
            )
        except Invalid as refused:
            add_problems(form, for_people(refused), refused.message)
        else:
            request.session[RESUME] = begun.token
            return redirect("candidacy:resume", token=begun.token)
    name = presenters.in_a_sentence(chosen.title) if chosen else ""
    context = {
        "form": form,
        "option": chosen,
        "name": name,
        "patient": patient,
        "has_offers": bool(offers),
        "begun": _begun(request),
    }
    return render(request, "candidacy/start.html", context, status=422 if form.errors else 200)


@patient_page
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Open a signed-in patient's latest questions or result."""
    latest = queries.latest_screening(request.actor, request.actor.person_id)
    if latest is None:
        return redirect("candidacy:start")
    token = services.token_for(by=request.actor, screening=latest, valid_for=timedelta(days=1))
    return redirect("candidacy:resume", token=token)


@private
@require_GET
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Go on where the person stopped: the next question, their answers, or the result."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    if is_due(screening, told):
        return redirect("candidacy:medicines", token=token)
    following = queries.open_way(request.actor, screening, told, day_of(request)).next
    if following is not None:
        return redirect("candidacy:ask", token=token, question=following)
    return redirect("candidacy:result" if is_up_to_date(screening, told) else "candidacy:answers", token=token)


@private
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, token: str, question: str) -> HttpResponse:
    """Ask one question. What was typed stays when something is missing."""
    screening = screening_of(request, token)
    asked = bank_in(languages.active()).asked.get(question)
    if asked is None:
        raise NotFound(_("We do not ask that question. Go back to your answers."))
    told, today = queries.said(screening), day_of(request)
    if request.method == "POST" and "skip" in request.POST:
        services.skip(by=request.actor, screening=screening, question=question, now=clock.now())
        return _onward(request, token)
    form = AnswerForm(posted(request), question=asked, today=today, given=told.answers.given.get(question))
    if request.method == "POST" and form.is_valid():
        said = form.said
        try:
            services.answer(
                by=request.actor,
                screening=screening,
                question=question,
                answer=said.answer,
                date=said.date,
                text=said.text,
                ended=said.ended,
                now=clock.now(),
            )
        except Invalid as refused:
            field = "date" if "date" in form.fields and said.date else next(iter(form.fields), None)
            field = "ended" if said.ended else field
            form.add_error(field, for_people(refused).get(question, refused.message))
        else:
            return _onward(request, token)
    way = queries.open_way(request.actor, screening, told, today)
    context = {
        "form": form,
        "question": asked,
        "token": token,
        "number": way.number_of(question),
        "length": max(way.length, way.number_of(question)),
        "before": way.before(question),
        "areas": area_names(screening) if standard_catalogue().asked[question].about_area else "",
        "is_change": question in told.answers.given,
        "next": request.GET.get("next", ""),
        **propose(request, form, screening, told, question),
    }
    return render(request, "candidacy/question.html", context, status=422 if form.errors else 200)


@private
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, token: str) -> HttpResponse:
    """Show everything that was said, to correct it; then decide."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    following = queries.open_way(request.actor, screening, told, day_of(request)).next
    if request.method == "POST":
        if following is not None:
            return redirect("candidacy:ask", token=token, question=following)
        if is_due(screening, told):
            return redirect("candidacy:medicines", token=token)
        stored = services.complete(by=request.actor, screening=screening, now=clock.now())
        asks_provider = any(row.option == screening.in_full and row.verdict == "review" for row in stored)
        return redirect("candidacy:about-you" if asks_provider else "candidacy:result", token=token)
    context = {
        "token": token,
        "screening": screening,
        "lines": presenters.answer_lines(told.answers, days=told.days, skipped=told.skipped),
        "areas": area_names(screening),
        "concerns": concern_names(screening),
        "born": told.answers.date_of_birth,
        "following": following,
        "is_done": is_up_to_date(screening, told),
    }
    return render(request, "candidacy/answers.html", context)


@private
@require_http_methods(["GET", "POST"])
def still_true(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether answers that have grown old are still true: all at once, or one by one."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    on = _asked_day(request) or day_of(request)
    stale = stale_on(on, told.days, standard_catalogue())
    if request.method == "POST":
        services.reconfirm(by=request.actor, screening=screening, on=on, now=clock.now())
        services.complete(by=request.actor, screening=screening, now=clock.now())
        messages.success(request, _("Thank you. We have noted that nothing has changed."))
        return redirect("candidacy:result", token=token)
    lines = presenters.answer_lines(told.answers, days=told.days)
    context = {"token": token, "lines": [line for line in lines if line.id in stale], "on": on}
    return render(request, "candidacy/still_true.html", context)


def _asked_day(request: HttpRequest) -> date | None:
    given = request.POST.get("on") or request.GET.get("on") or ""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _onward(request: HttpRequest, token: str) -> HttpResponse:
    """Return to the list of answers when the person came from there to change one."""
    if request.GET.get("next") == "answers":
        return redirect("candidacy:answers", token=token)
    return redirect("candidacy:resume", token=token)


def _begun(request: HttpRequest) -> str:
    """Return the token of questions this browser has begun, if they can still be gone on with."""
    token = request.session.get(RESUME, "")
    if not token:
        return ""
    try:
        screening_of(request, token)
    except queries.ScreeningGone:
        return ""
    return str(token)


def _first_area(option: Any) -> list[str]:
    areas = [area.area for area in option.sections.areas] if option else []
    return areas[:1] or ["full-face"]
