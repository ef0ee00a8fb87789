"""The result, and what people do with it: ask a provider, choose a time, be reminded."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.domain import standard_catalogue
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.forms import AboutYouForm, ReminderForm, WishesForm, add_problems
from vesicle.candidacy.views.parts import (
    area_names,
    concern_names,
    day_of,
    is_up_to_date,
    posted,
    private,
    screening_of,
)
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.people import queries as people
from vesicle.people import throttle
from vesicle.protocols.queries import offered_options


@private
@require_GET
def result(request: HttpRequest, token: str) -> HttpResponse:
    """Say for every option whether it may be, why, from when, and what to do next."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    if not is_up_to_date(screening, told):
        return redirect("candidacy:resume", token=token)
    form = _wishes_form(request, screening)
    return render(request, "candidacy/result.html", _result_context(request, token, screening, told, form))


@private
@require_POST
def wishes(request: HttpRequest, token: str) -> HttpResponse:
    """Keep what matters to the person, and rank anew."""
    screening = screening_of(request, token)
    told = queries.said(screening)
    if not is_up_to_date(screening, told):
        return redirect("candidacy:resume", token=token)
    throttle.brake(request, "candidacy-wishes", times=60)
    form = _wishes_form(request, screening)
    if not form.is_valid():
        context = _result_context(request, token, screening, told, form)
        return render(request, "candidacy/result.html", context, status=422)
    services.state_wishes(
        by=request.actor,
        screening=screening,
        concerns=form.cleaned_data["concerns"],
        preferences=form.preferences,
        now=clock.now(),
    )
    return HttpResponseRedirect(f"{reverse('candidacy:result', args=[token])}#fitting")


@require_GET
def how_we_rank(request: HttpRequest) -> HttpResponse:
    """Say what counts in a ranking, with every number."""
    return render(request, "candidacy/how_we_rank.html", {"how": presenters.how_we_rank()})


def _wishes_form(request: HttpRequest, screening: queries.Screening) -> WishesForm:
    offers = offered_options(request.actor.clinic_id, languages.active())
    return WishesForm(posted(request), offers=offers, wishes=queries.wishes_of(screening))


def _result_context(
    request: HttpRequest, token: str, screening: queries.Screening, told: queries.Said, form: WishesForm
) -> dict[str, object]:
    today, wished = day_of(request), queries.wishes_of(screening)
    page = presenters.result_page(
        queries.verdicts_on(request.actor, told.answers, today, languages.active()),
        chosen=screening.chosen_option,
        wishes=wished,
        standing=queries.standing(screening, on=today),
    )
    return {
        "token": token,
        "screening": screening,
        "page": page,
        "today": today,
        "areas": area_names(screening),
        "concerns": concern_names(screening),
        "stale": bool(set(stale_on(today, told.days, standard_catalogue())) & set(told.answers.given)),
        "reminder": ReminderForm(initial={"email": screening.patient.email if screening.patient else ""}),
        "wishes": form,
        "wished": presenters.wished_words(wished.preferences, form.currency),
    }


@private
@require_http_methods(["GET", "POST"])
def about_you(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who the person is, and pass their answers to a provider."""
    screening = screening_of(request, token)
    given = request.POST if request.method == "POST" else request.GET
    option = given.get("option", "") or screening.in_full or screening.chosen_option
    offers = {offer.option.id: offer.option for offer in offered_options(request.actor.clinic_id, languages.active())}
    if option not in offers:
        return redirect("candidacy:result", token=token)
    told, today = queries.said(screening), day_of(request)
    if queries.open_way(request.actor, screening, told, today, in_full=option).left:
        services.ask_in_full(by=request.actor, screening=screening, option=option, now=clock.now())
        return redirect("candidacy:resume", token=token)
    known = screening.patient or (people.own_record(request.actor) if request.actor.is_patient else None)
    form = AboutYouForm(posted(request))
    if request.method == "POST" and (known is not None or form.is_valid()):
        throttle.brake(request, "candidacy-review", times=30)
        try:
            services.ask_provider(
                by=request.actor,
                screening=screening,
                option=option,
                details=None if known else form.cleaned_data,
                now=clock.now(),
            )
        except Invalid as refused:
            add_problems(form, refused.fields, refused.message)
        except (Blocked, Conflict) as refused:
            messages.warning(request, refused.message)
            return redirect("candidacy:result", token=token)
        else:
            messages.success(request, _("Your answers are with a provider now. We will write to you."))
            return redirect("candidacy:result", token=token)
    born = told.answers.date_of_birth
    context = {"form": form, "token": token, "option": offers[option], "known": known, "born": born}
    return render(request, "candidacy/about_you.html", context, status=422 if form.errors else 200)


@private
@require_POST
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Go on to a time for one option."""
    screening = screening_of(request, token)
    option = request.POST.get("option", "")
    try:
        queries.require_screening_allows(request.actor, screening, option, on=day_of(request))
    except Blocked as blocked:
        messages.warning(request, blocked.message)
        return redirect("candidacy:result", token=token)
    services.choose(by=request.actor, screening=screening, option=option, now=clock.now())
    return HttpResponseRedirect(f"/book/?{urlencode({'option': option, 'screening': token})}")


@private
@require_POST
def widen(request: HttpRequest, token: str) -> HttpResponse:
    """Go on with the questions of the treatments that were left out at the start."""
    screening = screening_of(request, token)
    services.widen(by=request.actor, screening=screening, now=clock.now())
    return redirect("candidacy:resume", token=token)


@private
@require_POST
def remind(request: HttpRequest, token: str) -> HttpResponse:
    """Note that the person wants to be written to when a wait is over."""
    screening = screening_of(request, token)
    throttle.brake(request, "candidacy-remind")
    told = queries.said(screening)
    option = request.POST.get("option", "")
    found = queries.verdicts_on(request.actor, told.answers, day_of(request), languages.active())
    match = next(((offer, verdict) for offer, verdict in found if verdict.option == option), None)
    form = ReminderForm(request.POST)
    if match is None or (not form.is_valid() and screening.patient is None):
        messages.warning(request, _("That is not a complete e-mail address. It looks like name@example.org."))
        return redirect("candidacy:result", token=token)
    try:
        day = services.remind(
            by=request.actor,
            screening=screening,
            verdict=match[1],
            title=match[0].option.title,
            email="" if screening.patient else form.cleaned_data["email"],
            now=clock.now(),
        )
    except Invalid as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("We will write to you on %(day)s.") % {"day": presenters.in_full(day)})
    return redirect("candidacy:result", token=token)
