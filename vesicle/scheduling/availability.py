"""From tables to bitmaps: everything the search for starts needs, in one statement.

The time it takes depends on the days asked about, never on how much was booked before them: no claim is longer than a
day (a constraint says so), so their index is read from a day before the window and no further. What stands still is
remembered (see ``calendars``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vesicle.clinic.models import Location, Resource
from vesicle.core.errors import Invalid
from vesicle.scheduling import calendars
from vesicle.scheduling.bookable import Bookable
from vesicle.scheduling.calendars import House, Moving
from vesicle.scheduling.domain import (
    DAY_TICKS,
    HOUSE,
    NO_WISHES,
    TICK_MINUTES,
    Candidate,
    Plan,
    Start,
    Starts,
    Window,
    Wishes,
    find_starts,
    free_mask,
    grid_mask,
    local_days,
    open_mask,
    part_label,
    sequence,
    tick_after,
    tick_of,
)

_MOST_DAYS = 120
_ROUND = DAY_TICKS
"""How far beyond the days asked about calendars are read: a run may cross midnight. In ticks, because the next day on
the calendar need not exist: Samoa had no 30 December 2011."""
Part = tuple[Bookable, Sequence[str]]
"""One treatment of a visit: what, and on which areas."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Every bookable start within a window, with the resources it would take."""

    location: Location
    window: Window
    plan: Plan
    starts: Starts
    resources: Mapping[int, Resource]

    def at(self, moment: datetime) -> Start | None:
        """Return the start at a moment and what it takes; ``None`` when it cannot be had."""
        bit = tick_of(moment) - self.window.origin
        return self.starts.at(bit) if self.window.moment(bit) == moment else None

    def best_first(self, wishes: Wishes = NO_WISHES) -> list[int]:
        """Return the bits of all starts, the best first: see ``domain.ranking`` for what makes one better."""
        days = local_days(self.window, self.location.time_zone)
        misses = []
        if wishes.are_about_time:
            wanted = days.wanted_mask(wishes.weekdays, wishes.earliest, wishes.latest)
            misses.append((self.starts.mask & ~wanted, self.starts.weights.wish))
        begins = [day.begins - self.window.origin for day in days.days]
        return [bit for _, bit in self.starts.best_first(misses, begins)]


@dataclass(frozen=True, slots=True)
class Limits:
    """Who is asked for and what does not count. ``ignoring`` are appointments whose own claims do not count.

    ``provider_id`` has to be it; ``wishes`` only make other times and people worse.
    ``resource_ids`` asks for exactly these where their kind matches; ``without_notice`` is for those who stand at the
    desk: starts from now on. ``further_days`` is how far beyond the clinic's horizon a course may reach. ``only`` asks
    about one moment.
    """

    provider_id: int | None = None
    resource_ids: Collection[int] = ()
    without_notice: bool = False
    ignoring: Collection[int] = ()
    wishes: Wishes = NO_WISHES
    further_days: int = 0
    only: datetime | None = None


def search(
    what: Bookable,
    areas: Sequence[str],
    location: Location,
    *,
    first: date,
    last: date,
    now: datetime,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
    without_notice: bool = False,
    ignoring: int | None = None,
    further_days: int = 0,
) -> Availability:
    """Return all starts of one treatment at ``location`` from ``first`` to ``last`` (local days, inclusive).

    The rest is as in ``Limits``. Raises ``Invalid`` for days in the wrong order or a range of more than 120 days.
    """
    limits = Limits(
        provider_id,
        resource_ids,
        without_notice,
        ignoring=() if ignoring is None else (ignoring,),
        further_days=further_days,
    )
    return search_visit([(what, areas)], location, first=first, last=last, now=now, limits=limits)


def search_visit(
    parts: Sequence[Part],
    location: Location,
    *,
    first: date,
    last: date,
    now: datetime,
    limits: Limits = Limits(),  # frozen
    pause_minutes: int = 0,
) -> Availability:
    """Return all starts of a visit whose treatments follow each other, ``pause_minutes`` apart.

    One treatment has keys as it writes them (``room``); several have theirs numbered (``provider@2``, ``room@1+2``):
    see ``domain.sequence``. Raises as ``search`` does.
    """
    if last < first or (last - first).days >= _MOST_DAYS:
        raise Invalid(
            f"Ask for at most {_MOST_DAYS} days, the first before the last.", fields={"to": "Choose a later day."}
        )
    plans = [what.plan(areas) for what, areas in parts]
    zone = location.time_zone
    window = Window.of_days(first, last, zone, before=_ROUND, after=_ROUND)

    suitable: list[_Suitable] = []

    def ids_of(here: House) -> Collection[int]:
        suitable[:] = _suitable(parts, here, limits)
        return [one.resource.pk for one in suitable]

    moving = calendars.read(location, window, of=ids_of, now=now, ignoring=limits.ignoring)
    here = moving.house
    plan = _joined(plans, suitable, pause_minutes)
    asked = Window.of_days(first, last, zone)
    notice = 0 if limits.without_notice else here.rules.notice_minutes
    earliest = tick_after(now + timedelta(minutes=notice))
    latest = tick_of(now + timedelta(days=here.rules.horizon_days + limits.further_days))
    allowed = grid_mask(window, here.rules.grid_minutes, zone)
    allowed &= window.mask(max(asked.origin, earliest), min(asked.end, latest))
    if limits.only is not None:
        allowed &= window.mask(tick_of(limits.only), tick_of(limits.only) + 1)
    candidates = list(_candidates(window, moving, suitable, limits.wishes))
    starts = find_starts(plan, candidates, allowed, weights=HOUSE)
    return Availability(location, window, plan, starts, {one.resource.pk: one.resource for one in suitable})


