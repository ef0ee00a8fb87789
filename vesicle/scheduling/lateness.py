"""A provider runs late: what the rest of their day would look like, who would be told, and who cannot move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from vesicle.clinic.models import Location, Resource
from vesicle.core import clock
from vesicle.scheduling import obstacles as hindrances
from vesicle.scheduling import stages
from vesicle.scheduling.domain import TICK_SECONDS, flow, tick_after
from vesicle.scheduling.domain.late import Spans, Visit, propose
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.obstacles import Obstacles

S = Appointment.State
LATE_BY = range(5, 241)
"""By how many minutes somebody may say that they are late."""
_FURTHEST = 96
_BEGUN = (flow.PHASE, flow.WITH_PROVIDER)


@dataclass(frozen=True, slots=True)
class Shift:
    """An appointment that would move. ``is_here``: the patient waits in the clinic and is told in person."""

    appointment: Appointment
    start: datetime
    is_here: bool

    @property
    def by(self) -> timedelta:
        """How far it moves."""
        return self.start - self.appointment.starts_at


@dataclass(frozen=True, slots=True)
class Stuck:
    """An appointment that should move and cannot, and what is in the way."""

    appointment: Appointment
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lateness:
    """The proposal for a provider's rest of the day."""

    provider: Resource
    minutes: int
    shifts: tuple[Shift, ...]
    stuck: tuple[Stuck, ...]

    @property
    def print(self) -> str:
        """A digest of who moves where: what was agreed to is what is done, or nothing is."""
        text = ";".join(f"{shift.appointment.pk}:{shift.start:%H%M}" for shift in self.shifts)
        return sha256(text.encode()).hexdigest()[:16]


def lateness(location: Location, provider: Resource, *, minutes: int, now: datetime) -> Lateness:
    """Return how the rest of the provider's day moves when they run ``minutes`` late.

    Late against the end of the patient they are with; where they are with nobody, against the next one's start.
    """
    on = clock.day_in(location.time_zone, now)
    appointments = _left(location, provider, on, now)
    claims = {row.pk: [claim for claim in row.claims.all() if claim.is_active] for row in appointments}
    with_provider = [row for row in appointments if _is_with_provider(row)]
    work = {
        row.pk: _spans(claim for claim in claims[row.pk] if claim.resource_id == provider.pk) for row in appointments
    }
    anchor = max((high for row in with_provider for _, high in work[row.pk]), default=0)
    if not anchor:
        waiting = [row for row in appointments if not _has_begun(row)]
        anchor = min((low for row in waiting for low, _ in work[row.pk]), default=0)
    free_from = max(anchor + -(-minutes * 60 // TICK_SECONDS), tick_after(now))
    resources = {claim.resource_id: claim.resource for rows in claims.values() for claim in rows}
    found = hindrances.of_day(location, on, resources.values(), now=now, ignoring=list(claims))
    visits = [
        Visit(
            row.pk,
            tick_after(row.starts_at),
            () if row in with_provider else work[row.pk],
            _taken(row, claims[row.pk]),
            1 if _has_begun(row) else _possible(claims[row.pk], found),
            has_begun=_has_begun(row),
        )
        for row in appointments
    ]
    answer = propose(visits, free_from=free_from)
    by_id = {row.pk: row for row in appointments}
    shifts = [
        Shift(row, row.starts_at + timedelta(seconds=answer.shifts[row.pk] * TICK_SECONDS), row.state == S.ARRIVED)
        for row in appointments
        if row.pk in answer.shifts
    ]
    stuck = [Stuck(by_id[pk], _why(by_id[pk], claims[pk], found, minutes)) for pk in answer.stuck]
    return Lateness(provider, minutes, tuple(shifts), tuple(stuck))


def _left(location: Location, provider: Resource, on: date, now: datetime) -> list[Appointment]:
    rows = (
        Appointment.objects.filter(
            location=location,
            state__in=[S.BOOKED, S.ARRIVED, S.IN_TREATMENT],
            claims__resource=provider,
            claims__is_active=True,
            starts_at__gt=now - timedelta(hours=12),
            starts_at__lt=now + timedelta(hours=24),
        )
        .select_related("patient", "location", "service", "stage", "clinic")
        .prefetch_related("claims__resource")
        .order_by("starts_at", "pk")
        .distinct()
    )
    # Somebody booked who never came is no part of what is left.
    return [
        row
        for row in rows
        if clock.day_in(location.time_zone, row.starts_at) == on and (row.state != S.BOOKED or row.ends_at > now)
    ]


def _is_with_provider(row: Appointment) -> bool:
    stage = stages.stage_of(row)
    return row.state == S.IN_TREATMENT or (stage is not None and stage.kind == flow.WITH_PROVIDER)


def _has_begun(row: Appointment) -> bool:
    stage = stages.stage_of(row)
    return row.state == S.IN_TREATMENT or (stage is not None and stage.kind in _BEGUN)


def _spans(claims: Iterable[Claim]) -> Spans:
    return tuple(sorted((claim.low, claim.high) for claim in claims))


def _taken(row: Appointment, claims: Sequence[Claim]) -> dict[int, Spans]:
    """Return what a visit takes; its patient too, under a number below zero, for nobody is in two places."""
    taken: dict[int, Spans] = {}
    for claim in claims:
        taken[claim.resource_id] = (*taken.get(claim.resource_id, ()), (claim.low, claim.high))
    if row.patient_id is not None:
        taken[-row.patient_id] = ((tick_after(row.starts_at), tick_after(row.ends_at)),)
    return taken


def _possible(claims: Sequence[Claim], found: Obstacles) -> int:
    mask = 0
    for shift in range(_FURTHEST + 1):
        if not any(found.against(c.resource_id, c.low + shift, c.high + shift, c.place) for c in claims):
            mask |= 1 << shift
    return mask


def _why(row: Appointment, claims: Sequence[Claim], found: Obstacles, minutes: int) -> tuple[str, ...]:
    """Return what is in the way of moving a visit by what was asked, or of moving it at all."""
    steps = -(-minutes * 60 // TICK_SECONDS)
    for shift in (steps, *range(steps - 1, 0, -1), *range(steps + 1, _FURTHEST)):
        words = [word for c in claims for word in found.against(c.resource_id, c.low + shift, c.high + shift, c.place)]
        if words:
            return tuple(dict.fromkeys(words))
    return ("Somebody who stays at their time comes right after.",)
