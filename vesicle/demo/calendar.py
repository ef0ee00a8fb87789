"""What lies ahead in the demo clinic's calendar, and what people looked for in vain. All of it after the stories."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from vesicle.clinic import queries, services
from vesicle.clinic.holidays import holidays
from vesicle.clinic.models import Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.domain import local_moment

_AHEAD = 30
"""Days from now on which the clinic is open whatever holiday it is: the stories play then."""
_WANTED = (
    ("exosome-therapy/microneedling", ("neck",), "portland", 14, 3),
    ("microneedling/standard", ("neck",), "phoenix", 9, 5),
    ("chemical-peel/superficial", ("neck",), "portland", 8, 1),
    ("laser-resurfacing/non-ablative-fractional", ("neck",), "phoenix", 0, 6),
)
"""Option, areas, where, and how many searches a month found something and nothing."""


def working_day(lunch: Sequence[str] | None) -> list[tuple[time, time]]:
    """Return a provider's hours on a day, with a break where there is one."""
    if lunch is None:
        return [(time(9), time(17))]
    begins, ends = map(time.fromisoformat, lunch)
    return [(time(9), begins), (ends, time(17))]


def fill(by: Actor, locations: Mapping[str, Location], data: Mapping[str, Any], *, now: datetime) -> None:
    """Write holidays, maintenance, time off and longer hours into the calendar, each some weeks ahead."""
    for location in locations.values():
        today = clock.day_in(location.time_zone, now)
        ahead, year = today + timedelta(days=_AHEAD), today + timedelta(days=365)
        for day, name in holidays(data["clinic"]["jurisdiction"], ahead, year):
            start, end = _whole(day, 1, location)
            services.close(by=by, location=location, start=start, end=end, reason=name)
    columns = {row.name: row for row in queries.resources(by)}
    for row in data["devices"]:
        if "maintenance" in row:
            _maintain(by, columns[row["name"]], locations[row["location"]], row["maintenance"], now)
    for row in data["staff"]:
        if "time_off" in row:
            off = row["time_off"]
            place = locations[next(iter(row["days"]))]
            first = clock.day_in(place.time_zone, now) + timedelta(days=off["in_days"])
            start, end = _whole(first, off["days"], place)
            column = columns[row["name"]]
            services.close(by=by, resource=column, start=start, end=end, reason=off["reason"], kind="time-off")
    _open_longer(by, locations, data["late_opening"], now)


def _whole(first: date, days: int, location: Location) -> tuple[datetime, datetime]:
    zone = location.time_zone
    return local_moment(first, time.min, zone), local_moment(first + timedelta(days=days), time.min, zone)


def _maintain(by: Actor, device: Resource, location: Location, plan: Mapping[str, Any], now: datetime) -> None:
    first = clock.day_in(location.time_zone, now) + timedelta(days=plan["in_days"])
    days = [first + timedelta(days=plan["every_days"] * turn) for turn in range(plan["times"])]
    opens, closes = time.fromisoformat(plan["opens"]), time.fromisoformat(plan["closes"])
    zone = location.time_zone
    times = [(local_moment(day, opens, zone), local_moment(day, closes, zone)) for day in days]
    services.close_times(by=by, resource=device, times=times, reason=plan["reason"], kind="maintenance")


def _open_longer(by: Actor, locations: Mapping[str, Location], plan: Mapping[str, Any], now: datetime) -> None:
    location = locations[plan["location"]]
    today = clock.day_in(location.time_zone, now)
    first = today + timedelta(days=plan["in_days"])
    week = queries.week_of(by, location_id=location.pk, on=today)
    late = time.fromisoformat(plan["closes"])
    longer = {
        day: [*spans[:-1], (spans[-1][0], late)] if day in plan["weekdays"] else spans for day, spans in week.items()
    }
    services.set_hours(by=by, location=location, week=longer, valid_from=first)


def search_in_vain(by: Actor, locations: Mapping[str, Location], *, now: datetime, dice: random.Random) -> None:
    """Play two months of searches for times by people who did not say who they are."""
    visitor = Actor.visitor(by.clinic_id)
    for option, areas, slug, found, missed in _WANTED:
        for number in range(2 * (found + missed)):
            at = now - timedelta(days=dice.randrange(1, 60), minutes=dice.randrange(600))
            first = clock.day_in(locations[slug].time_zone, at) + timedelta(days=dice.randrange(10))
            scheduling.note_search(
                by=visitor,
                option_id=option,
                areas=areas,
                location=locations[slug],
                first=first,
                last=first + timedelta(days=6),
                found=0 if number < 2 * missed else 5,
                now=at,
                next_free=first + timedelta(days=dice.randrange(8, 20)),
            )
