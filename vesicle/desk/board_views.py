"""The calendar: day and week, the part of it that is swapped when something changed, and the selected appointment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from vesicle.aftercare import queries as aftercare
from vesicle.clinic.models import Location
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.core.responses import problem, wants_json
from vesicle.desk import queries
from vesicle.desk.clearance_views import lapsing_soon, of_visit
from vesicle.desk.permissions import OPEN, READ_AUDIT
from vesicle.people.access import staff_page
from vesicle.people.models import Patient
from vesicle.scheduling import money_queries, registration, stages
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling import services as scheduling_services
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.permissions import BOOK, RECORD_RESULT, RUN_DAY, SEE_DAY, SEE_FEES
from vesicle.treatment import services as treatment
from vesicle.treatment.permissions import CHART
from vesicle.website.statement_queries import withdrawn_count

S = scheduling.State
WAYS = (("rooms", "Rooms", "1"), ("providers", "Providers", "2"), ("devices", "Devices", "3"))
_WORDS = {"rooms": "room", "providers": "provider", "devices": "device"}


@dataclass(frozen=True, slots=True)
class Here:
    """What a page of the calendar is about: the place, what is looked at, and which day it is there."""

    place: Location
    range: queries.Range
    today: date
    now: datetime

    def address(self, **changes: object) -> str:
        """Return the question part of an address that shows the same with some things different."""
        asked = {
            "location": self.place.slug,
            "date": self.range.on,
            "by": self.range.by,
            "view": "week" if self.range.is_week else "",
            "r": self.range.resource_id,
        } | changes
        return urlencode({name: value for name, value in asked.items() if value not in (None, "")})


def here(request: HttpRequest, asked: QueryDict, *, place: Location | None = None) -> Here:
    """Return what is asked for, in ``asked``, at ``place`` if it is known. Raises ``NotFound`` without a location."""
    if place is None:
        place, _ = queries.chosen_location(request.actor, asked.get("location", request.session.get("location", "")))
    if place is None:
        raise NotFound("This clinic has no such location.")
    now = clock.now()
    today = clock.day_in(place.time_zone, now)
    by = asked.get("by", "")
    number = asked.get("r", "")
    is_week = asked.get("view") == "week"
    wanted = queries.Range(
        registration.day(asked.get("date", ""), default=today),
        by if by in _WORDS else "rooms",
        is_week,
        int(number) if number.isdigit() and is_week else None,
    )
    return Here(place, wanted, today, now)


@staff_page(OPEN)
def home(request: HttpRequest) -> HttpResponse:
    """The calendar of a location, with whatever blocks a patient and the one act that clears it."""
    actor = request.actor
    if not actor.may(SEE_DAY):
        return redirect("desk:audit") if actor.may(READ_AUDIT) else render(request, "desk/nothing.html")
    place, places = queries.chosen_location(actor, request.GET.get("location", request.session.get("location", "")))
    if place is None:
        return render(request, "desk/nothing.html")
    if request.session.get("location") != place.slug:
        # Only then: setting it writes the session.
        request.session["location"] = place.slug
    seen = here(request, request.GET, place=place)
    before, after = queries.neighbors(seen.range.on, days=7 if seen.range.is_week else 1)
    context = board_context(request, seen) | {
        "places": places,
        "before": seen.address(date=before),
        "after": seen.address(date=after),
        "to_today": seen.address(date=None),
        "to_day": seen.address(view=None, r=None),
        "to_week": seen.address(view="week"),
        "ways": [(key, label, press, seen.address(by=key, r=None)) for key, label, press in WAYS],
        "to_places": [(one, seen.address(location=one.slug, r=None)) for one in places],
        "lapsing": lapsing_soon(actor),
        "withdrawn": withdrawn_count(actor),
        "may_book": actor.may(BOOK),
    }
    selected = request.GET.get("a", "")
    if selected.isdigit():
        context |= panel_context(request, int(selected)) | {"selected": int(selected)}
    return render(request, "desk/day.html", context)


def board_context(request: HttpRequest, seen: Here) -> dict[str, object]:
    """Return what the calendar itself needs."""
    actor = request.actor
    days = seen.range.days
    # Read before the board: what changes in between is then seen as a change, not missed.
    revision = queries.revision(actor, seen.place, days[0], days[-1], now=seen.now)
    found = queries.board(actor, seen.place, seen.range, now=seen.now)
    selected = request.GET.get("a", "")
    return {
        "board": found,
        "revision": revision,
        "location": seen.place,
        "on": seen.range.on,
        "first": days[0],
        "last": days[-1],
        "today": seen.today,
        "way": seen.range.by,
        "one": _WORDS[seen.range.by],
        "is_week": seen.range.is_week,
        "is_today": seen.range.on == seen.today,
        "resource_id": seen.range.resource_id,
        "here": seen.address(),
        "resources": [(row, seen.address(r=row.pk)) for row in found.resources] if seen.range.is_week else [],
        "to_all": seen.address(r=None),
        "selected": int(selected) if selected.isdigit() else 0,
        "booked": found.count(S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE),
        "inside": found.count(S.ARRIVED, S.IN_TREATMENT),
        "done": found.count(S.DONE),
        "alerts_open": queries.open_alerts(actor),
        "blocked": sum(bool(row) for row in found.blockers.values()),
        "absent": [row for row in found.appointments if row.state == S.NO_SHOW],
        "may_run": actor.may(RUN_DAY),
        "may_move": actor.may(BOOK),
    }


@staff_page(SEE_DAY)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The calendar alone; with ``since`` 204 where nothing changed, at the price of one small question."""
    seen = here(request, request.GET)
    since = request.GET.get("since", "")
    days = seen.range.days
    if since and since == queries.revision(request.actor, seen.place, days[0], days[-1], now=seen.now):
        return HttpResponse(status=204)
    return render(request, "desk/_board.html", board_context(request, seen))


