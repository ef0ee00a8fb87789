"""Whether a booking can be put where somebody wants it, with the parts of its visit; why not, and who could do it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling import availability, obstacles
from vesicle.scheduling.availability import Limits, suitable_resources
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import tick_after, tick_of
from vesicle.scheduling.models import Appointment, Claim
from vesicle.scheduling.queries import slots_of
from vesicle.scheduling.together import BookedVisit


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands in the way of a time, and the providers who could do it then."""

    reasons: tuple[str, ...]
    providers: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a booking should go: the moment it should begin, and who and what was named.

    ``visit`` are the parts that go along, where it is one of several; ``resource_ids`` are then for all of them.
    """

    start: datetime
    provider_id: int | None
    resource_ids: Collection[int]
    visit: BookedVisit | None = None

    @property
    def named(self) -> list[int]:
        """Everybody and everything that was named."""
        return sorted({*self.resource_ids, *([self.provider_id] if self.provider_id else [])})

    def begins_at(self, appointment: Appointment) -> datetime:
        """Return when the whole of it begins, so that ``appointment`` begins at ``start``."""
        return self.start - self.visit.offset(appointment) if self.visit else self.start


def taken_by(rows: Collection[Appointment]) -> dict[int, set[Resource]]:
    """Return the resources that appointments take now, by the number of the appointment."""
    found: dict[int, set[Resource]] = {row.pk: set() for row in rows}
    for claim in Claim.objects.filter(appointment__in=rows, is_active=True).select_related("resource"):
        found[claim.appointment_id].add(claim.resource)
    return found


def for_all_parts(
    visit: BookedVisit, appointment: Appointment, named: Collection[Resource], *, with_anybody: bool
) -> list[int]:
    """Return what all parts of a visit are to be given from, when one of them is put with ``named``.

    A part that shared its room or provider with that one goes on with it; one that has its own keeps it. Who it is with
    stays, unless somebody was named or anybody will do.
    """
    taken = taken_by(visit.rows)
    own = taken[appointment.pk]
    all_of_it = set(chain.from_iterable(taken.values()))
    kinds = {row.kind for row in named}
    kept = {row for row in all_of_it - own if row.kind in kinds}
    if Resource.Kind.PROVIDER not in kinds and not with_anybody:
        kept |= {row for row in all_of_it if row.kind == Resource.Kind.PROVIDER}
    return sorted(row.pk for row in {*named, *kept})


def fits(actor: Actor, appointment: Appointment, wanted: Wanted, *, now: datetime) -> bool:
    """Whether all of it is free then, as the move itself will look; the gates are asked only when it moves."""
    rows = wanted.visit.rows if wanted.visit else (appointment,)
    start = wanted.begins_at(appointment)
    if start <= now:
        return False
    on = clock.day_in(appointment.location.time_zone, start)
    found = availability.search_visit(
        [(bookable(actor.clinic_id, row.option), row.areas) for row in rows],
        appointment.location,
        first=on,
        last=on,
        now=now,
        limits=Limits(
            provider_id=wanted.provider_id,
            resource_ids=wanted.resource_ids,
            without_notice=True,
            ignoring=[row.pk for row in rows],
        ),
        pause_minutes=wanted.visit.pause if wanted.visit else 0,
    )
    return found.at(start) is not None


def why_not(actor: Actor, appointment: Appointment, wanted: Wanted, *, now: datetime) -> Refusal:
    """Return why ``appointment`` and what goes along cannot be put there; who could is known for one alone."""
    if wanted.begins_at(appointment) <= now:
        return Refusal(("That time is over.",), ())
    if wanted.visit is None:
        reasons, providers = _against(actor, appointment, wanted.start, wanted.named, (appointment.pk,), now=now)
    else:
        begins, providers = wanted.begins_at(appointment), ()
        reasons = list(
            chain.from_iterable(
                _against(
                    actor,
                    row,
                    begins + wanted.visit.offset(row),
                    wanted.named,
                    wanted.visit.ids,
                    now=now,
                    in_a_row=True,
                )[0]
                for row in wanted.visit.rows
            )
        )
    if not reasons and not providers:
        reasons = ["Nothing that this visit needs is free then, or it is no time that visits begin at."]
    return Refusal(tuple(dict.fromkeys(reasons)), providers)


def _against(
    actor: Actor,
    appointment: Appointment,
    start: datetime,
    wanted: Collection[int],
    ignoring: Collection[int],
    *,
    now: datetime,
    in_a_row: bool = False,
) -> tuple[list[str], tuple[Resource, ...]]:
    """Return what stands in the way of one appointment, and which providers could do it then.

    ``in_a_row``: what is named is for all parts of a visit, so that it counts only where it can take this one, and only
    where nothing named of its kind is free.
    """
    place = appointment.location
    on = clock.day_in(place.time_zone, start)
    what = bookable(actor.clinic_id, appointment.option)
    limits = Limits(without_notice=True, ignoring=ignoring)
    searched = availability.search_visit(
        [(what, appointment.areas)], place, first=on, last=on, now=now, limits=limits
    )  # fmt: skip
    slot = next((slot for slot in slots_of(searched) if slot.start == start), None)
    suitable = suitable_resources(what, place)
    named = {pk: row for pk, row in suitable.items() if pk in wanted}
    found = obstacles.of_day(place, on, suitable.values(), now=now, ignoring=ignoring)
    reasons = [] if in_a_row else [f"{row.name} cannot take this." for row in _unsuitable(actor, wanted, suitable)]
    for need in what.plan(appointment.areas).needs:
        low = tick_of(start + timedelta(minutes=need.start - need.before))
        high = tick_after(start + timedelta(minutes=need.end + need.after))
        kind = need.kind
        of_kind = [row for row in (named or suitable).values() if row.kind == kind]
        against = [found.against(row.pk, low, high) for row in of_kind]
        if named and (not in_a_row or all(against)):
            reasons += [words for rows in against for words in rows]
        elif not named and slot is None and against and all(against):
            reasons += against[0] if len(against) == 1 else [f"No {kind} is free for all of it."]
    if slot is None and not reasons and not in_a_row:
        reasons.append("Nothing that this visit needs is free then, or it is no time that visits begin at.")
    return reasons, slot.providers if slot else ()


def _unsuitable(actor: Actor, wanted: Collection[int], suitable: dict[int, Resource]) -> list[Resource]:
    rows = Resource.objects.filter(clinic_id=actor.clinic_id, pk__in=[pk for pk in wanted if pk not in suitable])
    return list(rows)
