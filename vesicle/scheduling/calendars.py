"""What stands still in a location's calendars (who, what, which hours): kept in memory until the database changes it.

A search asks for what moves (claims, closures) in one statement, and hears in the same one whether anything that
stands still has changed: triggers give the clinic a new revision with every change of a location, resource, hours,
travel time, member of staff, open service or booking rule (migration ``0005_calendar_revision``).
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from vesicle.clinic.models import Hours, Location, Resource, Travel
from vesicle.scheduling.domain import Opening, Window
from vesicle.scheduling.models import LONGEST_CLAIM, BookingRules, OpenService

_MOST_KEPT = 200
Stretch = tuple[int, int]
"""First tick and the tick after the last."""


@dataclass(frozen=True, slots=True)
class House:
    """A location with everything that can be taken there."""

    location: Location
    resources: Mapping[int, Resource]
    opening: tuple[Opening, ...]
    hours: Mapping[int, tuple[Opening, ...]]
    travel: Mapping[int, int]
    rules: BookingRules


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that stands still in a clinic's calendars, at one revision. To be read, never changed."""

    houses: Mapping[int, House]
    services: Mapping[str, OpenService]
    rules: BookingRules

    def location(self, slug_or_id: str | int) -> Location | None:
        """Return an active location by its number or short name."""
        found = (house.location for house in self.houses.values())
        name = "pk" if isinstance(slug_or_id, int) else "slug"
        return next((place for place in found if place.is_active and getattr(place, name) == slug_or_id), None)


@dataclass(frozen=True, slots=True)
class Moving:
    """What is taken or closed within a window, in ticks, by resource; ``None`` stands for the whole location."""

    house: House
    closed: Mapping[int | None, Sequence[Stretch]] = field(default_factory=dict)
    taken: Mapping[tuple[int, int], Sequence[Stretch]] = field(default_factory=dict)
    """By resource and place."""


_kept: dict[tuple[str, int], tuple[UUID, Standing]] = {}


def standing(clinic_id: int) -> Standing:
    """Return what stands still in a clinic's calendars, as the database has it now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM scheduling_calendarrevision WHERE clinic_id = %s", [clinic_id])
        row = cursor.fetchone()
    return _standing(clinic_id, row[0] if row else None)


def read(
    location: Location,
    window: Window,
    *,
    of: Callable[[House], Collection[int]],
    now: datetime,
    ignoring: Collection[int] = (),
) -> Moving:
    """Return what is taken and closed at a location within a window, and the house it belongs to, in one statement.

    Args:
        location: where.
        window: when.
        of: from the house, the numbers of the resources whose claims matter.
        now: holds that have lapsed by then count for nothing.
        ignoring: appointments whose own claims do not count.
    """
    known = _kept.get(_key(location.clinic_id))
    current = known[1] if known else standing(location.clinic_id)
    while True:
        here = current.houses[location.pk]
        rows = _rows(here, window, list(of(here)), now, ignoring)
        revision, before = rows[0][3], current
        current = before if revision is None else _standing(location.clinic_id, revision)
        if current is before:
            return _sorted_out(here, rows[1:])


def _standing(clinic_id: int, revision: UUID | None) -> Standing:
    key = _key(clinic_id)
    known = _kept.get(key)
    if known is not None and known[0] == revision:
        return known[1]
    found = _load(clinic_id)
    if revision is not None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = (revision, found)
    return found


def _key(clinic_id: int) -> tuple[str, int]:
    return str(connection.settings_dict["NAME"]), clinic_id


def _load(clinic_id: int) -> Standing:
    found = BookingRules.objects.filter(clinic_id=clinic_id).select_related("policy").first()
    rules = found or BookingRules(clinic_id=clinic_id)
    hours: dict[int, dict[int | None, list[Opening]]] = {}
    for row in Hours.objects.filter(clinic_id=clinic_id).order_by("weekday", "opens"):
        opening = Opening(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
        hours.setdefault(row.location_id, {}).setdefault(row.resource_id, []).append(opening)
    resources = list(
        Resource.objects.filter(clinic_id=clinic_id, is_active=True).select_related("staff").order_by("name", "pk")
    )
    travel: dict[int, dict[int, int]] = {}
    for way in Travel.objects.filter(clinic_id=clinic_id):
        travel.setdefault(way.first_id, {})[way.second_id] = way.minutes
        travel.setdefault(way.second_id, {})[way.first_id] = way.minutes
    houses = {
        place.pk: _house(place, resources, hours.get(place.pk, {}), travel.get(place.pk, {}), rules)
        for place in Location.objects.filter(clinic_id=clinic_id)
    }
    return Standing(houses, {row.slug: row for row in OpenService.objects.filter(clinic_id=clinic_id)}, rules)


def _house(
    place: Location,
    resources: Sequence[Resource],
    hours: Mapping[int | None, list[Opening]],
    travel: Mapping[int, int],
    rules: BookingRules,
) -> House:
    return House(
        location=place,
        resources={
            row.pk: row
            for row in resources
            if row.location_id == place.pk or (row.staff is not None and row.staff.is_active and row.pk in hours)
        },
        opening=tuple(hours.get(None, ())),
        hours={pk: tuple(spans) for pk, spans in hours.items() if pk is not None},
        travel=travel,
        rules=rules,
    )


# One row for the revision (kind 0), then a row for each resource and place: when it is closed (1), when taken (2). The
# stretches come packed as pairs of four-byte numbers: a row each would cost more than everything else together. Claims
# are read from their index alone.
_ROWS = """
SELECT 0 AS kind, NULL::bigint AS resource, 0 AS place, revision, ''::bytea AS stretches
FROM (SELECT 1) AS one LEFT JOIN scheduling_calendarrevision ON clinic_id = %(clinic)s
UNION ALL
SELECT 1, resource_id, 0, NULL, string_agg(
    int4send(floor(extract(epoch FROM lower(period)) / 300)::integer)
    || int4send(ceil(extract(epoch FROM upper(period)) / 300)::integer), '')