@staff_page(SEE_DAY)
@require_GET
def panel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The panel of one appointment alone."""
    return render(request, "desk/_panel.html", panel_context(request, appointment_id))


def panel_context(request: HttpRequest, appointment_id: int) -> dict[str, object]:
    """Return what the panel shows of one appointment: who, what, every gate, and what can be done now."""
    actor, now = request.actor, clock.now()
    appointment = scheduling.appointment(actor, appointment_id)
    shows_gates = appointment.patient_id is not None and appointment.treats
    gates = treatment.gates(by=actor, appointment=appointment, now=now) if shows_gates else []
    is_today = clock.day_in(appointment.location.time_zone, appointment.starts_at) == clock.day_in(
        appointment.location.time_zone, now
    )
    phases = stages.phases_of(appointment)
    return {
        "appointment": appointment,
        "what": of_appointment(appointment),
        "gates": [gate for gate in gates if actor.may(CHART) or gate.id != "licence"],
        "may_run": actor.may(RUN_DAY),
        "may_chart": actor.may(CHART),
        "may_move": actor.may(BOOK) and appointment.state == S.BOOKED and appointment.starts_at > now,
        "alerts": aftercare.alerts_of(actor, appointment.patient_id or 0),
        "encounter": getattr(appointment, "encounter", None),
        "stage": queries.stage_words(appointment, phases),
        "steps": stages.next_of(appointment, phases) if is_today or appointment.state != S.BOOKED else [],
        "taken": stages.standing(appointment),
        "may_record": actor.may(RECORD_RESULT),
        "phases": phases,
        "is_today": is_today,
        "back": here(request, request.GET).address(),
        "standing": money_queries.patient_standing(actor, appointment.patient_id, now=now)
        if appointment.patient_id is not None and actor.may(SEE_FEES)
        else None,
        "agreed": money_queries.acceptance(actor, appointment) if actor.may(SEE_FEES) else None,
        **of_visit(actor, appointment),
    }


@staff_page(RUN_DAY)
@require_POST
def change(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Check in, take back, record who did not come, cancel."""
    actor, now = request.actor, clock.now()
    appointment = scheduling.appointment(actor, appointment_id)
    state = request.POST.get("state", "")

    def act() -> str:
        if state == S.CANCELLED:
            reason = request.POST.get("reason", "")[:300]
            scheduling_services.cancel(by=actor, appointment=appointment, now=now, reason=reason)
        elif state in (S.ARRIVED, S.BOOKED, S.NO_SHOW):
            scheduling_services.change_state(by=actor, appointment=appointment, state=state, now=now)
        else:
            raise Invalid("Choose one of the states shown.")
        return f"{name_of(appointment.patient)}: {S(state).label.lower()}."

    return _done(request, appointment_id, act)


@staff_page(RUN_DAY)
@require_POST
def step(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Take a patient one step through the visit, or one step back (``to=back``)."""
    actor, now = request.actor, clock.now()
    appointment = scheduling.appointment(actor, appointment_id)
    kind, _, phase = request.POST.get("to", "").partition(":")

    def act() -> str:
        if kind == "back":
            scheduling_services.step_back(by=actor, appointment=appointment, now=now)
        else:
            scheduling_services.take_step(by=actor, appointment=appointment, kind=kind, phase=phase, now=now)
        row = scheduling.appointment(actor, appointment_id)
        said = queries.stage_words(row, stages.phases_of(row)) or "Booked, not here yet"
        return f"{name_of(row.patient)}: {said[0].lower()}{said[1:]}."

    return _done(request, appointment_id, act)


def _done(request: HttpRequest, appointment_id: int, act: Callable[[], str]) -> HttpResponse:
    """Do something to an appointment and say what came of it, on the calendar it was asked from."""
    try:
        said = act()
    except (Conflict, Invalid) as error:
        if wants_json(request):
            return problem(error)
        messages.error(request, error.message)
    else:
        if wants_json(request):
            return JsonResponse({"said": said})
        messages.success(request, said)
    return redirect(to_appointment(request, appointment_id))


def to_appointment(request: HttpRequest, appointment_id: int, **changes: object) -> str:
    """Return the address of the calendar that a form came from, with an appointment selected."""
    return f"{reverse('desk:home')}?{here(request, request.GET).address(a=appointment_id, **changes)}"


def name_of(patient: Patient | None) -> str:
    """Return whom to name in a sentence about an appointment."""
    return patient.full_name if patient else "The held time"
