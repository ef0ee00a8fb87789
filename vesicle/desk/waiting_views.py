"""The desk's side of waiting: who waits, which offers are out, and whose appointment needs a new time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic.queries import locations
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken
from vesicle.desk import queries
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import disruptions, services, waiting_queries
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.offering import person_of
from vesicle.scheduling.permissions import BOOK, RUN_DAY, SEE_DAY
from vesicle.scheduling.registration import moment
from vesicle.scheduling.waiting_views import WishForm


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list, what for, and the offer that is out to them."""

    entry: object
    title: str
    offer: object


@staff_page(SEE_DAY)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """List who waits, in the order of their turn, with what is offered to them."""
    actor = request.actor
    offers = waiting_queries.open_offers(actor)
    by_entry = {offer.entry_id: offer for offer in offers if offer.entry_id}
    names = _titles(actor)
    rows = [
        Waiting(entry, names.get(entry.option, entry.option), by_entry.get(entry.pk))
        for entry in waiting_queries.entries(actor)
    ]
    return render(request, "desk/waiting.html", {"rows": rows, "may_run": actor.may(RUN_DAY)})


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Put somebody on the list who is on the phone."""
    actor, now = request.actor, clock.now()
    patient = people.patient(actor, patient_id)
    options = list(_titles(actor).items())
    places = [(place.slug, place.name) for place in locations(actor)]
    today = clock.day_in(patient.time_zone, now)
    form = WishForm(places, request.POST or None, initial={"first_day": today, "last_day": today + timedelta(days=28)})
    if request.method == "POST" and form.is_valid():
        option_id = request.POST.get("option", "")
        try:
            areas = list(bookable(actor.clinic_id, option_id).areas)[:1]
            place = scheduling.location(actor, form.cleaned_data["location"]) if form.cleaned_data["location"] else None
            services.join_waitlist(
                by=actor, patient=patient, option_id=option_id, areas=areas, location=place, now=now,
                **form.wish(),  # type: ignore[arg-type]  # the form's own fields
            )  # fmt: skip
        except Invalid as error:
            add_problems(form, error.fields, error.message)
        else:
            messages.success(request, f"{patient.full_name} is on the waiting list.")
            return redirect("desk:waiting")
    context = {"form": form, "patient": patient, "options": options, "chosen": request.POST.get("option", "")}
    return render(request, "desk/wait.html", context, status=422 if form.errors else 200)


@staff_page(RUN_DAY)
@require_POST
def leave(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take somebody off the list."""
    entry = waiting_queries.entry(request.actor, entry_id)
    services.leave_waitlist(by=request.actor, entry=entry, now=clock.now())
    messages.success(request, f"{entry.patient.full_name} is off the waiting list.")
    return redirect("desk:waiting")


@staff_page(RUN_DAY)
@require_POST
def answer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Answer an offer for somebody on the phone, or take it back."""
    actor, now = request.actor, clock.now()
    offer = waiting_queries.offer(actor, offer_id)
    person = person_of(offer)
    said = request.POST.get("answer", "")
    try:
        if said == "yes":
            services.accept_offer(by=actor, offer=offer, now=now)
            messages.success(request, f"{person.full_name} has the time, and the confirmation is on its way.")
        elif said == "no":
            services.decline_offer(by=actor, offer=offer, now=now, reason="said so on the phone")
            messages.success(request, "The time goes to the next.")
        else:
            services.withdraw_offer(by=actor, offer=offer, now=now, reason="withdrawn at the desk")
            messages.success(request, "The offer is withdrawn, and its time is free again.")
    except (Blocked, Conflict, JustTaken) as error:
        messages.error(request, error.message)
    return redirect(reverse("desk:disruptions") if offer.appointment_id else reverse("desk:waiting"))


@staff_page(SEE_DAY)
@require_http_methods(["GET", "POST"])
def disrupted(request: HttpRequest) -> HttpResponse:
    """List the appointments whose place is gone, with a new place for each; one click settles all of them."""
    actor, now = request.actor, clock.now()
    place, places = queries.chosen_location(actor, request.GET.get("location", request.session.get("location", "")))
    if place is None:
        return render(request, "desk/nothing.html")
    address = f"{reverse('desk:disruptions')}?location={place.slug}"
    if request.method == "POST":
        kept, offered, left = services.settle_disrupted(by=actor, location=place, now=now)
        messages.success(request, f"{kept} keep their hour, {offered} were offered another; {len(left)} need a call.")
        return redirect(address)
    rows = disruptions.propose(actor, disruptions.disrupted(actor, place, now=now), now=now)
    out = {offer.appointment_id: offer for offer in waiting_queries.open_offers(actor) if offer.appointment_id}
    context = {
        "place": place,
        "places": places,
        "rows": [(row, out.get(row.disrupted.appointment.pk)) for row in rows],
        "may_run": actor.may(RUN_DAY),
        "names": _titles(actor),
    }
    return render(request, "desk/disruptions.html", context)


@staff_page(RUN_DAY)
@require_POST
def settle(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Settle one of them: at once where the hour stays, else by an offer."""
    actor, now = request.actor, clock.now()
    row = scheduling.appointment(actor, appointment_id)
    ids = _numbers(request.POST.getlist("resource"))
    try:
        start = moment(request.POST.get("start", ""))
        if start == row.starts_at:
            services.reassign(by=actor, appointment=row, resource_ids=ids, now=now)
            messages.success(request, f"{row.patient} keeps the hour.")
        else:
            services.offer_new_time(by=actor, appointment=row, start=start, resource_ids=ids, now=now)
            messages.success(request, f"The new time is kept, and {row.patient} was asked.")
    except (Conflict, JustTaken, Invalid) as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('desk:disruptions')}?location={row.location.slug}")


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdigit()]


def _titles(actor: Actor) -> dict[str, str]:
    found = {offer.option.id: offer.option.label for offer in offered_options(actor.clinic_id)}
    return found | {row.slug: row.name for row in scheduling.open_services(actor)}
