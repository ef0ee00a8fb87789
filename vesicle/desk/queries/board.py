"""The calendar of a location, by day or week, read in a fixed number of queries however full it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from vesicle.clinic.models import Closure, Hours, Location, Resource
from vesicle.core.actor import Actor
from vesicle.desk.domain import Block, Column, Frame, Grid, closed_rows, frame_for, hours_of, minutes_into, side_by_side
from vesicle.desk.queries.blockers import CONFIRM, Until, blockers_of, clearances_on, cleared_until
from vesicle.desk.queries.blocks import Seen, block_of, shut_of
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.opening import spans

S = Appointment.State
_KINDS = {"rooms": Resource.Kind.ROOM, "providers": Resource.Kind.PROVIDER, "devices": Resource.Kind.DEVICE}
_OPENS, _CLOSES = 9 * 60, 17 * 60
"""What is shown of a day without hours and bookings."""

__all__ = ["CONFIRM", "Board", "Range", "board", "day"]


@dataclass(frozen=True, slots=True)
class Range:
    """What is looked at: a day or the week it is in, by ``rooms``, ``providers`` or ``devices``.

    ``resource_id`` limits a week to one of them; without it a week shows everybody, side by side.
    """

    on: date
    by: str = "rooms"
    is_week: bool = False
    resource_id: int | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """The days shown; a week begins on Monday."""
        if not self.is_week:
            return (self.on,)
        monday = self.on - timedelta(days=self.on.weekday())
        return tuple(monday + timedelta(days=n) for n in range(7))


@dataclass(slots=True)
class Board:
    """A location's calendar: the grid, the appointments behind it, what blocks each, and until when each is cleared."""

    location: Location
    range: Range
    grid: Grid
    appointments: list[Appointment]
    resources: list[Resource]
    step: int
    blockers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    cleared: Until = field(default_factory=dict)

    def count(self, *states: str) -> int:
        """Return how many appointments are in one of the states."""
        return sum(appointment.state in states for appointment in self.appointments)


def day(actor: Actor, place: Location, on: date, *, by: str, now: datetime) -> Board:
    """Return a location's day by ``rooms``, ``providers`` or ``devices``."""
    return board(actor, place, Range(on, by), now=now)


