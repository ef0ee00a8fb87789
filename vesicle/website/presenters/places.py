"""Locations: address, hours on the local clock, who treats there, what is offered there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext, pgettext

from vesicle.clinic.domain.hours import Period
from vesicle.clinic.models import Hours
from vesicle.protocols.bank import Bank
from vesicle.website import queries
from vesicle.website.presenters import words

_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OpenDays:
    """A run of days with the same hours."""

    days: str
    hours: str


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours that will be different from some day on; ``days`` is empty where it will be closed."""

    when: str
    days: tuple[OpenDays, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who treats there; ``anchor`` is where the page says more of them."""

    name: str
    role: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A location as the page prints it."""

    slug: str
    name: str
    street: str
    city: str
    town: str
    state: str
    postal_code: str
    phone: str
    clock: str
    hours: tuple[OpenDays, ...]
    people: tuple[Person, ...]
    treatments: tuple[tuple[str, str], ...]
    new_hours: tuple[NewHours, ...] = ()
    week: Mapping[int, Sequence[tuple[time, time]]] = field(default_factory=dict)


def place_entries(
    places: Sequence[queries.Place], treatments: Sequence[queries.Treatment], bank: Bank, *, now: datetime
) -> tuple[PlaceEntry, ...]:
    """Return the locations as the page prints them."""
    return tuple(
        PlaceEntry(
            slug=place.location.slug,
            name=place.location.name,
            street=place.location.street,
            city=f"{place.location.city}, {place.location.state} {place.location.postal_code}",
            town=place.location.city,
            state=place.location.state,
            postal_code=place.location.postal_code,
            phone=place.location.phone,
            clock=_zone(place.location.time_zone, now),
            hours=open_days(place.hours),
            week=week_of(place.hours),
            people=tuple(Person(who.name, role(who, bank)) for who in place.providers),
            treatments=tuple(
                (one.title, reverse("website:treatment", args=[one.id]))
                for one in treatments
                if any(place.offers(each) for each in one.offered)
            ),
            new_hours=tuple(
                _new_hours(period, now)
                for period in place.coming
                if period.first and period.first - now.date() <= _SOON
            ),
        )
        for place in places
    )


def role(who: queries.Provider, bank: Bank) -> str:
    """Return title and licence, the licence only where the title does not say it already."""
    licence = bank.licences.get(who.licence)
    if licence is None:
        return who.title
    told = {licence.name.lower(), licence.short.lower(), *(name.lower() for name in licence.includes)}
    if not who.title or who.title.lower() in told:
        return licence.name
    return f"{who.title}, {licence.short}"


def _new_hours(period: Period, now: datetime) -> NewHours:
    first, last = period.first or now.date(), period.last
    said = {"first": words.long_date(first), "last": words.long_date(last) if last is not None else ""}
    when = gettext("From %(first)s") if last is None else gettext("From %(first)s to %(last)s")
    return NewHours(when % said, open_week(period.week))


def open_days(hours: Sequence[Hours]) -> tuple[OpenDays, ...]:
    """Return the week with neighbouring days of the same hours told together; closed days are told too."""
    return open_week(week_of(hours))


def week_of(hours: Sequence[Hours]) -> dict[int, list[tuple[time, time]]]:
    """Return the spans by weekday."""
    week: dict[int, list[tuple[time, time]]] = {}
    for row in hours:
        week.setdefault(row.weekday, []).append((row.opens, row.closes))
    return week


def open_week(week: Mapping[int, Sequence[tuple[time, time]]]) -> tuple[OpenDays, ...]:
    """Return a week of spans by weekday in words. Empty where no day is open."""
    spans = {day: words.in_a_row([_span(*each) for each in found]) for day, found in week.items()}
    runs = groupby(range(7), key=lambda day: spans.get(day, ""))
    told = [OpenDays(_named(list(run)), what or gettext("Closed")) for what, run in runs]
    return tuple(told) if week else ()


def _span(opens: time, closes: time) -> str:
    return gettext("%(opens)s to %(closes)s") % {"opens": clock(opens), "closes": clock(closes)}


def _named(days: Sequence[int]) -> str:
    """Return the name of a run of weekdays."""
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if len(days) == len(WEEKDAYS):
        return gettext("Every day")
    if len(days) == 1:
        return words.capital(first)
    if len(days) == 2:
        return words.capital(words.in_a_row([first, last]))
    return words.capital(pgettext("weekdays", "%(first)s to %(last)s") % {"first": first, "last": last})


def clock(moment: time) -> str:
    """Return a time of day as it is said: ``9 AM``, ``12:30 PM``."""
    return time_format(moment, pgettext("time", "g:i A") if moment.minute else pgettext("time", "g A"))


def _zone(name: str, now: datetime) -> str:
    """Return what the location's clock is called now: ``PST`` in winter, ``PDT`` in summer."""
    return now.astimezone(ZoneInfo(name)).tzname() or name
