"""Moving a booking: dropped on the calendar, put there by keys, or chosen from a list of what is free.

Before anything moves a page says what goes along and what it counts as, and asks at whose wish it is.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, VesicleError
from vesicle.core.responses import problem, wants_json
from vesicle.desk.board_views import here, name_of, to_appointment
from vesicle.desk.queries import moving
from vesicle.people.access import staff_page
from vesicle.scheduling import money_queries, registration, services, together
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.combining import in_words
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.permissions import BOOK, SEE_FEES
from vesicle.scheduling.presenters import clock as clock_words

if TYPE_CHECKING:
    from vesicle.scheduling.models import Appointment

WISHES = ("patient", "clinic")
ASKED = ("day", "time", "resource", "resources", "provider")


@staff_page(BOOK)
@require_GET
def ask(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Say what a move changes and costs, and ask at whose wish it is; a time that is not free is refused at once."""
    actor, now = request.actor, clock.now()
    appointment = scheduling.appointment(actor, appointment_id)
    if appointment.state != appointment.State.BOOKED or appointment.starts_at <= now:
        return _refused(request, appointment, None, Conflict("This appointment can no longer be moved."))
    wanted = _wanted(request, appointment, request.GET)
    if not moving.fits(actor, appointment, wanted, now=now):
        return _refused(request, appointment, wanted, JustTaken("That time is not free."))
    visit, begins = wanted.visit, wanted.begins_at(appointment)
    rows = visit.rows if visit else (appointment,)
    context = {
        "appointment": appointment,
        "name": name_of(appointment.patient),
        "location": appointment.location,
        "start": wanted.start,
        "visit": visit,
        "parts": [
            {
                "row": row,
                "title": of_appointment(row).title,
                "to": begins + (visit.offset(row) if visit else timedelta()),
            }
            for row in rows
        ],
        "whose": _whose(request, appointment, wanted),
        "counting": money_queries.counting(actor, rows, now=now) if actor.may(SEE_FEES) else None,
        "asked": [(name, request.GET[name]) for name in ASKED if request.GET.get(name)],
        "back": here(request, request.GET).address(a=appointment.pk),
    }
    # Fetched into a box by a program that draws, which asks for JSON so that a refusal has its reasons apart.
    return render(request, "desk/_ask_move.html" if wants_json(request) else "desk/ask_move.html", context)


