"""Set-up of the calendar: hours, closures and holidays of locations and resources."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic import hooks
from vesicle.clinic import queries as clinic
from vesicle.clinic import services as places
from vesicle.clinic.holidays import holidays
from vesicle.clinic.permissions import MANAGE_PLACES
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import NotFound
from vesicle.desk.setup import presenters
from vesicle.desk.setup.forms import ClosureForm, HolidaysForm
from vesicle.desk.setup.hours_form import HoursForm, copied, field_of
from vesicle.desk.setup.pages import answer
from vesicle.people.access import staff_page
from vesicle.scheduling.domain import local_moment

if TYPE_CHECKING:
    from vesicle.clinic.models import Location, Resource

_KINDS = {
    "location": ("closed",),
    "provider": ("time-off", "sick", "blocked"),
    "room": ("maintenance", "closed", "blocked"),
    "device": ("maintenance", "broken", "blocked"),
}


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, location_id: int, resource_id: int | None = None) -> HttpResponse:
    """Set the weekly hours of a location, or of a provider there, from a day on."""
    actor = request.actor
    place = clinic.location(actor, location_id)
    resource = clinic.resource(actor, resource_id) if resource_id is not None else None
    if resource is not None and resource.kind != "provider":
        raise NotFound("Only providers have hours of their own; a room or device has those of its location.")
    today = clock.day_in(place.time_zone, clock.now())
    periods = clinic.periods_of(actor, location_id=place.pk, resource_id=resource_id, today=today)
    asked = _day(request.GET.get("on", ""))
    shown = next((one for one in periods if one.first == asked), None) if asked else None
    week = shown.week if shown else (periods[0].week if periods else {})
    initial = {"valid_from": asked or (today if periods else None), "valid_until": shown.last if shown else None}
    repeated = copied(request.POST) if request.method == "POST" else None
    data = repeated if repeated is not None else (request.POST or None)
    form = HoursForm(data, week=week, initial=initial)

    def save() -> HttpResponse:
        given = form.cleaned_data
        places.set_hours(
            by=actor,
            location=place,
            resource=resource,
            week=form.week(),
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
        )
        whose = resource.name if resource else place.name
        messages.success(
            request, f"The hours of {whose} are saved. Appointments outside them are listed under “Needs a new time”."
        )
        return redirect(_page(place.pk, resource_id))

    context = {
        "title": f"Hours of {resource.name} in {place.name}" if resource else f"Opening hours of {place.name}",
        "place": place,
        "resource": resource,
        "periods": presenters.hours(periods, today),
        "back_to": _page(place.pk, resource_id),
    }
    if repeated is not None:
        request.method = "GET"
    return answer(request, form, save, context, template="desk/setup/hours.html", field_of=field_of)


@staff_page(MANAGE_PLACES)
@require_POST
def withdraw_hours(request: HttpRequest, location_id: int, resource_id: int | None = None) -> HttpResponse:
    """Take back hours that are to come."""
    place = clinic.location(request.actor, location_id)
    resource = clinic.resource(request.actor, resource_id) if resource_id is not None else None
    first = _day(request.POST.get("first", ""))
    if first is None:
        raise NotFound("No hours begin on that day.")
    today = clock.day_in(place.time_zone, clock.now())
    places.withdraw_hours(by=request.actor, location=place, resource=resource, valid_from=first, today=today)
    messages.success(request, f"The hours from {presenters.day(first)} are taken back; those before them go on.")
    return redirect(_page(place.pk, resource_id))


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def close_location(request: HttpRequest, location_id: int) -> HttpResponse:
    """Close a location for a while."""
    place = clinic.location(request.actor, location_id)
    form = ClosureForm(request.POST or None, kinds=_KINDS["location"], zone=place.time_zone, initial=request.GET.dict())

    def save() -> HttpResponse:
        return _closed(request, form, _page(place.pk, None), location=place, resource=None)

    context = {
        "title": f"Close {place.name}",
        "lede": f"By the clock of {place.time_zone}. Nobody can book into it; what is booked stays until you move it.",
        "back": "desk:setup-location",
        "back_id": place.pk,
        "button": "Close",
    }
    return answer(request, form, save, context, field_of=_closure_field)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def close_resource(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Take a provider, room or device out of the calendar for a while."""
    resource = clinic.resource(request.actor, resource_id)
    zone = zone_of(request, resource_id)
    form = ClosureForm(request.POST or None, kinds=_KINDS[resource.kind], zone=zone, initial=request.GET.dict())

    def save() -> HttpResponse:
        return _closed(request, form, _resource_page(resource.pk), location=None, resource=resource)

    words = {"provider": "Time off for", "room": "Close", "device": "Maintenance of"}[resource.kind]
    context = {
        "title": f"{words} {resource.name}",
        "lede": f"By the clock of {zone}. Nobody can book into it; what is booked stays until you move it.",
        "back": "desk:setup-resource",
        "back_id": resource.pk,
        "button": "Save",
    }
    return answer(request, form, save, context, field_of=_closure_field)


