"""The patient's side of the waiting list: joining it, leaving it, answering an offer."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken
from vesicle.people import queries as people
from vesicle.people.access import patient_page
from vesicle.people.forms import add_problems
from vesicle.people.identity import patient_actor
from vesicle.people.services import find_or_register
from vesicle.scheduling import queries, services, waiting_queries
from vesicle.scheduling.bookable import bookable, of_appointment
from vesicle.scheduling.forms import DetailsForm
from vesicle.scheduling.offer_letters import said
from vesicle.scheduling.offering import person_of
from vesicle.scheduling.policy import in_force
from vesicle.scheduling.registration import key_for

if TYPE_CHECKING:
    from vesicle.scheduling.models import Offer

WEEKDAYS = [(str(day), name) for day, name in WEEKDAYS_ABBR.items()]


class WishForm(forms.Form):
    """When somebody could come."""

    first_day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    weekdays = forms.MultipleChoiceField(
        label=_("On which days?"),
        help_text=_("None chosen: any day."),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    earliest = forms.TimeField(label=_("Not before"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    latest = forms.TimeField(
        label=_("Begin no later than"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    location = forms.ChoiceField(label=_("Where?"), required=False)
    notice_minutes = forms.TypedChoiceField(
        label=_("How short a notice can you manage?"),
        coerce=int,
        choices=[(60, _("An hour")), (180, _("Three hours")), (1440, _("A day")), (4320, _("Three days"))],
    )

    def __init__(self, places: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        field = self.fields["location"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Anywhere")), *places] if len(places) > 1 else places

    def wish(self) -> dict[str, object]:
        """Return what was said, as ``services.join_waitlist`` takes it, but for the place."""
        data = dict(self.cleaned_data)
        data.pop("location")
        data["weekdays"] = [int(day) for day in data["weekdays"]]
        return data


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Say when one could come, and who one is unless signed in; then wait."""
    given = request.POST if request.method == "POST" else request.GET
    what = bookable(request.actor.clinic_id, given.get("option", ""))
    areas = given.getlist("areas")
    now = clock.now()
    places = [(place.slug, place.name) for place in clinic.locations(request.actor)]
    today = clock.day_in(clinic.locations(request.actor)[0].time_zone, now)
    first = {"first_day": today, "last_day": today + timedelta(days=28), "location": given.get("location", "")}
    form = WishForm(places, request.POST or None, initial=first)
    patient = people.patient(request.actor, request.actor.person_id) if request.actor.is_patient else None
    details = DetailsForm(request.POST or None) if patient is None else None
    if request.method == "POST" and form.is_valid() and (details is None or details.is_valid()):
        place = (
            queries.location(request.actor, form.cleaned_data["location"]) if form.cleaned_data["location"] else None
        )
        try:
            if patient is None and details is not None:
                zone = (place or clinic.locations(request.actor)[0]).time_zone
                patient = find_or_register(by=request.actor, time_zone=zone, **details.cleaned_data)
            if patient is not None:
                services.join_waitlist(
                    by=request.actor, patient=patient, option_id=what.id, areas=areas, location=place, now=now,
                    **form.wish(),  # type: ignore[arg-type]  # the form's own fields
                )  # fmt: skip
        except Invalid as error:
            add_problems(
                details if details and set(error.fields) & set(details.fields) else form, error.fields, error.message
            )
        else:
            return render(request, "scheduling/joined.html", {"what": what})
    status = 422 if form.errors or (details is not None and details.errors) else 200
    context = {"form": form, "details": details, "what": what, "areas": areas, "patient": patient}
    return render(request, "scheduling/join.html", context, status=status)


@patient_page
@require_POST
def leave(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Leave the list."""
    services.leave_waitlist(by=request.actor, entry=waiting_queries.entry(request.actor, entry_id), now=clock.now())
    messages.success(request, str(_("You are off the waiting list.")))
    return redirect("people:home")


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show an offer and take the answer. Nothing happens by opening it: mail programs open links to look at them."""
    now = clock.now()
    offer = waiting_queries.offer_by_token(token, now=now)
    by = patient_actor(person_of(offer))
    if request.method == "POST" and request.POST.get("answer") == "no":
        services.decline_offer(by=by, offer=offer, now=now, reason=request.POST.get("reason", ""))
        return render(request, "scheduling/offer_declined.html", _context(offer))
    policy = in_force(offer.clinic_id, now) if offer.entry is not None else None
    accepted = policy.number if policy is not None and request.POST.get("policy") else None
    must_accept = request.method == "POST" and policy is not None and accepted is None
    context = {**_context(offer), "agreeing": {"policy": policy}, "must_accept": must_accept}
    if request.method == "POST" and not must_accept:
        language = person_of(offer).language
        try:
            booked = services.accept_offer(by=by, offer=offer, now=now, policy_accepted=accepted, language=language)
        except (JustTaken, Blocked, Conflict) as error:
            return render(request, "scheduling/offer.html", {**_context(offer), "error": error}, status=error.status)
        return redirect("scheduling:appointment", key=key_for(booked, person_of(offer), by=request.actor, now=now))
    return render(request, "scheduling/offer.html", context, status=422 if must_accept else 200)


def _context(offer: "Offer") -> dict[str, object]:
    entry, row = offer.entry, offer.appointment
    what = bookable(entry.clinic_id, entry.option) if entry else of_appointment(row) if row else None
    return {
        "offer": offer,
        "what": what,
        "when": said(offer.starts_at, offer.location),
        "until": said(offer.expires_at, offer.location),
        "before": said(row.starts_at, row.location) if row else "",
        "is_open": offer.state == "open",
        "start_over": reverse("scheduling:start"),
    }
