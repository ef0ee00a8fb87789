"""Several treatments in one visit: chosen and booked by a patient or the desk, moved and cancelled together."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vesicle.candidacy import queries as candidacy
from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Invalid, JustTaken, NotFound
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import at_the_desk, money_queries, queries, registration, services, together
from vesicle.scheduling.access import opened
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.booking_views import screening_of
from vesicle.scheduling.combining import in_words, may_follow
from vesicle.scheduling.forms import DetailsForm
from vesicle.scheduling.letters import Words
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day, minutes_in_words
from vesicle.scheduling.taking import begun
from vesicle.scheduling.visit_forms import VisitForm

if TYPE_CHECKING:
    from vesicle.clinic.models import Location
    from vesicle.scheduling.together import Part


@never_cache
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Choose a time for two parts in a row, say who is coming, and book both."""
    now, given = clock.now(), request.POST if request.method == "POST" else request.GET
    actor = request.actor
    what, other = (bookable(actor.clinic_id, given.get(name, "")) for name in ("option", "also"))
    whats = together.in_order(what, other)
    if may_follow(*whats) != "yes":
        raise Blocked(_("These two are not booked in one visit here. Book them one by one, or call us."))
    screening = screening_of(request)
    if screening is None and not actor.is_patient:
        return redirect(f"{reverse('scheduling:start')}?option={what.id}")
    place = queries.location(actor, given.get("location", ""))
    wanted = together.parts(whats, given.getlist("areas"))
    kept = given.copy()
    for name in ("from", "start", "csrfmiddlewaretoken"):
        kept.pop(name, None)
    context: dict[str, Any] = {
        "titles": in_words([one.title for one in whats]),
        "whats": whats,
        "location": place,
        "given": given,
        "area_ids": given.getlist("areas"),
        "kept": kept.urlencode(),
    }
    if not given.get("start"):
        return _choose(request, wanted, place, context)
    start = registration.moment(given.get("start", ""))
    patient = people.patient(actor, actor.id or 0) if actor.is_patient else None
    known = screening.patient if screening is not None else None
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        instance=patient,
        initial=registration.details_of(known) if known else {},
    )
    treated = next(one for one in whats if one.offer is not None)
    agreeing = money_queries.before_booking(
        begun(actor, treated, dict(wanted)[treated.id], place, now, screening), now=now
    )
    accepted = agreeing.policy.number if agreeing.policy and request.POST.get("policy") else None
    must_accept = request.method == "POST" and agreeing.policy is not None and accepted is None
    if request.method == "POST" and (patient is not None or form.is_valid()) and not must_accept:
        try:
            rows, who = registration.book_visit_for(
                by=actor,
                patient=patient,
                details=None if patient else form.cleaned_data,
                parts=wanted,
                place=place,
                start=start,
                now=now,
                agreed=services.Agreed(screening, request.POST.get("note", "")[:500], accepted),
            )
        except Blocked as blocked:
            context |= {"error": blocked, "option": treated.id}
            return render(request, "scheduling/visit_not_clear.html", context, status=blocked.status)
        except JustTaken as taken:
            messages.warning(request, taken.message)
            return redirect(f"{reverse('scheduling:together')}?{context['kept']}")
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            return redirect("scheduling:appointment", key=registration.key_for(rows[0], who, by=actor, now=now))
    context |= {
        "form": form,
        "patient": patient,
        "start": start,
        "agreeing": agreeing,
        "must_accept": must_accept,
        "when": registration.in_words(start, place),
    }
    status = 422 if request.method == "POST" and (form.errors or must_accept) else 200
    return render(request, "scheduling/visit_details.html", context, status=status)


def _choose(request: HttpRequest, wanted: "list[Part]", place: "Location", context: dict[str, Any]) -> HttpResponse:
    return render(
        request, "scheduling/visit_week.html", context | _week(request, wanted, place, request.GET.get("from", ""))
    )


