"""The page of free times for one treatment: a few suggested first, with why, and all others below."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.translating import bank_in
from vesicle.scheduling import queries, registration, services
from vesicle.scheduling.domain import NO_WISHES, Suggested, Wishes, suggest
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day, minutes_in_words

if TYPE_CHECKING:
    from vesicle.clinic.models import Location

_PARTS = {
    "morning": (time.min, time(11, 59)),
    "afternoon": (time(12), time(15, 59)),
    "evening": (time(16), None),
}


def wishes_of(given: Mapping[str, Any]) -> Wishes:
    """Read when somebody would like to come (``part`` of the day, ``weekday``); what is not understood is no wish."""
    earliest, latest = _PARTS.get(given.get("part", ""), (time.min, None))
    weekday = given.get("weekday", "")
    weekdays = (int(weekday),) if weekday in {str(day) for day in WEEKDAYS} else ()
    return Wishes(weekdays, earliest, latest)


def show_week(
    request: HttpRequest, option: OfferedOption, place: "Location", areas: list[str], provider_id: int | None
) -> HttpResponse:
    """Show a week of real times, and note for the clinic that they were looked for."""
    now = clock.now()
    today = clock.day_in(place.time_zone, now)
    given = request.POST if request.method == "POST" else request.GET
    first = max(registration.day(given.get("from", ""), default=today), today)
    last = first + timedelta(days=DAYS_SHOWN - 1)
    wishes = wishes_of(given)
    found = queries.slots_with_best(
        request.actor,
        option_id=option.option.id,
        areas=areas,
        location_id=place.pk,
        from_=first,
        to=last,
        now=now,
        wishes=wishes,
        provider_id=provider_id,
    )
    first_free = None if found.slots else _first_free(request.actor, option, place, areas, provider_id, first)
    services.note_search(
        by=request.actor,
        option_id=option.option.id,
        areas=areas,
        location=place,
        first=first,
        last=last,
        found=len(found.slots),
        now=now,
        wishes={"provider": provider_id} if provider_id else {},
        next_free=first_free,
    )
    suggested = suggest([slot.start for slot in found.best_first], wishes)
    others = [slot for slot in found.slots if slot.start not in suggested.starts]
    kept = request.GET.copy() if request.method == "GET" else request.POST.copy()
    for name in ("from", "start", "csrfmiddlewaretoken", "instead", "lang"):
        kept.pop(name, None)
    context = {
        "option": option.option,
        "location": place,
        "areas": [bank_in(languages.active()).areas[area].name for area in areas],
        "area_ids": areas,
        "suggested": suggested.starts,
        "why_these": why_these(suggested, wishes) if suggested.starts else "",
        "days": by_day(others, first, last, above=suggested.starts),
        "has_any": bool(found.slots),
        "has_others": bool(others),
        "minutes": minutes_in_words(queries.plan(request.actor, option.option.id, areas).minutes),
        "next_from": first + timedelta(days=DAYS_SHOWN),
        "previous_from": max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
        "first_free": first_free,
        "providers": queries.providers(request.actor, option.option.id, place.pk),
        "provider_id": provider_id,
        "screening": given.get("screening", ""),
        "part": given.get("part", "") if given.get("part") in _PARTS else "",
        "parts": [("morning", _("Mornings")), ("afternoon", _("Afternoons")), ("evening", _("From 4 PM"))],
        "weekday": str(wishes.weekdays[0]) if wishes.weekdays else "",
        "weekdays": [(str(day), str(name)) for day, name in WEEKDAYS.items()],
        "kept": kept.urlencode(),
    }
    return render(request, "scheduling/times.html", context)


def why_these(suggested: Suggested, wishes: Wishes = NO_WISHES) -> str:
    """Say in one plain line why these times are suggested."""
    if not wishes.are_about_time:
        return _("These come soonest and leave the rest of the day in one piece for others.")
    if suggested.meets:
        return _("These are as you wished, come soonest and leave the rest of the day in one piece for others.")
    return _("Nothing in these days is as you wished. These come soonest.")


def _first_free(
    actor: Actor, option: OfferedOption, place: "Location", areas: list[str], provider_id: int | None, after: date
) -> date | None:
    found = queries.slots(
        actor,
        option_id=option.option.id,
        areas=areas,
        location_id=place.pk,
        from_=after,
        to=after + timedelta(days=90),
        provider_id=provider_id,
        now=clock.now(),
    )
    return found[0].start.date() if found else None
