"""Reads for visits of several parts: what a patient may put together, and when all of it is free."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from vesicle.protocols.queries import offered_options
from vesicle.scheduling import availability, queries
from vesicle.scheduling.bookable import Bookable, bookable, of_service
from vesicle.scheduling.combining import may_follow
from vesicle.scheduling.models import OpenService

if TYPE_CHECKING:
    from vesicle.clinic.models import Location
    from vesicle.core.actor import Actor
    from vesicle.scheduling.models import Appointment

Part = tuple[str, tuple[str, ...]]
"""What, and on which areas; none for a visit that treats nothing."""
BEFORE = (OpenService.Kind.CONSULTATION,)
LONGEST_PAUSE = timedelta(hours=2)
"""Parts further from each other are no row any more, but were moved or cancelled one by one."""


def choices(actor: Actor, what: Bookable) -> list[Bookable]:
    """Return what a patient may add to ``what`` in the same visit: only what is known to go together."""
    services = [of_service(row) for row in queries.visits_of_kind(actor.clinic_id)]
    offers = [bookable(actor.clinic_id, offer.option.id) for offer in offered_options(actor.clinic_id)]
    return [other for other in [*services, *offers] if _goes_with(what, other)]


def _goes_with(what: Bookable, other: Bookable) -> bool:
    first, then = in_order(what, other)
    return may_follow(first, then) == "yes"


def in_order(what: Bookable, other: Bookable) -> tuple[Bookable, Bookable]:
    """Return the two in the order of the visit: talking comes before treating, all else after."""
    if other.service is not None and other.service.kind in BEFORE:
        return other, what
    return what, other


def parts(whats: Sequence[Bookable], areas: Sequence[str]) -> list[Part]:
    """Return the parts of a visit, each with those of ``areas`` that it offers."""
    return [(what.id, tuple(area for area in areas if area in what.areas)) for what in whats]


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """The booked parts of a visit, in order, and how it would stand anywhere else.

    ``begins`` are the minutes from its start at which each part would begin, ``pause`` apart. ``is_even`` is false
    where they stand otherwise now: then moving it puts them in a row again.
    """

    rows: tuple[Appointment, ...]
    begins: tuple[int, ...]
    pause: int
    is_even: bool

    @property
    def wanted(self) -> list[Part]:
        """What its parts are, as a search takes them."""
        return [(row.option, tuple(row.areas)) for row in self.rows]

    @property
    def ids(self) -> list[int]:
        """The numbers of its appointments."""
        return [row.pk for row in self.rows]

    def offset(self, appointment: Appointment) -> timedelta:
        """Return how long after the visit's start a part would begin."""
        return timedelta(minutes=self.begins[self.ids.index(appointment.pk)])


def booked_visit(actor: Actor, appointment: Appointment) -> BookedVisit | None:
    """Return the visit that an appointment is part of; ``None`` where no other part of it is booked any more."""
    booked = appointment.State.BOOKED
    if appointment.visit is None or appointment.state != booked:
        return None
    rows = [row for row in queries.parts_of(actor, appointment.visit) if row.state == booked]
    if len(rows) < 2:
        return None
    pauses = [later.starts_at - earlier.ends_at for earlier, later in pairwise(rows)]
    least = min(pauses)
    is_even = len(set(pauses)) == 1 and timedelta() <= least <= LONGEST_PAUSE
    pause = int(least.total_seconds() // 60) if timedelta() <= least <= LONGEST_PAUSE else 0
    lengths = [bookable(actor.clinic_id, row.option).plan(row.areas).minutes for row in rows]
    begins = accumulate((length + pause for length in lengths[:-1]), initial=0)
    return BookedVisit(tuple(rows), tuple(begins), pause, is_even)


def slots(
    actor: Actor,
    wanted: Sequence[Part],
    place: Location,
    *,
    first: date,
    last: date,
    now: datetime,
    pause_minutes: int = 0,
    ignoring: Collection[int] = (),
    resource_ids: Collection[int] = (),
) -> list[queries.Slot]:
    """Return every start at which all parts can follow each other, from ``first`` to ``last``."""
    limits = availability.Limits(without_notice=actor.is_staff, ignoring=ignoring, resource_ids=resource_ids)
    found = availability.search_visit(
        [(bookable(actor.clinic_id, option), areas) for option, areas in wanted],
        place,
        first=first,
        last=last,
        now=now,
        limits=limits,
        pause_minutes=pause_minutes,
    )
    return queries.slots_of(found)