def _week(
    request: HttpRequest, wanted: "list[Part]", place: "Location", from_: str, *, pause: int = 0, ignoring: Any = ()
) -> dict[str, Any]:
    now = clock.now()
    today = clock.day_in(place.time_zone, now)
    first = max(registration.day(from_, default=today), today)
    last = first + timedelta(days=DAYS_SHOWN - 1)
    found = together.slots(
        request.actor, wanted, place, first=first, last=last, now=now, pause_minutes=pause, ignoring=ignoring
    )
    minutes = int((found[0].end - found[0].start).total_seconds() // 60) if found else 0
    return {
        "location": place,
        "days": by_day(found, first, last),
        "has_any": bool(found),
        "minutes": minutes_in_words(minutes) if minutes else "",
        "next_from": last + timedelta(days=1),
        "previous_from": max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
    }


# --- a visit that is booked -----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Move all parts of a visit to another time."""
    now = clock.now()
    actor, row = opened(request, key, now=now)
    if row.visit is None:
        raise NotFound(_("This appointment is not part of a visit of several treatments."))
    rows = queries.parts_of(actor, row.visit)
    if request.method == "POST":
        try:
            start = registration.moment(request.POST.get("start", ""))
            services.move_visit(by=actor, visit=row.visit, start=start, now=now)
        except JustTaken as taken:
            messages.warning(request, taken.message)
        else:
            messages.success(request, _("Your visit has moved. We have sent you one message with the new times."))
            return redirect("scheduling:appointment", key=key)
    wanted = [(one.option, tuple(one.areas)) for one in rows]
    week = _week(request, wanted, row.location, request.GET.get("from", ""), ignoring=[one.pk for one in rows])
    context = week | {"key": key, "words": Words(rows[0]), "titles": in_words([Words(one).title for one in rows])}
    return render(request, "scheduling/visit_move.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then cancel all parts of a visit."""
    now = clock.now()
    actor, row = opened(request, key, now=now)
    if row.visit is None:
        raise NotFound(_("This appointment is not part of a visit of several treatments."))
    if request.method == "POST":
        reason = request.POST.get("reason", "")[:300]
        services.cancel_visit(by=actor, visit=row.visit, now=now, reason=reason)
        messages.success(request, _("Your visit is cancelled. Nothing more will be sent about it."))
        return redirect("scheduling:appointment", key=key)
    rows = queries.parts_of(actor, row.visit)
    shown = [{"words": Words(one), "terms": money_queries.terms(one, now=now)} for one in rows]
    return render(request, "scheduling/visit_cancel.html", {"key": key, "rows": shown})


# --- the desk ---------------------------------------------------------------------------------------


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def desk_book(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Book two parts in a row for a patient; a provider gives a reason where no protocol names the two."""
    actor, now = request.actor, clock.now()
    patient = people.patient(actor, patient_id)
    offers = offered_options(actor.clinic_id)
    open_ones = queries.visits_of_kind(actor.clinic_id)
    choices = [*((one.slug, one.name) for one in open_ones), *((one.option.id, one.option.label) for one in offers)]
    areas = list(dict.fromkeys(area.area for offer in offers for area in offer.option.sections.areas))
    places = [(place.slug, place.name) for place in clinic.locations(actor)]
    initial = {"on": clock.day_in(patient.time_zone, now), "pause": 0}
    given = request.POST if request.method == "POST" else request.GET or None
    form = VisitForm(choices, areas, places, given, initial=initial)
    context: dict[str, Any] = {"patient": patient, "form": form}
    status = 200
    if given and form.is_valid():
        data = form.cleaned_data
        whats = [bookable(actor.clinic_id, data[name]) for name in ("first", "then")]
        wanted = together.parts(whats, data["areas"])
        place = queries.location(actor, data["location"])
        said = at_the_desk.read(actor, patient, request.POST, now=now)
        if request.method == "POST":
            try:
                rows = services.book_visit(
                    by=actor,
                    patient=patient,
                    parts=wanted,
                    location_id=place,
                    start=registration.moment(request.POST.get("start", "")),
                    now=now,
                    pause_minutes=data["pause"],
                    combined_because=data["reason"],
                    agreed=said.agreed(candidacy.latest_screening(actor, patient.pk)),
                )
            except (Blocked, JustTaken, Invalid) as error:
                said, status = at_the_desk.refused(actor, said, error), error.status
                at_the_desk.say(request, error, said)
                context["again"] = at_the_desk.asked_for(request)
            else:
                messages.success(request, f"{patient.full_name} is booked for both, and one letter is on its way.")
                on = clock.day_in(place.time_zone, rows[0].starts_at)
                return redirect(f"{reverse('desk:home')}?location={place.slug}&date={on}&a={rows[0].pk}")
        try:
            context |= _week(request, wanted, place, data["on"].isoformat(), pause=data["pause"])
            context |= {"titles": in_words([one.title for one in whats]), "data": data, "said": said}
        except Invalid as error:
            form.add_error("areas", error.message)
    return render(request, "scheduling/desk/visit.html", context, status=422 if form.errors else status)
