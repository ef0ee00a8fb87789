"""The rows behind the figures, in a handful of queries whatever the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, Sum

from vesicle.clinic import queries as places
from vesicle.clinic.domain.hours import Weekly
from vesicle.clinic.models import Closure, Hours, Location, Resource
from vesicle.core.actor import Actor
from vesicle.core.clock import day_in
from vesicle.core.errors import Invalid
from vesicle.desk.permissions import SEE_FIGURES
from vesicle.protocols.queries import offered_options
from vesicle.scheduling.domain import figures as sums
from vesicle.scheduling.domain import local_moment, tick_after, tick_of
from vesicle.scheduling.models import Appointment, OpenService, SearchCount, SlotSearch

S = Appointment.State
MOST_DAYS = 400
USED = (S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE, S.NO_SHOW)
"""States whose time was kept for somebody, whether they came or not."""


@dataclass(frozen=True, slots=True)
class Period:
    """The local days looked at, both included, and the locations."""

    first: date
    last: date
    locations: Sequence[Location]


def period(actor: Actor, *, first: date, last: date, location: str = "") -> Period:
    """Return what is looked at: ``location`` is a short name, empty for all.

    Raises ``Invalid`` for days in the wrong order, or more than 400.
    """
    actor.require(SEE_FIGURES)
    if last < first or (last - first).days >= MOST_DAYS:
        raise Invalid(
            f"Choose at most {MOST_DAYS} days, the first before the last.", fields={"last": "Choose another last day."}
        )
    found = places.locations(actor)
    return Period(first, last, [one for one in found if one.slug == location] or found)


@dataclass(slots=True)
class Line:
    """A provider, room or device with what it had and gave; ``where`` names its locations."""

    resource: Resource
    use: sums.Use = field(default_factory=sums.Use)
    where: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Utilization:
    """Lines by kind, and the hours of the local week by kind."""

    lines: dict[str, list[Line]]
    hours: dict[str, dict[sums.Hour, sums.Use]]

    def total(self, kind: str) -> sums.Use:
        """Return all of one kind together."""
        use = sums.Use()
        for line in self.lines[kind]:
            use.add(line.use)
        return use


def utilization(actor: Actor, chosen: Period) -> Utilization:
    """Return how rooms, providers and devices were used. Four queries, whatever the period."""
    actor.require(SEE_FIGURES)
    resources = list(Resource.objects.filter(clinic_id=actor.clinic_id).order_by("name", "pk"))
    weekly: dict[tuple[int, int | None], list[Weekly]] = {}
    for row in Hours.objects.filter(clinic_id=actor.clinic_id):
        weekly.setdefault((row.location_id, row.resource_id), []).append(row)
    closed = _closures(actor, chosen)
    taken = _taken(actor, chosen)
    lines = {resource.pk: Line(resource) for resource in resources}
    hours: dict[str, dict[sums.Hour, sums.Use]] = {kind: {} for kind in Resource.Kind.values}
    for location in chosen.locations:
        clock = sums.Clock.of_days(chosen.first, chosen.last, location.time_zone)
        house = sums.opening(weekly.get((location.pk, None), ()), chosen.first, chosen.last, location.time_zone)
        for resource in resources:
            mine = taken.get((resource.pk, location.pk), ())
            open_ = _open(resource, location, house, weekly, chosen)
            if not open_ and not mine:
                continue
            calendar = sums.Calendar(
                open_,
                [*closed.get(("location", location.pk), ()), *closed.get(("resource", resource.pk), ())],
                mine,
                resource.capacity,
            )
            found = sums.utilization(calendar, clock)
            lines[resource.pk].use.add(found.total)
            lines[resource.pk].where.append(location.name)
            for hour, use in found.by_hour.items():
                hours[resource.kind].setdefault(hour, sums.Use()).add(use)
    shown = [line for line in lines.values() if line.where and (line.use.open or line.use.outside)]
    return Utilization({kind: [one for one in shown if one.resource.kind == kind] for kind in hours}, hours)


def _open(
    resource: Resource,
    location: Location,
    house: list[tuple[int, int]],
    weekly: Mapping[tuple[int, int | None], list[Weekly]],
    chosen: Period,
) -> list[tuple[int, int]]:
    """Return when a resource was there to be booked at a location: from the day it came until the day it went."""
    if resource.kind == Resource.Kind.PROVIDER:
        rows = weekly.get((location.pk, resource.pk), ())
        open_ = sums.both(sums.opening(rows, chosen.first, chosen.last, location.time_zone), house) if rows else []
    else:
        open_ = house if resource.location_id == location.pk else []
    if not resource.is_active and resource.retired_on is None:
        return []
    zone = location.time_zone
    from_ = tick_of(local_moment(resource.in_use_from or chosen.first, time.min, zone))
    until = tick_of(local_moment(resource.retired_on or chosen.last + timedelta(days=2), time.min, zone))
    return sums.both(open_, [(from_, until)]) if until > from_ else []


def _closures(actor: Actor, chosen: Period) -> dict[tuple[str, int], list[tuple[int, int]]]:
    begins, ends = _around(chosen)
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for row in Closure.objects.filter(clinic_id=actor.clinic_id, period__overlap=(begins, ends)):
        key = ("resource", row.resource_id) if row.resource_id else ("location", row.location_id or 0)
        found.setdefault(key, []).append((tick_of(row.period.lower), tick_after(row.period.upper)))
    return found


_TAKEN = """
SELECT claim.resource_id, appointment.location_id, claim.place, claim.low, claim.high,
       floor(extract(epoch FROM claim.phase_starts_at) / 300)::integer,
       ceil(extract(epoch FROM claim.phase_ends_at) / 300)::integer
