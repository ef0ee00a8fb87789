"""Set-up: what there is, locations, travel, visits that treat nothing, the rules for booking."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic import services as places
from vesicle.clinic.permissions import MANAGE_PLACES
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.desk.setup import presenters, queries
from vesicle.desk.setup.forms import ChangeLocationForm, LocationForm, RulesForm, ServiceForm
from vesicle.desk.setup.pages import answer
from vesicle.people.access import staff_page
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling import services as booking

_LOCATION = ("name", "street", "city", "state", "postal_code", "phone", "time_zone", "latitude", "longitude")


@staff_page(MANAGE_PLACES)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Everything the clinic has, and where to change it."""
    actor = request.actor
    found = clinic.locations(actor)
    resources = clinic.resources(actor, with_retired=True)
    rules = RulesForm(instance=scheduling.booking_rules(actor.clinic_id))
    context = {
        "locations": [
            (
                place,
                sum(one.kind == "room" and one.location_id == place.pk and one.is_active for one in resources),
                sum(one.kind == "device" and one.location_id == place.pk and one.is_active for one in resources),
            )
            for place in found
        ],
        "providers": [one for one in resources if one.kind == "provider"],
        "services": scheduling.open_services(actor, with_ended=True),
        "rules": [(field.label, _in_words(field.value())) for field in rules],
        "ways": presenters.ways(found, clinic.travel_minutes(actor)),
    }
    return render(request, "desk/setup/home.html", context)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def add_location(request: HttpRequest) -> HttpResponse:
    """Add a location; its hours come next."""
    form = LocationForm(request.POST or None, initial={"time_zone": "America/New_York"})

    def save() -> HttpResponse:
        slug = slugify(form.cleaned_data["name"]) or "location"
        made = places.add_location(by=request.actor, slug=slug, **form.cleaned_data)
        messages.success(request, f"{made.name} is there. Now say when it is open.")
        return redirect("desk:setup-hours", location_id=made.pk)

    context = {"title": "Add a location", "back": "desk:setup", "button": "Add the location"}
    return answer(request, form, save, context, conflict_at="name")


@staff_page(MANAGE_PLACES)
@require_GET
def location(request: HttpRequest, location_id: int) -> HttpResponse:
    """One location: address, hours, closures, rooms, devices, providers."""
    actor, now = request.actor, clock.now()
    place = clinic.location(actor, location_id)
    today = clock.day_in(place.time_zone, now)
    resources = clinic.resources(actor, location_id=place.pk, with_retired=True)
    context = {
        "place": place,
        "hours": presenters.hours(clinic.periods_of(actor, location_id=place.pk, today=today), today),
        "closures": presenters.closed(clinic.closures(actor, location_id=place.pk, since=now), place.time_zone, now),
        "rooms": [one for one in resources if one.kind == "room"],
        "devices": [one for one in resources if one.kind == "device"],
        "providers": [one for one in resources if one.kind == "provider" and one.is_active],
        "again": request.GET.urlencode() if request.GET.get("reason") else "",
        "today": today,
    }
    return render(request, "desk/setup/location.html", context)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def change_location(request: HttpRequest, location_id: int) -> HttpResponse:
    """Change address, phone, coordinates, and the zone while nothing is booked by it."""
    place = clinic.location(request.actor, location_id)
    form = ChangeLocationForm(request.POST or None, initial={name: getattr(place, name) for name in _LOCATION})

    def save() -> HttpResponse:
        given = dict(form.cleaned_data)
        keep, zone = given.pop("keep"), given.pop("time_zone")
        places.change_location(by=request.actor, location=place, time_zone="" if keep else zone, **given)
        if keep and zone != place.time_zone:
            now = clock.now()
            told = booking.retime_location(by=request.actor, location=place, time_zone=zone, keep=keep, now=now)
            if told:
                messages.warning(request, f"{len(told)} people are told another hour than before.")
        messages.success(request, f"{place.name} is saved.")
        return redirect("desk:setup-location", location_id=place.pk)

    context = {
        "title": f"Change {place.name}",
        "back": "desk:setup-location",
        "back_id": place.pk,
        "warning": "Another time zone moves every hour this location is open. Where somebody is booked, say below what "
        "becomes of the appointments.",
    }
    return answer(request, form, save, context, conflict_at="time_zone")


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def travel(request: HttpRequest) -> HttpResponse:
    """How long a provider needs from one location to another."""
    ways = presenters.ways(clinic.locations(request.actor), clinic.travel_minutes(request.actor))
    form = django_forms.Form(request.POST or None)
    for way in ways:
        form.fields[way.name] = django_forms.IntegerField(
            label=f"{way.first.name} and {way.second.name}, minutes",
            required=False,
            min_value=0,
            max_value=1440,
            initial=way.minutes,
            help_text="Door to door. Empty: nobody works at both on one day.",
        )

    def save() -> HttpResponse:
        for way in ways:
            if form.cleaned_data[way.name] != way.minutes:
                places.set_travel(
                    by=request.actor, first=way.first, second=way.second, minutes=form.cleaned_data[way.name]
                )
        messages.success(request, "The ways between your locations are saved.")
        return redirect("desk:setup")

    context = {
        "title": "Travel between locations",
        "lede": "A provider who works at two locations on one day is only offered times that leave this long between.",
        "back": "desk:setup",
        "empty": "" if ways else "There is only one location, so nobody travels.",
    }
    return answer(request, form, save, context)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def add_service(request: HttpRequest) -> HttpResponse:
    """Offer a visit that treats nothing."""
    form = ServiceForm(
        request.POST or None,
        needs=queries.needs(request.actor, None),
        licences=queries.licences(),
        initial={"needs": ["room"]},
    )

    def save() -> HttpResponse:
        made = booking.add_service(by=request.actor, slug=slugify(form.cleaned_data["name"])[:50], **form.values())
        messages.success(request, f"{made.name} can be booked now." if made.is_active else f"{made.name} is saved.")
        return redirect("desk:setup")

    context = {
        "title": "Offer a visit",
        "lede": "A visit at which nothing is done to the skin: nobody needs a clearance to book it.",
        "back": "desk:setup",
        "button": "Offer it",
    }
    return answer(request, form, save, context, conflict_at="name")


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def change_service(request: HttpRequest, service_id: int) -> HttpResponse:
    """Change a visit that treats nothing; appointments made before keep their time."""
    found = scheduling.open_service(request.actor, service_id)
    choices = {"needs": queries.needs(request.actor, found), "licences": queries.licences()}
    initial = {name: getattr(found, name) for name in ServiceForm(**choices).fields}
    form = ServiceForm(request.POST or None, initial=initial, **choices)

    def save() -> HttpResponse:
        booking.change_service(by=request.actor, service=found, **form.values())
        messages.success(request, f"{found.name} is saved. Appointments made before keep their time.")
        return redirect("desk:setup")

    return answer(request, form, save, {"title": f"Change {found.name}", "back": "desk:setup"})


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules for booking."""
    form = RulesForm(request.POST or None, instance=scheduling.booking_rules(request.actor.clinic_id))

    def save() -> HttpResponse:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if changes:
            booking.set_booking_rules(by=request.actor, **changes)
        messages.success(request, "The rules for booking are saved.")
        return redirect("desk:setup")

    context = {
        "title": "Rules for booking",
        "lede": "They count from now on; what is booked stays.",
        "back": "desk:setup",
    }
    return answer(request, form, save, context)


def _in_words(value: object) -> object:
    """Return a rule as people say it."""
    return {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value
