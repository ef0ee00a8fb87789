"""Taking time: the one place where claims are written, and where nothing can be taken twice.

Whoever takes time at a location on a day waits for whoever is taking some there: so the search sees what the one
before left, and nobody is refused while anything is free. Then resources are locked in sorted order, for what reaches
over midnight or to another location; behind the locks the exclusion constraint refuses overlaps.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors as postgres_errors

from vesicle.candidacy.models import Screening
from vesicle.clinic.models import Location, Resource
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import JustTaken
from vesicle.core.inserting import insert_together
from vesicle.scheduling import availability, queries
from vesicle.scheduling.bookable import Bookable, require_purpose
from vesicle.scheduling.domain import Plan, Taken, claims_of
from vesicle.scheduling.idempotency import fingerprint
from vesicle.scheduling.models import Appointment, BookingRules, Claim
from vesicle.scheduling.states import set_state, status_of

S = Appointment.State
_TRIES = 4

RELEASED = audit.define("appointment.released", "gave a held time back")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which resources are asked for: a provider, and exact resources of any kind. Empty: whatever is free.

    ``further_days``: how far beyond the clinic's horizon, for the later sessions of a course.
    """

    provider_id: int | None = None
    resource_ids: Collection[int] = ()
    further_days: int = 0


ANYTHING = Wanted()


def take_time(
    appointment: Appointment, what: Bookable, start: datetime, *, by: Actor, now: datetime, wanted: Wanted = ANYTHING
) -> None:
    """Give ``appointment`` the time ``start`` and claims to match, saving both.

    Tries again with what is left when somebody at another location was faster. An appointment that has claims already
    gives them back only if the new ones are taken. Has to run in a transaction. Raises ``JustTaken``.
    """
    place = appointment.location
    on = clock.day_in(place.time_zone, start)
    limits = availability.Limits(
        provider_id=wanted.provider_id,
        resource_ids=wanted.resource_ids,
        without_notice=by.is_staff or by.kind == "system",
        ignoring=() if appointment._state.adding else (appointment.pk,),
        further_days=wanted.further_days,
        only=start,
    )
    wait_for_turn(place, on)
    for _attempt in range(_TRIES):
        found = availability.search_visit([(what, appointment.areas)], place, first=on, last=on, now=now, limits=limits)
        match = found.at(start)
        if match is None:
            raise JustTaken(_("That time is not free any more. Choose another; nothing was booked."))
        if _claim(appointment, found.plan, match.taken, found.resources, start, by=by, now=now):
            return
    raise JustTaken(_("That time was taken a moment ago. Choose another; nothing was booked."))


def begun(
    by: Actor,
    what: Bookable,
    areas: Sequence[str],
    location_id: int | str | Location,
    now: datetime,
    screening: Screening | None,
    *,
    key: str = "",
    asked: object = None,
    rules: BookingRules | None = None,
    made_for: str = "",
) -> Appointment:
    """Return an appointment that has no time yet and is not saved: a hold in the making.

    Raises ``Invalid`` where something is ``made_for`` a treatment that no treatment asks for beforehand, ``NotFound``
    where that treatment is not offered.
    """
    if made_for:
        require_purpose(by.clinic_id, what.service, made_for)
    rules = rules or queries.booking_rules(by.clinic_id)
    return Appointment(
        clinic_id=by.clinic_id,
        screening=screening,
        location=queries.location(by, location_id),
        edition_id=what.offer.edition_id if what.offer else None,
        service=what.service,
        option=what.id,
        areas=list(areas),
        made_for=made_for,
        state=S.HELD,
        hold_expires_at=now + timedelta(minutes=rules.hold_minutes),
        created_at=now,
        idempotency_key=key,
        idempotency_print=fingerprint(asked) if key else "",
        booked_through=by.id if by.kind == "integrator" else None,
    )