def suitable_resources(what: Bookable, location: Location) -> dict[int, Resource]:
    """Return the rooms, devices and qualified providers that could serve at a location."""
    here = calendars.standing(location.clinic_id).houses[location.pk]
    return {one.resource.pk: one.resource for one in _suitable([(what, ())], here, Limits())}


# --- who could serve ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Suitable:
    """A resource and the labels under which it may serve the visit."""

    resource: Resource
    labels: frozenset[str]


def _suitable(parts: Sequence[Part], here: House, limits: Limits) -> list[_Suitable]:
    found = []
    accepted = [what.accepted for what, _ in parts]
    for resource in here.resources.values():
        labels = set(_labels(resource))
        serves = [
            number
            for number, ((what, _), wanted) in enumerate(zip(parts, accepted, strict=True), start=1)
            if not labels.isdisjoint(wanted) and _may_serve(resource, what)
        ]
        if serves:
            found.append(_Suitable(resource, frozenset(_numbered(labels, serves, len(parts)))))
    if limits.provider_id is not None:
        found = [
            one for one in found if one.resource.kind != Resource.Kind.PROVIDER or one.resource.pk == limits.provider_id
        ]
    asked = {_kind(one.resource) for one in found if one.resource.pk in limits.resource_ids}
    return [one for one in found if one.resource.pk in limits.resource_ids or _kind(one.resource) not in asked]


def _may_serve(resource: Resource, what: Bookable) -> bool:
    if resource.options and what.id not in resource.options:
        return False
    is_provider = resource.kind == Resource.Kind.PROVIDER
    return (
        not is_provider or not what.licences or (resource.staff is not None and resource.staff.licence in what.licences)
    )


def _kind(resource: Resource) -> str:
    return f"device:{resource.device_kind}" if resource.kind == Resource.Kind.DEVICE else resource.kind


def _labels(resource: Resource) -> Iterator[str]:
    yield _kind(resource)
    if resource.kind == Resource.Kind.ROOM and resource.room_kind:
        yield f"room:{resource.room_kind}"


def _numbered(labels: Collection[str], serves: Sequence[int], parts: int) -> Iterator[str]:
    """Yield the labels for the parts of a visit that a resource serves; those of a single treatment are as they are."""
    for label in labels:
        if parts == 1:
            yield label
            continue
        yield from (part_label(label, [number]) for number in serves)
        if len(serves) == parts:
            yield part_label(label, serves)


def _joined(plans: Sequence[Plan], suitable: Sequence[_Suitable], pause_minutes: int) -> Plan:
    """Return the plan of the visit: in one room for all parts, if the house has one that will do."""
    if len(plans) == 1:
        return plans[0]
    plan = sequence(plans, pause_minutes)
    rooms = [need for need in plan.needs if need.kind == "room"]
    if all(any(not one.labels.isdisjoint(need.any_of) for one in suitable) for need in rooms):
        return plan
    return sequence(plans, pause_minutes, rooms="each")


# --- when they are free ---------------------------------------------------------------------


def _candidates(window: Window, moving: Moving, suitable: Sequence[_Suitable], wishes: Wishes) -> Iterator[Candidate]:
    """Yield every place of what could serve, with its free time: when the house is open, it is there and not taken."""
    here, zone = moving.house, moving.house.location.time_zone
    opening = open_mask(window, zone, here.opening)
    if None in moving.closed:
        opening &= free_mask(window, moving.closed[None])
    for one in suitable:
        resource = one.resource
        there, against = opening, 0.0
        if resource.kind == Resource.Kind.PROVIDER:
            against = HOUSE.provider if wishes.provider_id not in (None, resource.pk) else 0.0
            there &= open_mask(window, zone, here.hours.get(resource.pk, ()))
        if resource.pk in moving.closed:
            there &= free_mask(window, moving.closed[resource.pk])
        for place in range(resource.capacity):
            free = there & free_mask(window, moving.taken.get((resource.pk, place), ()))
            yield Candidate(
                id=resource.pk,
                labels=one.labels,
                free=free,
                place=place,
                before=resource.setup_minutes,
                after=resource.cleanup_minutes,
                load=(there & ~free).bit_count() * TICK_MINUTES,
                against=against,
            )
