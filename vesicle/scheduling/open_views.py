"""Booking a visit that treats nothing: a consultation, a patch test. No health questions come first."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import JustTaken
from vesicle.scheduling import holding, queries, registration, services
from vesicle.scheduling.bookable import bookable, purposes
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day, minutes_in_words


@never_cache
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Choose one of the clinic's visits."""
    kind = request.GET.get("kind", "")
    found = queries.visits_of_kind(request.actor.clinic_id, kind)
    return render(request, "scheduling/visits.html", {"visits": found})


@never_cache
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a place and a time; taking one holds it, and the details follow as for a treatment."""
    actor, now = request.actor, clock.now()
    what = bookable(actor.clinic_id, slug)
    given = request.POST if request.method == "POST" else request.GET
    places = list(clinic.locations(actor))
    place = next((one for one in places if one.slug == given.get("location")), places[0])
    if request.method == "POST":
        try:
            token = holding.hold_for_visitor(
                request,
                option_id=slug,
                areas=[],
                location_id=place.pk,
                start=registration.moment(given.get("start", "")),
                now=now,
                made_for=given.get("for", ""),
            )
        except JustTaken as taken:
            messages.warning(request, taken.message)
        except services.TooManyHolds as many:
            return holding.too_many(request, many)
        else:
            return redirect("scheduling:details", token=token)
    today = clock.day_in(place.time_zone, now)
    first = max(registration.day(given.get("from", ""), default=today), today)
    last = first + timedelta(days=DAYS_SHOWN - 1)
    found = queries.slots(actor, option_id=slug, areas=[], location_id=place.pk, from_=first, to=last, now=now)
    made_for = given.get("for", "")
    context = {
        "what": what,
        "kept": urlencode({"location": place.slug, "for": made_for}),
        "purposes": purposes(actor.clinic_id, what.service, made_for),
        "made_for": made_for,
        "places": places,
        "location": place,
        "minutes": minutes_in_words(what.plan([]).minutes),
        "days": by_day(found, first, last),
        "has_any": bool(found),
        "next_from": first + timedelta(days=DAYS_SHOWN),
        "previous_from": max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
    }
    return render(request, "scheduling/visit_times.html", context)
