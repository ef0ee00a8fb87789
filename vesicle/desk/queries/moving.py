"""Why a booking cannot be put where somebody wants it, in words, and with whom it could."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling import obstacles, queries
from vesicle.scheduling.availability import suitable_resources
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import tick_after, tick_of
from vesicle.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands in the way of a time, and the providers who could do it then."""

    reasons: tuple[str, ...]
    providers: tuple[Resource, ...]


def taken_by(appointment: Appointment) -> list[int]:
    """Return the resources an appointment takes now."""
    return sorted(set(appointment.claims.filter(is_active=True).values_list("resource_id", flat=True)))


def why_not(
    actor: Actor, appointment: Appointment, start: datetime, wanted: Collection[int], *, now: datetime
) -> Refusal:
    """Return why ``appointment`` cannot begin at ``start`` with the resources ``wanted``."""
    place = appointment.location
    if start <= now:
        return Refusal(("That time is over.",), ())
    on = clock.day_in(place.time_zone, start)
    what = bookable(actor.clinic_id, appointment.option)
    slots = queries.slots(
        actor,
        option_id=appointment.option,
        areas=appointment.areas,
        location_id=place.pk,
        from_=on,
        to=on,
        now=now,
        ignoring=appointment.pk,
    )
    slot = next((slot for slot in slots if slot.start == start), None)
    suitable = suitable_resources(what, place)
    named = {pk: row for pk, row in suitable.items() if pk in wanted}
    found = obstacles.of_day(place, on, suitable.values(), now=now, ignoring=[appointment.pk])
    reasons: list[str] = [f"{row.name} cannot take this." for row in _unsuitable(actor, wanted, suitable)]
    for need in what.plan(appointment.areas).needs:
        low = tick_of(start + timedelta(minutes=need.start - need.before))
        high = tick_after(start + timedelta(minutes=need.end + need.after))
        kind = need.kind
        of_kind = [row for row in (named or suitable).values() if row.kind == kind]
        against = [found.against(row.pk, low, high) for row in of_kind]
        if named:
            reasons += [words for rows in against for words in rows]
        elif slot is None and against and all(against):
            reasons += against[0] if len(against) == 1 else [f"No {kind} is free for all of it."]
    if slot is None and not reasons:
        reasons.append("Nothing that this visit needs is free then, or it is no time that visits begin at.")
    return Refusal(tuple(dict.fromkeys(reasons)), slot.providers if slot else ())


def _unsuitable(actor: Actor, wanted: Collection[int], suitable: dict[int, Resource]) -> list[Resource]:
    rows = Resource.objects.filter(clinic_id=actor.clinic_id, pk__in=[pk for pk in wanted if pk not in suitable])
    return list(rows)