FROM scheduling_claim AS claim JOIN scheduling_appointment AS appointment ON appointment.id = claim.appointment_id
WHERE claim.is_active AND appointment.clinic_id = %s AND appointment.state = ANY(%s)
  AND appointment.location_id = ANY(%s) AND appointment.starts_at >= %s AND appointment.starts_at < %s
"""


def _taken(actor: Actor, chosen: Period) -> dict[tuple[int, int], list[sums.Taken]]:
    begins, ends = _around(chosen)
    found: dict[tuple[int, int], list[sums.Taken]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN,
            [actor.clinic_id, [str(state) for state in USED], [one.pk for one in chosen.locations], begins, ends],
        )
        for row in cursor.fetchall():
            found.setdefault(row[:2], []).append(sums.Taken._make(row[2:]))
    return found


def _around(chosen: Period) -> tuple[datetime, datetime]:
    """Return moments that lie around the period in every location's zone; exactness comes from the local clocks."""
    zones = {one.time_zone for one in chosen.locations} or {"UTC"}
    begins = min(local_moment(chosen.first - timedelta(days=1), time.min, zone) for zone in zones)
    ends = max(local_moment(chosen.last + timedelta(days=1), time.min, zone) for zone in zones)
    return begins, ends


# --- who came, and how far ahead ------------------------------------------------------------------

BANDS = ((1, "Same or next day"), (7, "2 to 7 days ahead"), (30, "8 to 30 days ahead"), (10_000, "Longer ahead"))
"""Days between booking and visit up to which a band goes, and its name."""


@dataclass(slots=True)
class Coming:
    """Who came: in all, by what was booked, by provider, by how far ahead; and how far ahead people booked, in days."""

    total: sums.Attendance = field(default_factory=sums.Attendance)
    by_option: dict[str, sums.Attendance] = field(default_factory=dict)
    by_provider: dict[str, sums.Attendance] = field(default_factory=dict)
    by_band: dict[str, sums.Attendance] = field(default_factory=dict)
    lead: dict[str, sums.Spread] = field(default_factory=dict)
    lead_total: sums.Spread | None = None


_APPOINTMENTS = """
SELECT appointment.option, provider.name, appointment.state,
       extract(epoch FROM appointment.starts_at - appointment.created_at)::float8 / 86400,
       extract(epoch FROM appointment.starts_at - cancelled.at)::float8 / 3600,
       appointment.ends_at <= %s
FROM scheduling_appointment AS appointment JOIN clinic_resource AS provider ON provider.id = appointment.provider_id
LEFT JOIN scheduling_appointmentstatus AS cancelled
  ON appointment.state = 'cancelled' AND cancelled.appointment_id = appointment.id AND cancelled.state = 'cancelled'
WHERE appointment.clinic_id = %s AND appointment.location_id = %s
  AND appointment.starts_at >= %s AND appointment.starts_at < %s AND appointment.state <> ALL(%s)
"""