def _closure_field(name: str) -> str:
    return {"end": "last"}.get(name, name)


def _closed(
    request: HttpRequest, form: ClosureForm, page: str, *, location: "Location | None", resource: "Resource | None"
) -> HttpResponse:
    stretches, data = form.stretches(), form.cleaned_data
    made = places.close_times(
        by=request.actor,
        times=stretches,
        reason=data["reason"],
        kind=data["kind"],
        location=location,
        resource=resource,
    )
    closed = location or resource
    booked = sum(hooks.bookings(closed, start, end) for start, end in stretches) if closed else 0
    times = f"{len(made)} times " if len(made) > 1 else ""
    messages.success(request, f"{closed} is taken out of the calendar {times}as you said.")
    if booked:
        said = "1 appointment falls" if booked == 1 else f"{booked} appointments fall"
        messages.warning(request, f"{said} into it. Find them under “Needs a new time”.")
    return redirect(f"{page}#closures")


@staff_page(MANAGE_PLACES)
@require_POST
def reopen(request: HttpRequest, closure_id: int) -> HttpResponse:
    """End a closure; the page it leads to offers to close again."""
    found = clinic.closure(request.actor, closure_id)
    if found.location is not None:
        page, zone = _page(found.location.pk, None), found.location.time_zone
    else:
        page, zone = _resource_page(found.resource_id or 0), zone_of(request, found.resource_id or 0)
    again = _typed(found.period.lower, found.period.upper, zone) | {"kind": found.kind, "reason": found.reason}
    places.reopen(by=request.actor, closure=found)
    messages.success(request, f"{found.location or found.resource} is open again: {found.reason} is taken back.")
    return redirect(f"{page}?{urlencode(again)}#closures")


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def close_on_holidays(request: HttpRequest, location_id: int) -> HttpResponse:
    """Close on public holidays of the coming year, at one location or all."""
    actor, now = request.actor, clock.now()
    place = clinic.location(actor, location_id)
    today = clock.day_in(place.time_zone, now)
    days = holidays(request.clinic.jurisdiction, today, today + timedelta(days=365))
    names = {str(day): name for day, name in days}
    form = HolidaysForm(request.POST or None, days=[(str(day), f"{presenters.day(day)}: {name}") for day, name in days])

    def save() -> HttpResponse:
        everywhere = clinic.locations(actor) if form.cleaned_data["everywhere"] else [place]
        count = sum(_close_days(request, one, form.cleaned_data["days"], names) for one in everywhere)
        messages.success(request, f"{count} closures are made." if count != 1 else "1 closure is made.")
        return redirect(f"{_page(place.pk, None)}#closures")

    context = {
        "title": f"Public holidays in {place.name}",
        "lede": "Whole days, by the clock of each location. Days that are closed already stay as they are.",
        "back": "desk:setup-location",
        "back_id": place.pk,
        "button": "Close on these days",
        "empty": "" if days else "We have no list of public holidays for this country. Close single days instead.",
    }
    return answer(request, form, save, context)


def _close_days(request: HttpRequest, place: "Location", chosen: list[str], names: dict[str, str]) -> int:
    rows = clinic.closures(request.actor, location_id=place.pk, since=clock.now())
    made = 0
    for text in chosen:
        day = date.fromisoformat(text)
        start = local_moment(day, datetime.min.time(), place.time_zone)
        end = local_moment(day + timedelta(days=1), datetime.min.time(), place.time_zone)
        if any(row.period.lower <= start and row.period.upper >= end for row in rows):
            continue
        places.close(by=request.actor, location=place, start=start, end=end, reason=names[text])
        made += 1
    return made


def zone_of(request: HttpRequest, resource_id: int) -> str:
    """Return the zone a resource's times are told in: its location's, or the first a provider works at."""
    resource = clinic.resource(request.actor, resource_id)
    if resource.location is not None:
        return resource.location.time_zone
    works_at = clinic.places_of(request.actor, resource.pk, today=clock.now().date())
    found = works_at or list(clinic.locations(request.actor))
    return found[0].time_zone if found else "UTC"


def _typed(start: datetime, end: datetime, zone: str) -> dict[str, str]:
    """Return a closure as it would be typed into its form."""
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    typed = {"first": str(first.date()), "last": str(last.date())}
    if last.time() == datetime.min.time():
        typed["last"] = str(last.date() - timedelta(days=1))
    else:
        typed["closes"] = f"{last:%H:%M}"
    if first.time() != datetime.min.time():
        typed["opens"] = f"{first:%H:%M}"
    return typed


def _page(location_id: int, resource_id: int | None) -> str:
    if resource_id is not None:
        return _resource_page(resource_id)
    return reverse("desk:setup-location", args=[location_id])


def _resource_page(resource_id: int) -> str:
    return reverse("desk:setup-resource", args=[resource_id])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
