"""Taking time for a visit of several parts: one search, and claims of each part's own that never overlap."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.core.errors import JustTaken
from vesicle.scheduling import availability
from vesicle.scheduling.availability import Limits
from vesicle.scheduling.domain import ClaimSpan, Plan, claims_of
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.states import note_status
from vesicle.scheduling.taking import wait_and_lock

if TYPE_CHECKING:
    from vesicle.core.actor import Actor
    from vesicle.scheduling.bookable import Bookable


def take_visit(
    rows: Sequence[Appointment],
    parts: Sequence[Bookable],
    start: datetime,
    *,
    by: Actor,
    now: datetime,
    pause_minutes: int = 0,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
) -> None:
    """Give the parts of a visit, in order, the times from ``start``, with claims to match; saving all.

    Rows that have claims already give them back only if the new ones are taken. Has to run in a transaction. Raises
    ``JustTaken`` when no provider, room and device are free for all of it.
    """
    place = rows[0].location
    days = {clock.day_in(place.time_zone, moment) for moment in (start, *(row.starts_at for row in rows if row.pk))}
    could = {pk for part in parts for pk in availability.suitable_resources(part, place)}
    wait_and_lock(place, days, could, by=by, now=now)
    on = clock.day_in(place.time_zone, start)
    known: Collection[int] = [row.pk for row in rows if row.pk]
    found = availability.search_visit(
        [(part, row.areas) for part, row in zip(parts, rows, strict=True)],
        place,
        first=on,
        last=on,
        now=now,
        limits=Limits(
            provider_id=provider_id,
            resource_ids=resource_ids,
            without_notice=by.is_staff or by.kind == "system",
            ignoring=known,
        ),
        pause_minutes=pause_minutes,
    )
    match = found.at(start)
    if match is None:
        raise JustTaken(_("That time is not free any more for all of it. Choose another; nothing was changed."))
    lengths = [part.plan(row.areas).minutes for part, row in zip(parts, rows, strict=True)]
    begins = [0, *accumulate(length + pause_minutes for length in lengths[:-1])]
    spans = [
        piece for span in claims_of(found.plan, match.taken) for piece in _by_part(span, begins, lengths, found.plan)
    ]
    for number, row in enumerate(rows, start=1):
        row.starts_at = start + timedelta(minutes=begins[number - 1])
        row.ends_at = row.starts_at + timedelta(minutes=lengths[number - 1])
        own = dict.fromkeys(piece.resource_id for piece in spans if piece.part == number)
        row.taken = tuple(found.resources[pk] for pk in own)
        row.provider = next(one for one in row.taken if one.kind == Resource.Kind.PROVIDER)
    # Every part gives back before any takes: one of them may take what another had.
    Claim.objects.filter(appointment__in=known, is_active=True).update(is_active=False)
    for row in rows:
        if row._state.adding:
            row.save(force_insert=True)
            note_status(row, by=by, now=now)
        else:
            row.save()
    Claim.objects.bulk_create([_claim(rows[piece.part - 1], piece, start) for piece in spans])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A claim of one part, in minutes from the start of the visit; ``low`` and ``high`` with buffers."""

    part: int
    phase: str
    resource_id: int
    place: int
    start: int
    end: int
    low: int
    high: int


def _by_part(span: ClaimSpan, begins: Sequence[int], lengths: Sequence[int], plan: Plan) -> Iterator[_Piece]:
    """Yield a claim for each part that it serves; a room the patient stays in is handed on from part to part."""
    parts = [int(number) for number in span.need.key.rpartition("@")[2].split("+")]
    for part in parts:
        begin, end = begins[part - 1], begins[part - 1] + lengths[part - 1]
        low = span.low if part == parts[0] else begin
        high = span.high if part == parts[-1] else begins[part]
        phase = (
            span.need.phase
            if len(parts) == 1
            else next(name for name, _, _ in plan.phases if name.endswith(f"@{part}"))
        )
        start = span.need.start if part == parts[0] else begin
        stop = span.need.end if part == parts[-1] else end
        yield _Piece(part, phase.partition("@")[0], span.taken.id, span.taken.place, start, stop, low, high)


def _claim(row: Appointment, piece: _Piece, start: datetime) -> Claim:
    def at(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    return Claim(
        clinic_id=row.clinic_id,
        appointment=row,
        resource_id=piece.resource_id,
        place=piece.place,
        phase=piece.phase,
        phase_starts_at=at(piece.start),
        phase_ends_at=at(piece.end),
        period=(at(piece.low), at(piece.high)),
        held_until=row.hold_expires_at,
    )
