"""A patient's way to a booking: what and where, a time that is held, who comes."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.candidacy import queries as candidacy
from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, VesicleError
from vesicle.people import queries as people
from vesicle.people.links import open_link
from vesicle.protocols.queries import offered, offered_options
from vesicle.scheduling import courses, holding, money_queries, queries, registration, services, together
from vesicle.scheduling.bookable import bookable, of_appointment
from vesicle.scheduling.forms import DetailsForm, WhatAndWhereForm
from vesicle.scheduling.gates import Closed
from vesicle.scheduling.letters import Words
from vesicle.scheduling.time_pages import show_week

if TYPE_CHECKING:
    from vesicle.candidacy.models import Screening
    from vesicle.scheduling.models import Appointment


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Choose areas and location. Without a treatment the page shows what there is to choose from."""
    option_id = request.GET.get("option", "")
    if not option_id:
        return render(
            request, "scheduling/choose.html", {"options": offered_options(request.actor.clinic_id, languages.active())}
        )
    option = offered(request.actor.clinic_id, option_id, languages.active())
    screening = screening_of(request)
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
def times(request: HttpRequest) -> HttpResponse:
    """Show a week of real times; taking one holds it for ten minutes."""
    given = request.POST if request.method == "POST" else request.GET
    option = offered(request.actor.clinic_id, given.get("option", ""), languages.active())
    place = queries.location(request.actor, given.get("location", ""))
    areas = given.getlist("areas")
    screening = screening_of(request)
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
    held = held_behind(token)
    if held.state == queries.State.BOOKED:
        raise Conflict(_("This time is booked already. Your private link is in the message we sent you."))
    patient = people.patient(request.actor, request.actor.id or 0) if request.actor.is_patient else None
    agreeing = money_queries.before_booking(held, now=now)
    accepted = agreeing.policy.number if agreeing.policy and request.POST.get("policy") else None
    must_accept = request.method == "POST" and agreeing.policy is not None and accepted is None
    # Somebody we know is not asked who they are, so nothing of that can be missing.
    typed = None if must_accept and patient is not None else request.POST or None
    form = DetailsForm(typed, instance=patient, initial=registration.known(held))
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
            return not_clear(request, held, blocked)
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


def not_clear(request: HttpRequest, held: "Appointment", blocked: Blocked) -> HttpResponse:
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
    services.refresh_hold(by=request.actor, appointment=held_behind(token), now=clock.now())
    return HttpResponse(status=204)


@require_POST
def give_back(request: HttpRequest, token: str) -> HttpResponse:
    """Give the held time back and choose another."""
    held = held_behind(token)
    services.release_hold(by=request.actor, appointment=held, now=clock.now())
    return redirect(registration.times_address(held))


def held_behind(token: str) -> "Appointment":
    """Return the hold behind a private link. Raises ``NotFound`` or ``LinkGone``."""
    link = open_link(token, purpose=holding.HOLD, now=clock.now())
    return queries.held(link.subject_id or 0)


def screening_of(request: HttpRequest) -> "Screening | None":
    """Return the health answers that the address or the form names; ``None`` where it names none."""
    token = request.GET.get("screening") or request.POST.get("screening")
    return candidacy.screening_by_token(request.actor, token) if token else None


def _say_if_not_clear(request: HttpRequest, screening: "Screening", option_id: str) -> None:
    """Warn before anything is typed; the booking service decides."""
    try:
        candidacy.require_screening_allows(request.actor, screening, option_id, on=clock.now().date())
    except VesicleError as error:
        messages.warning(request, languages.told(error.message))