def wait_and_lock(place: Location, days: Iterable[date], ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Make sure that nobody else takes time at ``place`` on these days, or any of these resources, until the end.

    For whoever takes several times in one transaction: everything is waited for once, in the order that everybody keeps
    (days, then resources, both sorted), so that two of them never wait for each other.
    """
    for on in sorted(set(days)):
        wait_for_turn(place, on)
    for appointment_id in _lock_resources(ids, now):
        _drop_stale_hold(appointment_id, by=by, now=now)


def give_back(held: Appointment, *, by: Actor, now: datetime, reason: str) -> None:
    """Release a hold that is locked: its time is free again."""
    set_state(held, S.RELEASED, by=by, now=now, reason=reason)
    held.claims.update(is_active=False)
    audit.record(RELEASED, by=by, about=held)


def _claim(
    appointment: Appointment,
    plan: Plan,
    chosen: Mapping[str, Taken],
    resources: Mapping[int, Resource],
    start: datetime,
    *,
    by: Actor,
    now: datetime,
) -> bool:
    """Write the appointment and its claims; return ``False`` when a resource was taken meanwhile."""
    is_new = appointment.pk is None
    appointment.starts_at = start
    appointment.ends_at = start + timedelta(minutes=plan.minutes)
    taken = tuple(resources[pk] for pk in dict.fromkeys(one.id for one in chosen.values()))
    appointment.provider = next(one for one in taken if one.kind == Resource.Kind.PROVIDER)
    appointment.taken = taken
    try:
        with transaction.atomic():
            for appointment_id in _lock_resources((one.pk for one in taken), now):
                _drop_stale_hold(appointment_id, by=by, now=now)
            claims = _claims_of(appointment, plan, chosen, start)
            if is_new:
                insert_together(appointment, [status_of(appointment, by=by, now=now), *claims])
            else:
                appointment.claims.filter(is_active=True).update(is_active=False)
                appointment.save()
                Claim.objects.bulk_create(claims)
    except (IntegrityError, OperationalError) as error:
        if not isinstance(error.__cause__, postgres_errors.ExclusionViolation | postgres_errors.DeadlockDetected):
            raise
        if is_new:
            appointment.pk = None
        return False
    return True


def _claims_of(appointment: Appointment, plan: Plan, chosen: Mapping[str, Taken], start: datetime) -> list[Claim]:
    def at(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    return [
        Claim(
            clinic_id=appointment.clinic_id,
            appointment=appointment,
            resource_id=span.taken.id,
            place=span.taken.place,
            phase=span.need.phase,
            phase_starts_at=at(span.need.start),
            phase_ends_at=at(span.need.end),
            period=(at(span.low), at(span.high)),
            held_until=appointment.hold_expires_at,
        )
        for span in claims_of(plan, chosen)
    ]


# Locations that providers travel between wait for each other as well, or travel time could be forgotten.
_TURN = """
SELECT pg_advisory_xact_lock(place, %(day)s) FROM (
    SELECT %(place)s::integer AS place
    UNION SELECT second_id::integer FROM clinic_travel WHERE first_id = %(place)s
    UNION SELECT first_id::integer FROM clinic_travel WHERE second_id = %(place)s
    ORDER BY place) AS places
"""


def wait_for_turn(place: Location, on: date) -> None:
    """Wait until nobody else takes time at a location on a day, and keep them waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, {"place": place.pk, "day": on.toordinal()})


# Sorted, and without touching foreign keys: two bookings meet at the first resource they share. Holds that lapsed are
# told of in the same breath.
_LOCK = """
SELECT array(SELECT DISTINCT appointment_id FROM scheduling_claim
             WHERE is_active AND resource_id = resource.id AND held_until <= %s)
FROM clinic_resource AS resource WHERE is_active AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""


def _lock_resources(ids: Iterable[int], now: datetime) -> set[int]:
    """Lock resources until the transaction ends; return the appointments whose lapsed holds still stand on them.

    Raises ``JustTaken`` when one was retired since it was found.
    """
    wanted = sorted(set(ids))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [now, wanted])
        rows = cursor.fetchall()
    if len(rows) < len(wanted):
        raise JustTaken(_("Something that this time needs is no longer in use. Choose another; nothing was booked."))
    return {appointment_id for (found,) in rows for appointment_id in found}


def _drop_stale_hold(appointment_id: int, *, by: Actor, now: datetime) -> None:
    row = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=appointment_id)
    if row.state == S.HELD and row.hold_expires_at is not None and row.hold_expires_at <= now:
        give_back(row, by=by, now=now, reason="lapsed")
