"""A day's people by provider, for paper."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vesicle.clinic.models import Location, Resource
from vesicle.core.actor import Actor
from vesicle.desk.domain import clock_of
from vesicle.desk.queries.board import Range, board
from vesicle.scheduling import stages
from vesicle.scheduling.models import Appointment

S = Appointment.State


@dataclass(frozen=True, slots=True)
class Line:
    """One person: when, what, its phases with their times, the rooms and devices, and what is missing."""

    appointment: Appointment
    time: str
    what: str
    phases: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    blockers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A provider's day."""

    provider: Resource
    lines: tuple[Line, ...]


def sheets(actor: Actor, place: Location, on: date, *, now: datetime) -> list[Sheet]:
    """Return each provider's people of a day in order; held times and those who did not come are left out."""
    found = board(actor, place, Range(on, "providers"), now=now)
    zone = ZoneInfo(place.time_zone)
    names = {block.appointment_id: block.what for column in found.grid.columns for block in column.blocks}
    by_provider: dict[int, tuple[Resource, list[Line]]] = {}
    for row in found.appointments:
        if row.patient is None or row.state in (S.HELD, S.NO_SHOW):
            continue
        local = row.starts_at.astimezone(zone)
        starts = local.hour * 60 + local.minute
        phases = tuple((clock_of(starts + phase.start), phase.name) for phase in stages.phases_of(row))
        claims = [claim for claim in row.claims.all() if claim.is_active]
        places = {c.resource.name: None for c in claims if c.resource.kind != Resource.Kind.PROVIDER}
        line = Line(
            row,
            clock_of(starts),
            names.get(row.pk, row.option),
            phases,
            tuple(places),
            found.blockers.get(row.pk, ()),
        )
        by_provider.setdefault(row.provider_id, (row.provider, []))[1].append(line)
    ordered = sorted(by_provider.values(), key=lambda entry: entry[0].name)
    return [Sheet(provider, tuple(lines)) for provider, lines in ordered]
