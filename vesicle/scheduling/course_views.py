"""The patient's course: planned from a first time that is held, booked, seen, moved and cancelled as one."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, NotFound
from vesicle.people import queries as people
from vesicle.scheduling import courses, money_queries, queries, registration, services, shifting
from vesicle.scheduling.access import opened
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.booking_views import held_behind, not_clear
from vesicle.scheduling.course_pages import Asked, moments, plan_context, week_context
from vesicle.scheduling.domain import NoPlan
from vesicle.scheduling.forms import DetailsForm
from vesicle.scheduling.letters import Words

if TYPE_CHECKING:
    from vesicle.core.actor import Actor
    from vesicle.scheduling.models import Appointment, Series


# --- planning and booking ---------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, token: str) -> HttpResponse:
    """Show the plan of a course that begins with the held time, each session changeable; book it as one."""
    now = clock.now()
    held = _held_for_course(token)
    given = request.POST if request.method == "POST" else request.GET
    what = of_appointment(held)
    terms = courses.required_terms(what)
    asked = Asked.read(given, given.getlist("s"), terms)
    patient = people.patient(request.actor, request.actor.id or 0) if request.actor.is_patient else None
    form = DetailsForm(
        request.POST if request.method == "POST" else None, instance=patient, initial=registration.known(held)
    )
    agreeing = money_queries.before_booking(held, now=now)
    accepted = agreeing.policy.number if agreeing.policy and request.POST.get("policy") else None
    must_accept = request.method == "POST" and agreeing.policy is not None and accepted is None
    if request.method == "POST" and (patient is not None or form.is_valid()) and not must_accept:
        try:
            series, who = registration.book_course_for(
                by=request.actor,
                held=held,
                patient=patient,
                details=None if patient else form.cleaned_data,
                starts=[held.starts_at, *asked.chosen],
                same_provider=asked.same_provider,
                note=request.POST.get("note", "")[:500],
                policy_accepted=accepted,
                now=now,
            )
        except courses.SessionTaken as taken:
            messages.warning(request, taken.message)
            kept = asked.chosen[: max(taken.position - 2, 0)]
            return redirect(f"{reverse('scheduling:course_plan', args=[token])}?{asked.query(chosen=kept)}")
        except JustTaken as gone:
            messages.warning(request, gone.message)
            return redirect(registration.times_address(held))
        except Blocked as blocked:
            return not_clear(request, held, blocked)
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            first = courses.sessions_of(request.actor, series)[0] if request.actor.is_patient else held
            return redirect("scheduling:course", key=registration.key_for(first, who, by=request.actor, now=now))
    context = plan_context(request.actor, what, held.areas, held.location, asked, courses.session_of(held), now=now) | {
        "appointment": held,
        "token": token,
        "form": form,
        "patient": patient,
        "agreeing": agreeing,
        "must_accept": must_accept,
        "any_query": Asked(asked.sessions, False, ()).query(),
    }
    context["query"] = asked.query(chosen=[row.start for row in context["rows"][1:]])
    status = 422 if request.method == "POST" and (form.errors or must_accept) else 200
    return render(request, "scheduling/course_plan.html", context, status=status)


@never_cache
@require_GET
def change(request: HttpRequest, token: str, position: int) -> HttpResponse:
    """Choose another time for one session of the plan; the later ones follow from it."""
    now = clock.now()
    held = _held_for_course(token)
    what = of_appointment(held)
    terms = courses.required_terms(what)
    asked = Asked.read(request.GET, request.GET.getlist("s"), terms)
    if not 2 <= position <= asked.sessions or len(asked.chosen) < position - 1:
        raise NotFound(_("We could not find that session. Look at the plan again."))
    before = held.starts_at if position == 2 else asked.chosen[position - 3]
    place, now_planned = held.location, asked.chosen[position - 2]
    earliest = clock.day_in(place.time_zone, before) + timedelta(days=terms.spacing.least)
    latest = clock.day_in(place.time_zone, before) + timedelta(days=terms.spacing.most)
    planned = clock.day_in(place.time_zone, now_planned)
    first = registration.day(request.GET.get("from", ""), default=planned - timedelta(days=3))
    first = min(max(first, earliest), latest)
    times = courses.free_times(
        request.actor,
        what,
        held.areas,
        place,
        first,
        min(first + timedelta(days=6), latest),
        now=now,
        beyond=courses.further_days(terms.spacing, asked.sessions),
        provider_id=held.provider_id if asked.same_provider else None,
    )
    context = week_context(times, place, first, earliest=earliest, latest=latest, now=now) | {
        "what": what,
        "position": position,
        "token": token,
        "asked": asked,
        "kept": asked.chosen[: position - 2],
        "query": asked.query(),
        "spacing": terms.spacing,
        "earliest": earliest,
        "latest": latest,
    }
    return render(request, "scheduling/course_change.html", context)


def _held_for_course(token: str) -> "Appointment":
    held = held_behind(token)
    if held.state == queries.State.BOOKED:
        raise Conflict(_("This time is booked already. Your private link is in the message we sent you."))
    return held


# --- a course that is booked --------------------------------------------------------------------


@never_cache
@require_GET
def course(request: HttpRequest, key: str) -> HttpResponse:
    """Every session of a course, each to be moved; the rest to be cancelled."""
    now = clock.now()
    actor, booked, series = _opened(request, key)
    rows = courses.sessions_of(actor, series)
    context = {
        "key": key,
        "appointment": booked,
        "series": series,
        "words": Words(booked),
        "rows": [
            {
                "row": row,
                "when": Words(row).when,
                "state": _(row.get_state_display()).lower(),
                "can_change": can_change(row, now),
            }
            for row in rows
        ],
        "can_cancel": any(can_change(row, now) for row in rows),
        "too_far": shifting.gap_that_fails(rows, series),
    }
    return render(request, "scheduling/course.html", context)


@never_cache
@require_GET
def move(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Choose another time for one session; the next page shows what follows for the others."""
    now = clock.now()
    actor, _row, series = _opened(request, key)
    row = session(actor, series, number)
    context = week_to_move(actor, row, request.GET.get("from", ""), now) | {
        "key": key,
        "row": row,
        "words": Words(row),
        "next": reverse("scheduling:course_shift", args=[key, number]),
    }
    return render(request, "scheduling/course_move.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def shift(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show old and new of every session; accept all, or move only this one where the spacing allows."""
    now = clock.now()
    actor, _row, series = _opened(request, key)
    row = session(actor, series, number)
    given = request.POST if request.method == "POST" else request.GET
    start = registration.moment(given.get("start", ""))
    if request.method == "POST":
        try:
            services.move_course(by=actor, series=series, starts=chosen_moves(request), now=now)
        except (JustTaken, Invalid) as refused:
            messages.warning(request, refused.message)
        else:
            messages.success(request, _("Your course has moved. We have sent you one message with the new times."))
            return redirect("scheduling:course", key=key)
    try:
        context = shift_context(actor, series, row, start)
    except JustTaken as taken:
        messages.warning(request, taken.message)
        return redirect("scheduling:course_move", key=key, number=number)
    return render(request, "scheduling/course_shift.html", context | {"key": key})


@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then cancel everything of the course that is still to come."""
    now = clock.now()
    actor, booked, series = _opened(request, key)
    if request.method == "POST":
        reason = request.POST.get("reason", "")[:300]
        gone = services.cancel_course(by=actor, series=series, now=now, reason=reason)
        if len(gone) > 1:
            said = _("%(count)d visits are cancelled. Nothing more will be sent about it.") % {"count": len(gone)}
        else:
            said = _("The visit is cancelled. Nothing more will be sent about it.")
        messages.success(request, said)
        return redirect("scheduling:appointment", key=key)
    rows = [row for row in courses.sessions_of(actor, series) if can_change(row, now)]
    context = {
        "key": key,
        "words": Words(booked),
        "rows": [{"when": Words(row).when, "terms": money_queries.terms(row, now=now)} for row in rows],
    }
    return render(request, "scheduling/course_cancel.html", context)


# --- shared with the desk -----------------------------------------------------------------------


def shift_context(actor: "Actor", series: "Series", row: "Appointment", start: Any) -> dict[str, Any]:
    """Return what the page of a shift shows: every session, old and new, or why the rest cannot follow."""
    found = shifting.propose_shift(actor, series, row, start, now=clock.now())
    words = Words(row)
    context: dict[str, Any] = {"row": row, "words": words, "start": start, "series": series}
    context["alone"] = shifting.may_move_alone(actor, series, row, start)
    if isinstance(found, NoPlan):
        return context | {"why": shifting.why_no_shift(found), "shifted": []}
    shown = [{"old": words.say(one.appointment.starts_at), "new": words.say(one.to.start), "one": one} for one in found]
    return context | {"shifted": shown, "others": sum(one.changes for one in found) - 1}


def chosen_moves(request: HttpRequest) -> dict[int, Any]:
    """Read the moves that were accepted: fields named ``to-<appointment>``."""
    found = {}
    for name, value in request.POST.items():
        number = name.removeprefix("to-")
        if name.startswith("to-") and number.isdigit() and (moment := moments([str(value)])):
            found[int(number)] = moment[0]
    if not found or "only" in request.POST:
        only = request.POST.get("only", "")
        found = {int(only): registration.moment(request.POST.get("start", ""))} if only.isdigit() else {}
    return found


def week_to_move(actor: "Actor", row: "Appointment", from_: str, now: Any) -> dict[str, Any]:
    """Return a week of times to which a session could move, with the provider it has where that is the wish."""
    place, what = row.location, of_appointment(row)
    series = courses.series_of(row)
    today = clock.day_in(place.time_zone, now)
    standing = clock.day_in(place.time_zone, row.starts_at)
    first = max(registration.day(from_, default=standing - timedelta(days=3)), today)
    spacing = courses.spacing_of(series)
    latest = standing + timedelta(days=spacing.most)
    beyond = courses.further_days(spacing, series.sessions) + spacing.most
    last = first + timedelta(days=6)
    times = courses.free_times(
        actor,
        what,
        row.areas,
        place,
        first,
        last,
        now=now,
        beyond=beyond,
        provider_id=row.provider_id if series.same_provider else None,
        ignoring=[row.pk],
    )
    times = [time for time in times if time.start != row.starts_at]
    return week_context(times, place, first, earliest=today, latest=latest, now=now)


def _opened(request: HttpRequest, key: str) -> "tuple[Actor, Appointment, Series]":
    actor, booked = opened(request, key, now=clock.now())
    if booked.series is None:
        raise NotFound(_("This appointment is not part of a course."))
    return actor, booked, booked.series


def session(actor: "Actor", series: "Series", number: int) -> "Appointment":
    """Return a session by its number. Raises ``NotFound``."""
    for row in courses.sessions_of(actor, series):
        if row.position == number:
            return row
    raise NotFound(_("We could not find that session. Look at the course again."))


def can_change(row: "Appointment", now: Any) -> bool:
    """Whether a session may still be moved or cancelled."""
    return bool(row.state == queries.State.BOOKED and row.starts_at > now)
