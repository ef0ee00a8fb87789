"""Set-up of rooms, devices and providers: adding, changing, out of use and back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic import queries as clinic
from vesicle.clinic import services as places
from vesicle.clinic.permissions import MANAGE_PLACES
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.desk.setup import presenters, queries
from vesicle.desk.setup.calendar_views import zone_of
from vesicle.desk.setup.forms import DeviceForm, ProviderForm, RoomForm
from vesicle.desk.setup.pages import answer
from vesicle.people import queries as people
from vesicle.people.access import staff_page


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def add_room(request: HttpRequest, location_id: int) -> HttpResponse:
    """Add a room to a location."""
    place = clinic.location(request.actor, location_id)
    form = RoomForm(request.POST or None, options=queries.bookable(request.actor))

    def save() -> HttpResponse:
        made = places.add_room(by=request.actor, location=place, **form.cleaned_data)
        messages.success(request, f"{made.name} can be booked in {place.name}.")
        return redirect("desk:setup-location", location_id=place.pk)

    context = {"back": "desk:setup-location", "back_id": place.pk, "button": "Add the room"}
    return answer(request, form, save, {"title": f"Add a room in {place.name}", **context})


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def add_device(request: HttpRequest, location_id: int) -> HttpResponse:
    """Add a device to a location: its rooms share it, one at a time."""
    place = clinic.location(request.actor, location_id)
    form = DeviceForm(
        request.POST or None, kinds=queries.device_kinds(request.actor), options=queries.bookable(request.actor)
    )

    def save() -> HttpResponse:
        made = places.add_device(by=request.actor, location=place, **form.cleaned_data)
        messages.success(request, f"{made.name} can be booked in {place.name}.")
        return redirect("desk:setup-location", location_id=place.pk)

    context = {
        "title": f"Add a device in {place.name}",
        "lede": "All rooms of the location share it, one at a time.",
        "back": "desk:setup-location",
        "back_id": place.pk,
        "button": "Add the device",
    }
    return answer(request, form, save, context)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def add_provider(request: HttpRequest) -> HttpResponse:
    """Give a member of staff a column in the calendar; their hours come next."""
    people_left = queries.without_column(request.actor)
    form = ProviderForm(request.POST or None, people=people_left, options=queries.bookable(request.actor))

    def save() -> HttpResponse:
        given = dict(form.cleaned_data)
        staff = people.staff_member(request.actor, int(given.pop("staff")))
        made = places.add_provider_resource(by=request.actor, staff=staff, options=given.pop("options"))
        places.change_resource(by=request.actor, resource=made, **given)
        messages.success(request, f"{made.name} is in the calendar. Now say when they work where.")
        return redirect("desk:setup-resource", resource_id=made.pk)

    context = {
        "title": "Put a provider into the calendar",
        "back": "desk:setup",
        "button": "Put into the calendar",
        "empty": "" if people_left else "Everybody with a licence has a column already.",
    }
    return answer(request, form, save, context)


@staff_page(MANAGE_PLACES)
@require_GET
def resource(request: HttpRequest, resource_id: int) -> HttpResponse:
    """One provider, room or device: what it is, hours, closures; out of use and back."""
    actor, now = request.actor, clock.now()
    found = clinic.resource(actor, resource_id)
    zone = zone_of(request, resource_id)
    names = dict(queries.bookable(actor, besides=found.options))
    context = {
        "resource": found,
        "kind": dict(queries.device_kinds(actor)).get(found.device_kind, found.room_kind),
        "options": [names[option] for option in found.options],
        "licence": dict(queries.licences()).get(found.staff.licence, "") if found.staff else "",
        "hours": [
            (
                place,
                presenters.hours(clinic.periods_of(actor, location_id=place.pk, resource_id=found.pk, today=on), on),
            )
            for place in clinic.locations(actor)
            for on in (clock.day_in(place.time_zone, now),)
        ]
        if found.kind == "provider"
        else [],
        "closures": presenters.closed(clinic.closures(actor, resource_id=found.pk, since=now), zone, now),
        "again": request.GET.urlencode() if request.GET.get("reason") else "",
    }
    return render(request, "desk/setup/resource.html", context)


@staff_page(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def change_resource(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Change a room, a device or a provider's column."""
    found = clinic.resource(request.actor, resource_id)
    options = queries.bookable(request.actor, besides=found.options)
    fields = ["name", "options", "setup_minutes", "cleanup_minutes"]
    if found.kind == "room":
        fields += ["room_kind", "capacity"]
    elif found.kind == "device":
        fields += ["device_kind", "model_name", "serial_number"]
    initial = {name: getattr(found, name) for name in fields}
    form: RoomForm | DeviceForm | ProviderForm
    if found.kind == "room":
        form = RoomForm(request.POST or None, options=options, initial=initial)
    elif found.kind == "device":
        kinds = queries.device_kinds(request.actor)
        form = DeviceForm(request.POST or None, kinds=kinds, options=options, initial=initial)
    else:
        form = ProviderForm(request.POST or None, options=options, initial=initial)

    def save() -> HttpResponse:
        changed = places.change_resource(by=request.actor, resource=found, **form.cleaned_data)
        messages.success(request, f"{changed.name} is saved.")
        return redirect("desk:setup-resource", resource_id=changed.pk)

    context = {"title": f"Change {found.name}", "back": "desk:setup-resource", "back_id": found.pk}
    return answer(request, form, save, context, conflict_at="capacity")


@staff_page(MANAGE_PLACES)
@require_POST
def retire(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Take a resource out of use, unless appointments to come need it."""
    found = clinic.resource(request.actor, resource_id)
    today = clock.day_in(zone_of(request, resource_id), clock.now())
    try:
        places.retire_resource(by=request.actor, resource=found, today=today)
    except Conflict as conflict:
        messages.error(request, f"{conflict.message} Find them under “Needs a new time”.")
    else:
        messages.success(request, f"{found.name} is out of use. What it did stays on record.")
    return redirect("desk:setup-resource", resource_id=found.pk)


@staff_page(MANAGE_PLACES)
@require_POST
def restore(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Take a resource back into use."""
    found = clinic.resource(request.actor, resource_id)
    places.restore_resource(by=request.actor, resource=found)
    messages.success(request, f"{found.name} can be booked again.")
    return redirect("desk:setup-resource", resource_id=found.pk)
