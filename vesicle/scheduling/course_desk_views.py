"""The desk's side of courses: planned for a patient from a time that was chosen, moved and cancelled for them."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.candidacy import queries as candidacy
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Invalid, JustTaken
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.scheduling import at_the_desk, courses, queries, registration, services, shifting
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.course_pages import Asked, plan_context
from vesicle.scheduling.course_views import can_change, chosen_moves, session, shift_context, week_to_move
from vesicle.scheduling.letters import Words
from vesicle.scheduling.permissions import BOOK

if TYPE_CHECKING:
    from vesicle.clinic.models import Location
    from vesicle.scheduling.bookable import Bookable
    from vesicle.scheduling.domain import Session


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Plan a course that begins with a chosen time, and book it as one."""
    actor, now = request.actor, clock.now()
    patient = people.patient(actor, patient_id)
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("option"):
        return redirect("desk:book", patient_id=patient.pk)
    what = bookable(actor.clinic_id, given.get("option", ""))
    place = queries.location(actor, given.get("location", ""))
    areas = given.getlist("areas")
    start = registration.moment(given.get("start", ""))
    asked = Asked.read(given, given.getlist("s"), courses.required_terms(what))
    said, status = at_the_desk.read(actor, patient, request.POST, now=now), 200
    if request.method == "POST":
        try:
            series = services.book_course(
                by=actor,
                patient=patient,
                option_id=what.id,
                areas=areas,
                location_id=place,
                starts=[start, *asked.chosen],
                now=now,
                same_provider=asked.same_provider,
                agreed=said.agreed(candidacy.latest_screening(actor, patient.pk)),
            )
        except (Blocked, JustTaken, Invalid) as error:
            said, status = at_the_desk.refused(actor, said, error), error.status
            at_the_desk.say(request, error, said)
        else:
            messages.success(request, f"The course of {patient.full_name} is booked, and one letter is on its way.")
            return redirect("scheduling_desk:series", series_id=series.pk)
    first = _first(request, what, areas, place, start, asked)
    context: dict[str, Any] = {"patient": patient, "areas": areas, "start": start, "what": what, "said": said}
    if first is None:
        messages.error(request, "That first time is not free any more. Choose another.")
        return redirect(f"{reverse('desk:book', args=[patient.pk])}?option={what.id}&location={place.slug}")
    context |= plan_context(actor, what, areas, place, asked, first, now=now)
    return render(request, "scheduling/desk/course_plan.html", context, status=status)


def _first(
    request: HttpRequest, what: "Bookable", areas: list[str], place: "Location", start: Any, asked: Asked
) -> "Session | None":
    """Return the first session with the provider who gets furthest; ``None`` where its time is taken."""
    return courses.first_session(
        request.actor,
        what,
        areas,
        place,
        start,
        sessions=asked.sessions,
        same_provider=asked.same_provider,
        now=clock.now(),
    )


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """Every session of a course; the rest can be cancelled."""
    actor, now = request.actor, clock.now()
    course = courses.series(actor, series_id)
    if request.method == "POST":
        wish = "patient" if request.POST.get("wish") == "patient" else "clinic"
        reason = request.POST.get("reason", "")[:300]
        gone = services.cancel_course(by=actor, series=course, now=now, reason=reason, at_wish_of=wish)
        messages.success(request, f"{len(gone)} sessions are cancelled, and the patient is told in one letter.")
        return redirect("scheduling_desk:series", series_id=course.pk)
    rows = courses.sessions_of(actor, course)
    context = {
        "series": course,
        "what": bookable(actor.clinic_id, course.option),
        "rows": [{"row": row, "when": Words(row).when, "can_change": can_change(row, now)} for row in rows],
        "can_cancel": any(can_change(row, now) for row in rows),
        "too_far": shifting.gap_that_fails(rows, course),
    }
    return render(request, "scheduling/desk/series.html", context)


@staff_page(BOOK)
@require_GET
def move(request: HttpRequest, series_id: int, number: int) -> HttpResponse:
    """Choose another time for one session."""
    course = courses.series(request.actor, series_id)
    row = session(request.actor, course, number)
    context = week_to_move(request.actor, row, request.GET.get("from", ""), clock.now())
    more = {"series": course, "row": row, "words": Words(row)}
    return render(request, "scheduling/desk/series_move.html", context | more)


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def shift(request: HttpRequest, series_id: int, number: int) -> HttpResponse:
    """Show old and new of every session; move all that follow, or only this one."""
    course = courses.series(request.actor, series_id)
    row = session(request.actor, course, number)
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("start"):
        return redirect("scheduling_desk:series_move", series_id=course.pk, number=number)
    start = registration.moment(given.get("start", ""))
    if request.method == "POST":
        try:
            moves = chosen_moves(request)
            wish = request.POST.get("at_wish_of", "")
            if not wish:
                raise Invalid("Say at whose wish it moves.", fields={"at_wish_of": "The patient's or the clinic's."})
            services.move_course(by=request.actor, series=course, starts=moves, now=clock.now(), at_wish_of=wish)
        except (JustTaken, Invalid) as refused:
            messages.warning(request, refused.message)
        else:
            messages.success(request, "The course has moved, and the patient is told in one letter.")
            return redirect("scheduling_desk:series", series_id=course.pk)
    try:
        context = shift_context(request.actor, course, row, start) | {"asks_wish": True}
    except JustTaken as taken:
        messages.warning(request, taken.message)
        return redirect("scheduling_desk:series_move", series_id=course.pk, number=number)
    return render(request, "scheduling/desk/series_shift.html", context)