def board(actor: Actor, place: Location, wanted: Range, *, now: datetime) -> Board:
    """Return a location's calendar."""
    days = wanted.days
    appointments = scheduling.day(actor, place.pk, days[0], to=days[-1], now=now)
    clearances = clearances_on(actor, appointments)
    blockers = blockers_of(actor, appointments, clearances)
    cleared = cleared_until(clearances)
    resources = _resources(place, wanted.by)
    hours = list(Hours.objects.filter(location=place))
    names = {offer.option.id: offer.option.title for offer in offered_options(actor.clinic_id)}
    zone = ZoneInfo(place.time_zone)
    claims = [
        claim
        for row in appointments
        for claim in row.claims.all()
        if claim.is_active and claim.resource.kind == _KINDS[wanted.by]
    ]
    seen = Seen({row.pk: row for row in appointments}, blockers, cleared, _keys(claims), names, zone, now)
    frame = _frame(place, hours, claims, days, zone)
    reading = _Reading(place, hours, _closures(place, resources, days, zone), claims, seen, frame)
    shown = [row for row in resources if row.pk == wanted.resource_id] if wanted.resource_id else resources
    if wanted.is_week:
        columns = [_column(reading, on, shown, is_day=True) for on in days]
    else:
        columns = [_column(reading, wanted.on, [row], is_day=False) for row in shown]
    grid = Grid(frame.first, hours_of(frame), tuple(columns))
    step = max(1, scheduling.booking_rules(actor.clinic_id).grid_minutes // 5)
    return Board(place, wanted, grid, appointments, resources, step, blockers, cleared)


def _keys(claims: Sequence[Claim]) -> dict[int, str]:
    """Return a name for each claim that outlives a move: the appointment, and its number among its parts shown."""
    parts: dict[int, int] = {}
    keys = {}
    for claim in sorted(claims, key=lambda claim: (claim.phase_starts_at, claim.pk)):
        parts[claim.appointment_id] = parts.get(claim.appointment_id, 0) + 1
        keys[claim.pk] = f"{claim.appointment_id}-{parts[claim.appointment_id]}"
    return keys


def _resources(place: Location, by: str) -> list[Resource]:
    rows = Resource.objects.filter(is_active=True, kind=_KINDS[by]).select_related("staff")
    rows = rows.filter(hours__location=place).distinct() if by == "providers" else rows.filter(location=place)
    return sorted(rows, key=lambda row: (row.name, row.pk))


def _closures(place: Location, resources: Sequence[Resource], days: Sequence[date], zone: ZoneInfo) -> list[Closure]:
    begins = datetime.combine(days[0], datetime.min.time(), zone)
    ends = datetime.combine(days[-1] + timedelta(days=1), datetime.min.time(), zone)
    rows = Closure.objects.filter(Q(location=place) | Q(resource__in=resources))
    return list(rows.filter(period__overlap=DateTimeTZRange(begins, ends)).order_by("period"))


def _frame(
    place: Location, hours: Sequence[Hours], claims: Sequence[Claim], days: Sequence[date], zone: ZoneInfo
) -> Frame:
    house = [row for row in hours if row.resource_id is None]
    opened = [span for on in days for span in _minutes(house, on, place, zone)]
    booked = [
        (minutes_into(on, start), minutes_into(on, end))
        for claim in claims
        for start, end in [(claim.phase_starts_at.astimezone(zone), claim.phase_ends_at.astimezone(zone))]
        for on in [start.date()]
        if on in days
    ]
    opens = min((start for start, _ in opened), default=_OPENS)
    closes = max((end for _, end in opened), default=_CLOSES)
    return frame_for(opens, closes, booked)


def _minutes(rows: Sequence[Hours], on: date, place: Location, zone: ZoneInfo) -> list[tuple[int, int]]:
    found = spans(rows, on, place.time_zone)
    return [(minutes_into(on, start.astimezone(zone)), minutes_into(on, end.astimezone(zone))) for start, end in found]


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that was read for a calendar."""

    place: Location
    hours: list[Hours]
    closures: list[Closure]
    claims: list[Claim]
    seen: Seen
    frame: Frame


def _column(read: _Reading, on: date, resources: Sequence[Resource], *, is_day: bool) -> Column:
    zone, frame = read.seen.zone, read.frame
    ids: Mapping[int, Resource] = {row.pk: row for row in resources}
    only = resources[0] if len(resources) == 1 else None
    if is_day:
        column = Column(f"{on:%a} {on.day}", f"{on:%b}", on)
    else:
        staff = resources[0].staff
        column = Column(resources[0].name, staff.title if staff else resources[0].get_kind_display(), on)
    if only is not None:
        column.resource_id, column.is_provider = only.pk, only.kind == Resource.Kind.PROVIDER
    owner = only.pk if only is not None and only.kind == Resource.Kind.PROVIDER else None
    own = [row for row in read.hours if row.resource_id == owner]
    column.closed = closed_rows(frame, _minutes(own, on, read.place, zone))
    column.shut = [
        shut
        for closure in read.closures
        if closure.resource_id is None or (only is not None and closure.resource_id == only.pk)
        for shut in [shut_of(closure, on, frame, zone)]
        if shut is not None
    ]
    blocks: list[Block] = [
        block_of(claim, on, frame, read.seen)
        for claim in read.claims
        if claim.resource_id in ids and claim.phase_starts_at.astimezone(zone).date() == on
    ]
    column.blocks, column.lanes = side_by_side(blocks)
    local = read.seen.now.astimezone(zone)
    minutes = minutes_into(on, local)
    if local.date() == on and frame.first <= minutes < frame.first + frame.rows * 5:
        column.now = frame.row(minutes)
    return column
