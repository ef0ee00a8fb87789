"""Moving a booking: dropped on the calendar, put there by keys, or chosen from a list of what is free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, VesicleError
from vesicle.core.responses import problem, wants_json
from vesicle.desk.board_views import here, name_of, to_appointment
from vesicle.desk.queries import moving
from vesicle.people.access import staff_page
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling import registration, services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.presenters import clock as clock_words

if TYPE_CHECKING:
    from vesicle.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where a booking should go: a moment, and the resources that were named."""

    start: datetime
    provider_id: int | None
    resource_ids: Collection[int]

    @property
    def named(self) -> list[int]:
        return sorted({*self.resource_ids, *([self.provider_id] if self.provider_id else [])})


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Show what is free, or move the booking; a program that draws is answered in JSON."""
    appointment = scheduling.appointment(request.actor, appointment_id)
    if request.method == "GET":
        return _choose(request, appointment)
    wish = _wish(request, appointment)
    zone = ZoneInfo(appointment.location.time_zone)
    before, taken = appointment.starts_at.astimezone(zone), moving.taken_by(appointment)
    try:
        moved = services.move(
            by=request.actor,
            appointment=appointment,
            start=wish.start,
            now=clock.now(),
            provider_id=wish.provider_id,
            resource_ids=wish.resource_ids,
        )
    except (Blocked, Conflict) as error:
        return _refused(request, appointment, wish, error)
    local = moved.starts_at.astimezone(zone)
    said = (
        f"{name_of(moved.patient)}: moved to {clock_words(local)} on {local:%A, %B} {local.day} with "
        f"{moved.provider.name}. The new time is on its way to them."
    )
    if wants_json(request):
        undo = {"day": before.date().isoformat(), "time": f"{before:%H:%M}", "resources": ",".join(map(str, taken))}
        return JsonResponse({"said": said, "undo": undo})
    messages.success(request, said)
    return redirect(to_appointment(request, appointment_id, date=local.date()))


def _wish(request: HttpRequest, appointment: Appointment) -> _Wish:
    """Read where the booking should go; who and what is not named stays as far as the calendar shows it."""
    asked = request.POST
    day = registration.day(asked.get("day", ""), default=clock.day_in(appointment.location.time_zone, clock.now()))
    try:
        at = time.fromisoformat(asked.get("time", ""))
    except ValueError:
        raise Invalid("Choose one of the times shown.", fields={"time": "For example 14:30."}) from None
    start = local_moment(day, at.replace(tzinfo=None), appointment.location.time_zone)
    provider_id = _number(asked, "provider") or None
    exact = [int(part) for part in asked.get("resources", "").split(",") if part.isdigit()]
    target = _number(asked, "resource")
    if target:
        row = clinic.resource(request.actor, target)
        if row.kind == row.Kind.PROVIDER:
            return _Wish(start, row.pk, exact)
        exact.append(row.pk)
    # A provider who was chosen on purpose is in ``provider``; "any" is said in so many words.
    if provider_id is None and not exact_has_all(exact) and asked.get("provider") != "any":
        provider_id = appointment.provider_id
    return _Wish(start, provider_id, exact)


def exact_has_all(resource_ids: Collection[int]) -> bool:
    """Whether a list of resources names all that a booking takes (at least a provider and a room)."""
    return len(resource_ids) > 1


def _refused(request: HttpRequest, appointment: Appointment, wish: _Wish, error: VesicleError) -> HttpResponse:
    reasons = list(error.reasons) if isinstance(error, Blocked) else []
    free = []
    if isinstance(error, JustTaken):
        found = moving.why_not(request.actor, appointment, wish.start, wish.named, now=clock.now())
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
    slots = scheduling.slots(
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
    context = {
        "appointment": appointment,
        "name": name_of(appointment.patient),
        "day": on,
        "today": today,
        "provider_id": provider_id,
        "providers": scheduling.providers(actor, appointment.option, place.pk),
        "slots": slots,
        "back": here(request, request.GET).address(a=appointment.pk),
        "location": place,
    }
    return render(request, "desk/move.html", context)


def _number(asked: QueryDict, name: str) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdigit() else 0
