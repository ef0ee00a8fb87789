"""Reads for visits of several parts: what a patient may put together, and when all of it is free."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from vesicle.protocols.queries import offered_options
from vesicle.scheduling import availability, queries
from vesicle.scheduling.bookable import Bookable, bookable, of_service
from vesicle.scheduling.combining import may_follow
from vesicle.scheduling.models import OpenService

if TYPE_CHECKING:
    from vesicle.clinic.models import Location
    from vesicle.core.actor import Actor

Part = tuple[str, tuple[str, ...]]
"""What, and on which areas; none for a visit that treats nothing."""
BEFORE = (OpenService.Kind.CONSULTATION,)


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
) -> list[queries.Slot]:
    """Return every start at which all parts can follow each other, from ``first`` to ``last``."""
    limits = availability.Limits(without_notice=actor.is_staff, ignoring=ignoring)
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