def coming(actor: Actor, chosen: Period, *, now: datetime) -> Coming:
    """Return who came and how far ahead they booked. One query a location."""
    actor.require(SEE_FIGURES)
    found, leads = Coming(), dict[str, list[float]]()
    unborn = [str(S.HELD), str(S.RELEASED)]
    with connection.cursor() as cursor:
        for place in chosen.locations:
            begins = local_moment(chosen.first, time.min, place.time_zone)
            ends = local_moment(chosen.last + timedelta(days=1), time.min, place.time_zone)
            cursor.execute(_APPOINTMENTS, [now, actor.clinic_id, place.pk, begins, ends, unborn])
            for option, provider, state, lead, notice, is_over in cursor.fetchall():
                name = _outcome(state, notice, is_over)
                if state != S.CANCELLED:
                    leads.setdefault(option, []).append(max(lead, 0.0))
                if name is None:
                    continue
                band = next(words for days, words in BANDS if lead < days + 1)
                for group, key in ((found.by_option, option), (found.by_provider, provider), (found.by_band, band)):
                    _count(group.setdefault(key, sums.Attendance()), name)
                _count(found.total, name)
    spreads = {option: sums.spread(values) for option, values in leads.items()}
    found.lead = {option: one for option, one in spreads.items() if one is not None}
    found.lead_total = sums.spread([value for values in leads.values() for value in values])
    return found


def _outcome(state: str, notice: float | None, is_over: bool) -> str | None:
    """Return the column of ``Attendance`` that an appointment belongs to; ``None`` while it is still to come."""
    if state == S.CANCELLED:
        return "cancelled_late" if notice is not None and sums.is_late(notice) else "cancelled"
    if state == S.NO_SHOW:
        return "no_shows"
    if state in (S.DONE, S.ARRIVED, S.IN_TREATMENT):
        return "came"
    return "open" if is_over else None


def _count(attendance: sums.Attendance, name: str) -> None:
    setattr(attendance, name, getattr(attendance, name) + 1)


# --- what was looked for ---------------------------------------------------------------------------


@dataclass(slots=True)
class Missing:
    """What was looked for in vain: of one option at one location."""

    option: str
    location: str
    demand: sums.Demand
    with_provider: int = 0
    next_free: sums.Spread | None = None
    """Days from the first day asked for to the next day that had a time."""
    weeks: dict[date, sums.Demand] = field(default_factory=dict)


def demand(actor: Actor, chosen: Period) -> list[Missing]:
    """Return searches by option and location, those with the most found nothing first. Two queries."""
    actor.require(SEE_FIGURES)
    zones = {one.pk: one for one in chosen.locations}
    begins, ends = _around(chosen)
    counted = (
        SearchCount.objects.filter(
            clinic_id=actor.clinic_id, location__in=zones, day__gte=chosen.first, day__lte=chosen.last
        )
        .values_list("option", "location_id", "day")
        .annotate(times=Sum("found"))
    )
    missed = SlotSearch.objects.filter(clinic_id=actor.clinic_id, location__in=zones).filter(
        Q(at__gte=begins) & Q(at__lt=ends)
    )
    groups: dict[tuple[str, int], Missing] = {}
    waits: dict[tuple[str, int], list[float]] = {}

    def group(option: str, location_id: int) -> Missing:
        return groups.setdefault(
            (option, location_id), Missing(option, zones[location_id].name, sums.Demand(), weeks={})
        )

    for option, location_id, day, times in counted:
        one = group(option, location_id)
        one.demand.found += times
        one.weeks.setdefault(sums.monday_of(day), sums.Demand()).found += times
    rows = missed.values_list("option", "location_id", "at", "wishes", "first_day", "next_free")
    for option, location_id, at, wishes, first_day, next_free in rows:
        zone = zones[location_id].time_zone
        day = day_in(zone, at)
        if not chosen.first <= day <= chosen.last:
            continue
        one = group(option, location_id)
        one.demand.missed += 1
        one.with_provider += bool(wishes.get("provider"))
        one.weeks.setdefault(sums.monday_of(day), sums.Demand()).missed += 1
        if next_free is not None:
            waits.setdefault((option, location_id), []).append((next_free - first_day).days)
    for key, values in waits.items():
        groups[key].next_free = sums.spread(values)
    return sorted(groups.values(), key=lambda one: (-one.demand.missed, -one.demand.found, one.option, one.location))


def names(actor: Actor) -> dict[str, str]:
    """Return the names of everything that can be booked, by what appointments call it."""
    found = {offer.option.id: offer.option.label for offer in offered_options(actor.clinic_id)}
    services = OpenService.objects.filter(clinic_id=actor.clinic_id)
    return found | dict(services.values_list("slug", "name"))
