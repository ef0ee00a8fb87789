"""Booking on somebody's behalf: what, where and when, past the same gates as the patient's own pages."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from vesicle.candidacy import queries as candidacy
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Invalid, JustTaken
from vesicle.desk import queries
from vesicle.desk.forms import SearchTimesForm
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.people.models import Patient
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import at_the_desk, registration
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling import services as scheduling_services
from vesicle.scheduling.bookable import Bookable, bookable
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.presenters import by_day


@staff_page(BOOK)
def book(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Book a time for a patient; what is refused keeps what was typed, and says what would mend it."""
    actor, now = request.actor, clock.now()
    found = people.patient(actor, patient_id)
    place, places = queries.chosen_location(actor, request.GET.get("location", request.session.get("location", "")))
    choices = [(offer.option.id, offer.option.label) for offer in offered_options(actor.clinic_id)]
    choices += [(visit.slug, visit.name) for visit in scheduling.visits_of_kind(actor.clinic_id)]
    initial = {"location": place.slug if place else "", "first": clock.day_in(found.time_zone, now)}
    # The address of a visit to book first names no day: then it is from today.
    given = initial | request.GET.dict() if request.GET else None
    form = SearchTimesForm(choices, [(p.slug, p.name) for p in places], given, initial=initial)
    context: dict[str, Any] = {"patient": found, "form": form}
    status = 200
    if request.GET and form.is_valid():
        data = form.cleaned_data
        what = bookable(actor.clinic_id, data["option"])
        areas = [area for area in request.GET.getlist("areas") if area in what.areas] or list(what.areas)[:1]
        said = at_the_desk.read(actor, found, request.POST, now=now)
        if request.method == "POST":
            try:
                return redirect(_book(request, found, what, areas, data["location"], said))
            except (Blocked, JustTaken, Invalid) as error:
                said, status = at_the_desk.refused(actor, said, error), error.status
                at_the_desk.say(request, error, said)
                context["again"] = at_the_desk.asked_for(request)
        context |= {"said": said} | _times(request, what, areas, data, now=now)
    return render(request, "desk/book.html", context, status=status)


def _book(
    request: HttpRequest, patient: Patient, what: Bookable, areas: list[str], place: str, said: at_the_desk.Said
) -> str:
    """Book what was chosen and return where to go; or lead on to the plan of a course that begins then."""
    actor, start = request.actor, request.POST.get("start", "")
    if request.POST.get("course"):
        asked = [("option", what.id), ("location", place), ("start", start), *(("areas", area) for area in areas)]
        return f"{reverse('scheduling_desk:course_plan', args=[patient.pk])}?{urlencode(asked)}"
    booked = scheduling_services.book_at(
        by=actor,
        option_id=what.id,
        areas=areas,
        location_id=place,
        start=registration.moment(start),
        patient=patient,
        screening=candidacy.latest_screening(actor, patient.pk) if what.offer else None,
        policy_accepted=said.accepted,
        language=said.language,
        exceptions=said.reasons,
        now=clock.now(),
    )
    messages.success(request, f"{patient.full_name} is booked, and the confirmation is on its way.")
    on: date = clock.day_in(booked.location.time_zone, booked.starts_at)
    return f"{reverse('desk:home')}?location={booked.location.slug}&date={on}&a={booked.pk}"


def _times(
    request: HttpRequest, what: Bookable, areas: list[str], data: dict[str, Any], *, now: Any
) -> dict[str, object]:
    """Return a week of free times, and keep what is looked for in vain."""
    actor, first = request.actor, data["first"]
    place, last = scheduling.location(actor, data["location"]), data["first"] + timedelta(days=6)
    slots = scheduling.slots(
        actor, option_id=what.id, areas=areas, location_id=place.pk, from_=first, to=last, now=now
    )  # fmt: skip
    scheduling_services.note_search(
        by=actor, option_id=what.id, areas=areas, location=place, first=first, last=last, found=len(slots), now=now
    )
    return {
        "what": what,
        "areas": areas,
        "has_course": what.offer is not None and bool(what.offer.option.sections.sessions.spacing_weeks),
        "days": by_day(slots, first, last),
        "has_any": bool(slots),
        "location": place,
    }
