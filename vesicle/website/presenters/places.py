"""Locations: address, hours on the local clock, who treats there, what is offered there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from vesicle.clinic.models import Hours
from vesicle.protocols.bank import Bank
from vesicle.website import queries
from vesicle.website.presenters import words

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class OpenDays:
    """A run of days with the same hours."""

    days: str
    hours: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who treats there."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A location as the page prints it."""

    slug: str
    name: str
    street: str
    city: str
    phone: str
    clock: str
    hours: tuple[OpenDays, ...]
    people: tuple[Person, ...]
    treatments: tuple[tuple[str, str], ...]


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
            phone=place.location.phone,
            clock=_zone(place.location.time_zone, now),
            hours=open_days(place.hours),
            people=tuple(Person(who.name, _role(who, bank)) for who in place.providers),
            treatments=tuple(
                (one.title, f"/treatments/{one.id}/")
                for one in treatments
                if any(place.offers(each) for each in one.offered)
            ),
        )
        for place in places
    )


def _role(who: queries.Provider, bank: Bank) -> str:
    """Return title and licence, the licence only where the title does not say it already."""
    licence = bank.licences.get(who.licence)
    if licence is None:
        return who.title
    told = {licence.name.lower(), licence.short.lower(), *(name.lower() for name in licence.includes)}
    if not who.title or who.title.lower() in told:
        return licence.name
    return f"{who.title}, {licence.short}"


def open_days(hours: Sequence[Hours]) -> tuple[OpenDays, ...]:
    """Return the week with neighbouring days of the same hours told together; closed days are told too."""
    by_day: dict[int, list[str]] = {}
    for row in hours:
        by_day.setdefault(row.weekday, []).append(f"{clock(row.opens)} to {clock(row.closes)}")
    week = [(day, " and ".join(by_day.get(day, ["closed"]))) for day in range(7)]
    told = []
    for what, run in groupby(week, key=lambda each: each[1]):
        days = [day for day, _ in run]
        join = "and" if len(days) == 2 else "to"
        if len(days) == len(_DAYS):
            told.append(OpenDays("Every day", what))
            continue
        name = _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]} {join} {_DAYS[days[-1]]}"
        told.append(OpenDays(name, words.capital(what) if what == "closed" else what))
    return tuple(told) if by_day else ()


def clock(moment: time) -> str:
    """Return a time of day as it is said: ``9 AM``, ``12:30 PM``."""
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes} {'AM' if moment.hour < 12 else 'PM'}"


def _zone(name: str, now: datetime) -> str:
    """Return what the location's clock is called now: ``PST`` in winter, ``PDT`` in summer."""
    return now.astimezone(ZoneInfo(name)).tzname() or name
