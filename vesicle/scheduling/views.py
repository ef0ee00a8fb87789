"""The patient's way through booking: what and where, a time, who; then see, move, cancel."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy.services import token_for
from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, VesicleError
from vesicle.people import queries as people
from vesicle.people.links import open_link
from vesicle.protocols.queries import offered, offered_options
from vesicle.scheduling import courses, holding, money_queries, queries, registration, services, together
from vesicle.scheduling.access import in_chosen_language, in_their_language, opened
from vesicle.scheduling.bookable import bookable, of_appointment
from vesicle.scheduling.calendar_file import render as render_calendar
from vesicle.scheduling.forms import DetailsForm, WhatAndWhereForm
from vesicle.scheduling.gates import Closed
from vesicle.scheduling.letters import Words
from vesicle.scheduling.next_steps import steps_for
from vesicle.scheduling.presenters import by_day
from vesicle.scheduling.time_pages import DAYS_SHOWN, show_week

if TYPE_CHECKING:
    from vesicle.candidacy.models import Screening
    from vesicle.scheduling.models import Appointment


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Choose areas and location. Without a treatment the page shows what there is to choose from."""
    option_id = request.GET.get("option", "")
    if not option_id:
        return render(request, "scheduling/choose.html", {"options": offered_options(request.actor.clinic_id)})
    option = offered(request.actor.clinic_id, option_id)
    screening = _screening(request)
    if screening is None and not request.actor.is_patient:
        return render(request, "scheduling/questions_first.html", {"option": option.option})
    if screening is not None:
        _say_if_not_clear(request, screening, option_id)
    places = list(clinic.locations(request.actor))
    form = WhatAndWhereForm(
        option, places, request.GET if "location" in request.GET or "areas" in request.GET else None
    )
    if not form.is_bound and screening is not None:
        form.initial = {"areas": screening.areas, "location": places[0].slug if len(places) == 1 else None}
    if form.is_bound and form.is_valid():
        if request.GET.get("also"):
            return redirect(f"{reverse('scheduling:together')}?{request.GET.urlencode()}")
        return redirect(f"{reverse('scheduling:times')}?{request.GET.urlencode()}")
    context = {
        "form": form,
        "option": option.option,
        "screening": request.GET.get("screening", ""),
        "also": together.choices(request.actor, bookable(request.actor.clinic_id, option_id)),
    }
    return render(request, "scheduling/start.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_chosen_language
def times(request: HttpRequest) -> HttpResponse:
    """Show a week of real times; taking one holds it for ten minutes."""
    given = request.POST if request.method == "POST" else request.GET
    option = offered(request.actor.clinic_id, given.get("option", ""))
    place = queries.location(request.actor, given.get("location", ""))
    areas = given.getlist("areas")
    screening = _screening(request)
    if screening is None and not request.actor.is_patient:
        return redirect(f"{reverse('scheduling:start')}?option={option.option.id}")
    provider_id = int(given["provider"]) if given.get("provider", "").isdigit() else None
    if request.method == "POST":
        try:
            token = holding.hold_for_visitor(
                request,
                option_id=option.option.id,
                areas=areas,
                location_id=place.pk,
                start=registration.moment(given.get("start", "")),
                now=clock.now(),
                provider_id=provider_id,
                screening=screening,
            )
        except JustTaken as taken:
            messages.warning(request, taken.message)
        except services.TooManyHolds as many:
            return holding.too_many(request, many)
        else:
            return redirect("scheduling:details", token=token)
    return show_week(request, option, place, areas, provider_id)


@never_cache
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, token: str) -> HttpResponse:
    """Say who is coming and book. What was typed stays when something is missing."""
    now = clock.now()
    held = _held(token)
    if held.state == queries.State.BOOKED:
        raise Conflict("This time is booked already. Your private link is in the message we sent you.")
    patient = people.patient(request.actor, request.actor.id or 0) if request.actor.is_patient else None
    form = DetailsForm(request.POST or None, instance=patient, initial=registration.known(held))
    agreeing = money_queries.before_booking(held, now=now)
    accepted = agreeing.policy.number if agreeing.policy and request.POST.get("policy") else None
    must_accept = request.method == "POST" and agreeing.policy is not None and accepted is None
    if request.method == "POST" and (patient is not None or form.is_valid()) and not must_accept:
        try:
            asked: dict[str, Any] = {
                "by": request.actor,
                "appointment": held,
                "patient": patient,
                "details": None if patient else form.cleaned_data,
                "note": request.POST.get("note", "")[:500],
                "policy_accepted": accepted,
                "now": now,
            }
            if agreeing.pays_online:
                registration.pay_for(**asked, token=token)
                return redirect("scheduling:pay_hold", token=token)
            booked, who = registration.book_for(**asked)
        except Blocked as blocked:
            return _not_clear(request, held, blocked)
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        except JustTaken as taken:
            messages.warning(request, taken.message)
            return redirect(registration.times_address(held))
        except Conflict as refused:
            messages.error(request, refused.message)
        else:
            return redirect("scheduling:appointment", key=registration.key_for(booked, who, by=request.actor, now=now))
    context = {
        "form": form,
        "appointment": held,
        "patient": patient,
        "token": token,
        "words": Words(held),
        "agreeing": agreeing,
        "must_accept": must_accept,
        "course": courses.terms_of(of_appointment(held)),
    }
    return render(request, "scheduling/details.html", context, status=422 if form.errors or must_accept else 200)