FROM clinic_closure
WHERE (location_id = %(location)s OR resource_id = ANY(%(ids)s))
  AND period && tstzrange(%(begins)s, %(ends)s)
GROUP BY resource_id
UNION ALL
SELECT 2, resource_id, place, NULL, string_agg(int4send(low) || int4send(high), '')
FROM scheduling_claim
WHERE is_active AND resource_id = ANY(%(ids)s)
  AND low > %(first)s - %(longest)s AND low < %(last)s AND high > %(first)s
  AND (held_until IS NULL OR held_until > %(now)s){not_mine}
GROUP BY resource_id, place
"""
# Where a provider is elsewhere, the way there and back is taken as well.
_ELSEWHERE = """
UNION ALL
SELECT 2, resource_id, claim.place, NULL,
       string_agg(int4send(claim.low - way.ticks) || int4send(claim.high + way.ticks), '')
FROM scheduling_claim AS claim
JOIN scheduling_appointment AS appointment ON appointment.id = claim.appointment_id
JOIN unnest(%(places)s::bigint[], %(ticks)s::integer[]) AS way (place, ticks) ON way.place = appointment.location_id
WHERE claim.is_active AND claim.resource_id = ANY(%(ids)s)
  AND claim.low > %(first)s - 2 * %(longest)s AND claim.low < %(last)s + %(longest)s
  AND (claim.held_until IS NULL OR claim.held_until > %(now)s){not_mine}
GROUP BY resource_id, claim.place
"""
_NOT_MINE = " AND appointment_id <> ALL(%(ignoring)s)"
Row = tuple[int, int | None, int, Any, bytes]


def _rows(here: House, window: Window, ids: list[int], now: datetime, ignoring: Collection[int]) -> list[Row]:
    values: dict[str, Any] = {
        "clinic": here.location.clinic_id,
        "location": here.location.pk,
        "ids": ids,
        "begins": window.moment(0),
        "ends": window.moment(window.ticks),
        "first": window.origin,
        "last": window.origin + window.ticks,
        "longest": LONGEST_CLAIM,
        "now": now,
        "ignoring": list(ignoring),
    }
    statement = _ROWS
    if here.travel:
        statement += _ELSEWHERE
        values |= {"places": list(here.travel), "ticks": [-(-minutes // 5) for minutes in here.travel.values()]}
    statement = statement.replace("{not_mine}", _NOT_MINE if ignoring else "")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _sorted_out(here: House, rows: Iterable[Row]) -> Moving:
    closed: dict[int | None, list[Stretch]] = {}
    taken: dict[tuple[int, int], list[Stretch]] = {}
    for kind, resource, place, _, packed in rows:
        numbers = array("i", packed)
        if sys.byteorder == "little":
            numbers.byteswap()
        stretches = zip(numbers[::2], numbers[1::2], strict=True)
        if kind == 1:
            closed.setdefault(resource, []).extend(stretches)
        elif resource is not None:
            taken.setdefault((resource, place), []).extend(stretches)
    return Moving(here, closed, taken)
