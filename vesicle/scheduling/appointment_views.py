"""A patient's own appointment: seen, confirmed, moved, cancelled, and taken along in a calendar."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy.services import token_for
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import JustTaken
from vesicle.scheduling import money_queries, queries, registration, services
from vesicle.scheduling.access import opened
from vesicle.scheduling.calendar_file import render as render_calendar
from vesicle.scheduling.letters import Words
from vesicle.scheduling.next_steps import steps_for
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day


@never_cache
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
    # In a frame on another site stands only that it is booked; what concerns the person opens on their own page.
    page = "booked_in_frame" if getattr(request, "framed", False) else "appointment"
    return render(request, f"scheduling/{page}.html", context)


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