def _not_clear(request: HttpRequest, held: "Appointment", blocked: Blocked) -> HttpResponse:
    """Say why this cannot be booked yet, and offer what would open the way."""
    first = blocked.standing.first if isinstance(blocked, Closed) else ""
    context = {
        "error": blocked,
        "mend": blocked.standing.mend if isinstance(blocked, Closed) else "",
        "appointment": held,
        "visits": queries.visits_of_kind(held.clinic_id, first) if first else [],
    }
    return render(request, "scheduling/not_clear.html", context, status=blocked.status)


@require_POST
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the hold while the person types (called by the page's script)."""
    services.refresh_hold(by=request.actor, appointment=_held(token), now=clock.now())
    return HttpResponse(status=204)


@require_POST
def give_back(request: HttpRequest, token: str) -> HttpResponse:
    """Give the held time back and choose another."""
    held = _held(token)
    services.release_hold(by=request.actor, appointment=held, now=clock.now())
    return redirect(registration.times_address(held))


@never_cache
@in_their_language
def appointment(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one appointment, and what is still to do before it."""
    now = clock.now()
    actor, booked = opened(request, key, now=now)
    context = {
        "appointment": booked,
        "words": Words(booked),
        "key": key,
        "steps": steps_for(actor, booked, key, now) if booked.state == queries.State.BOOKED else [],
        "can_change": booked.state == queries.State.BOOKED and booked.starts_at > now,
        "terms": money_queries.terms(booked, now=now),
        "parts": [Words(row) for row in queries.parts_of(actor, booked.visit)] if booked.visit else [],
    }
    return render(request, "scheduling/appointment.html", context)


@never_cache
def health_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to the answers behind an appointment, to confirm or change them."""
    actor, booked = opened(request, key, now=clock.now())
    screening = candidacy.latest_screening(actor, actor.person_id)
    if screening is None:
        return redirect(f"{reverse('candidacy:start')}?option={booked.option}")
    token = token_for(by=actor, screening=screening)
    on = clock.day_in(booked.location.time_zone, booked.starts_at)
    return redirect(f"{reverse('candidacy:still-true', args=[token])}?on={on}")


@never_cache
@in_their_language
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The appointment as a calendar file."""
    now = clock.now()
    _, booked = opened(request, key, now=now)
    address = request.build_absolute_uri(reverse("scheduling:appointment", args=[key]))
    is_cancelled = booked.state == queries.State.CANCELLED
    text = render_calendar(Words(booked).invitation(now, address), "CANCEL" if is_cancelled else "PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@in_their_language
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Choose another time; the old one is kept until the new one is taken."""
    now = clock.now()
    actor, booked = opened(request, key, now=now)
    if booked.series_id and booked.position:
        return redirect("scheduling:course_move", key=key, number=booked.position)
    if request.method == "POST":
        try:
            services.move(
                by=actor, appointment=booked, start=registration.moment(request.POST.get("start", "")), now=now
            )
        except JustTaken as taken:
            messages.warning(request, taken.message)
        else:
            messages.success(request, _("Your appointment has moved. We have sent you a new confirmation."))
            return redirect("scheduling:appointment", key=key)
    place = booked.location
    today = clock.day_in(place.time_zone, now)
    first = max(
        registration.day(request.GET.get("from", ""), default=clock.day_in(place.time_zone, booked.starts_at)), today
    )
    last = first + timedelta(days=DAYS_SHOWN - 1)
    found = queries.slots(
        actor,
        option_id=booked.option,
        areas=booked.areas,
        location_id=place.pk,
        from_=first,
        to=last,
        now=now,
        ignoring=booked.pk,
    )
    context = {
        "appointment": booked,
        "words": Words(booked),
        "key": key,
        "terms": money_queries.terms(booked, now=now),
        "location": place,
        "days": by_day([slot for slot in found if slot.start != booked.starts_at], first, last),
        "has_any": bool(found),
        "next_from": first + timedelta(days=DAYS_SHOWN),
        "previous_from": max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
    }
    return render(request, "scheduling/move.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_their_language
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Say that one comes, by pressing a button: mail programs open links to look at them."""
    now = clock.now()
    actor, booked = opened(request, key, now=now)
    if request.method == "POST":
        services.confirm(by=actor, appointment=booked, now=now)
        messages.success(request, _("Thank you for telling us."))
        return redirect("scheduling:appointment", key=key)
    can_change = booked.state == queries.State.BOOKED and booked.starts_at > now
    context = {"appointment": booked, "words": Words(booked), "key": key, "can_change": can_change}
    return render(request, "scheduling/confirm.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_their_language
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Say what it costs, ask once, then cancel. A fee that came due while the page was open is said first."""
    now = clock.now()
    actor, booked = opened(request, key, now=now)
    terms = money_queries.terms(booked, now=now)
    said = request.POST.get("fee", "")
    if request.method == "POST" and (terms.fee is None or said == str(terms.fee.amount)):
        services.cancel(by=actor, appointment=booked, now=now, reason=request.POST.get("reason", "")[:300])
        messages.success(request, _("Your appointment is cancelled. Nothing more will be sent about it."))
        return redirect("scheduling:appointment", key=key)
    context = {"appointment": booked, "words": Words(booked), "key": key, "terms": terms}
    return render(request, "scheduling/cancel.html", context)


def _held(token: str) -> "Appointment":
    link = open_link(token, purpose=holding.HOLD, now=clock.now())
    return queries.held(link.subject_id or 0)


def _screening(request: HttpRequest) -> "Screening | None":
    token = request.GET.get("screening") or request.POST.get("screening")
    return candidacy.screening_by_token(request.actor, token) if token else None


def _say_if_not_clear(request: HttpRequest, screening: "Screening", option_id: str) -> None:
    """Warn before anything is typed; the booking service decides."""
    try:
        candidacy.require_screening_allows(request.actor, screening, option_id, on=clock.now().date())
    except VesicleError as error:
        messages.warning(request, error.message)