def _whose(request: HttpRequest, appointment: Appointment, wanted: moving.Wanted) -> str:
    """Return with whom it will be, where exactly one was named."""
    rows = [clinic.resource(request.actor, pk) for pk in wanted.named]
    names = [row.name for row in rows if row.kind == row.Kind.PROVIDER]
    return names[0] if len(names) == 1 else ""


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Show what is free, or move the booking and its partners; a program that draws is answered in JSON."""
    actor, now = request.actor, clock.now()
    appointment = scheduling.appointment(actor, appointment_id)
    if request.method == "GET":
        return _choose(request, appointment)
    takes_back, wish = request.POST.get("takes_back") == "1", request.POST.get("at_wish_of", "")
    if not takes_back and wish not in WISHES:
        raise Invalid("Say at whose wish it moves.", fields={"at_wish_of": "The patient's or the clinic's."})
    wanted = _wanted(request, appointment, request.POST)
    visit = wanted.visit
    rows = visit.rows if visit else (appointment,)
    taken = moving.taken_by(rows)
    counting = money_queries.counting(actor, rows, now=now) if wish == "patient" and actor.may(SEE_FEES) else None
    how: dict[str, Any] = {"at_wish_of": wish, "takes_back": takes_back, "resource_ids": wanted.resource_ids}
    try:
        if visit and appointment.visit:
            start = wanted.begins_at(appointment)
            services.move_visit(
                by=actor, visit=appointment.visit, start=start, now=now, pause_minutes=visit.pause, **how
            )
        else:
            services.move(
                by=actor, appointment=appointment, start=wanted.start, now=now, provider_id=wanted.provider_id, **how
            )
    except (Blocked, Conflict) as error:
        return _refused(request, appointment, wanted, error)
    moved = scheduling.appointment(actor, appointment_id)
    local = moved.starts_at.astimezone(ZoneInfo(moved.location.time_zone))
    said = _said(moved, local, others=len(rows) - 1)
    if counting and counting.fee:
        said += f" It was too late to be free: a fee of {counting.fee} is due."
    if wants_json(request):
        is_exact = visit is None or visit.is_even
        return JsonResponse({"said": said, "undo": _undo(appointment, taken) if is_exact else None})
    messages.success(request, said)
    return redirect(to_appointment(request, appointment_id, date=local.date()))


def _said(moved: Appointment, local: datetime, *, others: int) -> str:
    along = f", with the other {'part' if others == 1 else f'{others} parts'} of the visit" if others else ""
    return (
        f"{name_of(moved.patient)}: moved to {clock_words(local)} on {local:%A, %B} {local.day} with "
        f"{moved.provider.name}{along}. The new time is on its way to them."
    )


def _undo(before: Appointment, taken: dict[int, set[Any]]) -> dict[str, str]:
    """Return the fields that put everything back to exactly where it was, and count nothing."""
    local = before.starts_at.astimezone(ZoneInfo(before.location.time_zone))
    ids = sorted({row.pk for rows in taken.values() for row in rows})
    undo = {"day": local.date().isoformat(), "time": f"{local:%H:%M}", "resources": ",".join(map(str, ids))}
    return undo | {"takes_back": "1"}


def _wanted(request: HttpRequest, appointment: Appointment, asked: QueryDict) -> moving.Wanted:
    """Read where the booking should go; who and what is not named stays as far as the calendar shows it."""
    day = registration.day(asked.get("day", ""), default=clock.day_in(appointment.location.time_zone, clock.now()))
    try:
        at = time.fromisoformat(asked.get("time", ""))
    except ValueError:
        raise Invalid("Choose one of the times shown.", fields={"time": "For example 14:30."}) from None
    start = local_moment(day, at.replace(tzinfo=None), appointment.location.time_zone)
    visit = together.booked_visit(request.actor, appointment)
    exact = [int(part) for part in asked.get("resources", "").split(",") if part.isdigit()]
    if exact_has_all(exact):
        return moving.Wanted(start, None, exact, visit)
    rows = [clinic.resource(request.actor, pk) for pk in (*exact, _number(asked, "resource")) if pk]
    # A provider who was chosen on purpose is in ``provider``, also against the column; "any" is said in so many words.
    columns = [row.pk for row in rows if row.kind == row.Kind.PROVIDER]
    provider_id = _number(asked, "provider") or next(iter(columns), 0)
    with_anybody = asked.get("provider") == "any"
    named = [row for row in rows if row.kind != row.Kind.PROVIDER]
    if visit is not None:
        everything = [*named, clinic.resource(request.actor, provider_id)] if provider_id else named
        ids = moving.for_all_parts(visit, appointment, everything, with_anybody=with_anybody)
        return moving.Wanted(start, None, ids, visit)
    if not provider_id and not with_anybody:
        provider_id = appointment.provider_id or 0
    return moving.Wanted(start, provider_id or None, [row.pk for row in named])


def exact_has_all(resource_ids: list[int]) -> bool:
    """Whether a list of resources names all that a booking takes (at least a provider and a room)."""
    return len(resource_ids) > 1


def _refused(
    request: HttpRequest, appointment: Appointment, wanted: moving.Wanted | None, error: VesicleError
) -> HttpResponse:
    reasons = list(error.reasons) if isinstance(error, Blocked) else []
    free = []
    if isinstance(error, JustTaken) and wanted is not None:
        found = moving.why_not(request.actor, appointment, wanted, now=clock.now())
        reasons += found.reasons
        free = [{"id": row.pk, "name": row.name} for row in found.providers]
    if wants_json(request):
        return problem(error, reasons=reasons, free=free)
    names = ", ".join(str(row["name"]) for row in free)
    messages.error(request, " ".join([error.message, *reasons, f"Free then: {names}." if names else ""]).strip())
    return redirect(to_appointment(request, appointment.pk))


def _choose(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    actor, now, place = request.actor, clock.now(), appointment.location
    today = clock.day_in(place.time_zone, now)
    on = max(
        today,
        registration.day(request.GET.get("day", ""), default=clock.day_in(place.time_zone, appointment.starts_at)),
    )
    provider_id = _number(request.GET, "provider")
    visit = together.booked_visit(actor, appointment)
    back = here(request, request.GET).address(a=appointment.pk)
    context = {
        "appointment": appointment,
        "name": name_of(appointment.patient),
        "day": on,
        "today": today,
        "provider_id": provider_id,
        "providers": scheduling.providers(actor, appointment.option, place.pk),
        "starts": _free(request, appointment, visit, on, provider_id),
        "parts": in_words([of_appointment(row).title for row in visit.rows]) if visit else "",
        "title": of_appointment(appointment).title,
        "back": back,
        "here": [pair for pair in parse_qsl(back) if pair[0] != "a"],
        "location": place,
    }
    return render(request, "desk/move.html", context)


def _free(
    request: HttpRequest, appointment: Appointment, visit: together.BookedVisit | None, on: Any, provider_id: int
) -> list[datetime]:
    """Return when this appointment can begin on a day, with all that goes along."""
    actor, now, place = request.actor, clock.now(), appointment.location
    if visit is None:
        found = scheduling.slots(
            actor,
            option_id=appointment.option,
            areas=appointment.areas,
            location_id=place.pk,
            from_=on,
            to=on,
            now=now,
            provider_id=provider_id or None,
            ignoring=appointment.pk,
        )
        return [slot.start for slot in found]
    named = [clinic.resource(actor, provider_id)] if provider_id else []
    found = together.slots(
        actor,
        visit.wanted,
        place,
        first=on,
        last=on,
        now=now,
        pause_minutes=visit.pause,
        ignoring=visit.ids,
        resource_ids=moving.for_all_parts(visit, appointment, named, with_anybody=True),
    )
    return [slot.start + visit.offset(appointment) for slot in found]


def _number(asked: QueryDict, name: str) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdigit() else 0
