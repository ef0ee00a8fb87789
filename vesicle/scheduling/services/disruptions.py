"""Giving appointments that cannot stay a new place: at once where the patient notices nothing, else by an offer."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from vesicle.clinic.models import Closure, Location
from vesicle.clinic.permissions import MANAGE_PLACES
from vesicle.clinic.queries import zone_of_another_law
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, JustTaken
from vesicle.people.domain import contact_problems
from vesicle.people.queries import require_same_clinic
from vesicle.scheduling import offer_letters
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.disruptions import Disrupted, disrupted, propose
from vesicle.scheduling.domain.waiting import clock_for
from vesicle.scheduling.models import Appointment, Notice, Offer
from vesicle.scheduling.notices import tell
from vesicle.scheduling.offering import OFFERED, end, locked_offer
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.reminders import plan_shifted
from vesicle.scheduling.states import locked, note_status
from vesicle.scheduling.taking import Wanted, begun, take_time

S = Appointment.State
Keep = Literal["clock", "moment"]
ANSWER_WITHIN = timedelta(hours=24)
REASSIGNED = audit.define("appointment.reassigned", "gave an appointment another provider, room or device")
RETIMED = audit.define("clinic.zone-changed", "changed the time zone of a location")


def reassign(*, by: Actor, appointment: Appointment, resource_ids: Collection[int], now: datetime) -> Appointment:
    """Give an appointment other resources at the same hour; the patient hears of it only when the provider changes.

    Raises ``JustTaken`` when they are not free, ``Conflict`` when it is over.
    """
    by.require(BOOK)
    with transaction.atomic():
        row = locked(appointment)
        if row.state not in (S.BOOKED, S.ARRIVED):
            raise Conflict("This appointment is over or cancelled; there is nothing to change.")
        before = row.provider
        what = bookable(by.clinic_id, row.option)
        take_time(row, what, row.starts_at, by=by, now=now, wanted=Wanted(resource_ids=resource_ids))
        note_status(row, by=by, now=now, reason="other resources")
        names = [resource.name for resource in row.taken]
        audit.record(REASSIGNED, by=by, about=row, patient_id=row.patient_id, detail={"takes": names})
        if row.provider_id != before.pk and row.patient is not None:
            offer_letters.send_other_provider(by=by, appointment=row, before=before.name, now=now)
    return row


def offer_new_time(
    *, by: Actor, appointment: Appointment, start: datetime, resource_ids: Collection[int], now: datetime
) -> Offer:
    """Keep a new time for an appointment that cannot stay and put it before the patient; the old one stays until then.

    An offer made before is withdrawn. Raises ``JustTaken``, or ``Conflict`` when the new time is too near for it.
    """
    by.require(BOOK)
    with transaction.atomic():
        row = locked(appointment)
        if row.state != S.BOOKED or row.patient is None:
            raise Conflict("This appointment is over or cancelled; there is nothing to offer.")
        for offer_id in row.offers.filter(state=Offer.State.OPEN).values_list("pk", flat=True):
            end(locked_offer(offer_id), Offer.State.WITHDRAWN, by=by, now=now, reason="another time was offered")
        expires_at = clock_for(now, start, int(ANSWER_WITHIN.total_seconds() // 60))
        if expires_at is None:
            raise Conflict("This time is too near to be offered in writing. Call the patient, and move it at the desk.")
        what = bookable(by.clinic_id, row.option)
        hold = begun(by, what, row.areas, row.location, now, None)
        hold.hold_expires_at = expires_at
        take_time(hold, what, start, by=by, now=now, wanted=Wanted(resource_ids=resource_ids))
        offer = Offer.objects.create(
            clinic_id=row.clinic_id,
            appointment=row,
            hold=hold,
            location=row.location,
            starts_at=start,
            resources=[resource.pk for resource in hold.taken],
            made_at=now,
            made_by=by.name,
            expires_at=expires_at,
        )
        audit.record(OFFERED, by=by, about=offer, patient_id=row.patient_id, detail={"start": start})
        offer_letters.send_offer(by=by, offer=offer, patient=row.patient, title=what.title, now=now)
    return offer


def settle_disrupted(*, by: Actor, location: Location, now: datetime) -> tuple[int, int, list[Disrupted]]:
    """Settle everybody at a location whose place is gone, in one go.

    Returns how many keep their hour, to how many a new time was offered, and for whom nothing was found.
    """
    by.require(BOOK)
    kept = offered = 0
    left = []
    for one in propose(by, disrupted(by, location, now=now), now=now):
        row = one.disrupted.appointment
        if one.starts_at is None or row.offers.filter(state=Offer.State.OPEN).exists():
            left += [one.disrupted] if one.starts_at is None else []
            continue
        ids = [resource.pk for resource in one.resources]
        try:
            if one.keeps_time:
                reassign(by=by, appointment=row, resource_ids=ids, now=now)
                kept += 1
            else:
                offer_new_time(by=by, appointment=row, start=one.starts_at, resource_ids=ids, now=now)
                offered += 1
        except (JustTaken, Conflict):
            left.append(one.disrupted)
    return kept, offered, left


def retime_location(*, by: Actor, location: Location, time_zone: str, keep: Keep, now: datetime) -> list[Appointment]:
    """Change the zone of a location and return the bookings to come whose told hour changed.

    ``keep="clock"``: people come at the hour they were told, so appointments, claims and closures to come shift with
    the clock. ``keep="moment"``: everything stays where it is in the world, and the hour on the clock changes.
    Weekly hours follow the new clock in either case. Only who is told another hour is written to; the others' reminders
    follow their appointments.

    Raises ``Invalid`` for a zone that is none or another law's, or an hour that does not exist on the new clock;
    nothing changes then.
    """
    by.require(MANAGE_PLACES)
    require_same_clinic(by, location)
    unknown = contact_problems(email="", phone="", time_zone=time_zone).get("time_zone")
    if problem := unknown or zone_of_another_law(by, time_zone):
        raise Invalid(problem, fields={"time_zone": problem})
    with transaction.atomic():
        place = Location.objects.select_for_update().get(pk=location.pk)
        before, place.time_zone = place.time_zone, time_zone
        place.save(update_fields=["time_zone"])
        rows = list(
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .filter(location=place, state__in=[S.HELD, S.BOOKED], starts_at__gt=now)
            .order_by("starts_at", "pk")
        )
        told = {row.pk: _on_the_wall(row.starts_at, before) for row in rows}
        if keep == "clock":
            _shift(rows, before, time_zone)
            _shift_closures(place, before, time_zone, now)
        audit.record(RETIMED, by=by, about=place, detail={"from": before, "to": time_zone, "keep": keep})
        changed = [row for row in rows if _on_the_wall(row.starts_at, time_zone) != told[row.pk]]
        for row in changed if keep == "moment" else rows:
            row.calendar_sequence += 1
            row.save(update_fields=["calendar_sequence"])
        booked = [row for row in changed if row.state == S.BOOKED]
        for row in booked:
            tell(by=by, appointment=row, kind=Notice.Kind.BOOKED, now=now, later=True)
        if keep == "clock":
            unsaid = [row for row in rows if row.state == S.BOOKED and row not in booked]
            plan_shifted([row.pk for row in unsaid], clinic_id=place.clinic_id, now=now)
    return booked


def _shift(rows: Sequence[Appointment], before: str, after: str) -> None:
    """Move appointments and claims so that the clock on the wall shows the same; all at once, so that none collide."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_place_at_a_time DEFERRED")
    for row in rows:
        row.starts_at, row.ends_at = _same_clock(row.starts_at, before, after), _same_clock(row.ends_at, before, after)
        row.save(update_fields=["starts_at", "ends_at"])
        for claim in row.claims.filter(is_active=True):
            low, high = claim.period.lower, claim.period.upper
            claim.period = (_same_clock(low, before, after), _same_clock(high, before, after))
            claim.phase_starts_at = _same_clock(claim.phase_starts_at, before, after)
            claim.phase_ends_at = _same_clock(claim.phase_ends_at, before, after)
            claim.save(update_fields=["period", "phase_starts_at", "phase_ends_at"])
    for offer in Offer.objects.filter(hold__in=rows, state=Offer.State.OPEN):
        offer.starts_at = _same_clock(offer.starts_at, before, after)
        offer.save(update_fields=["starts_at"])


def _on_the_wall(moment: datetime, zone: str) -> datetime:
    """Return what the clock at a place shows at a moment: what people are told."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _shift_closures(place: Location, before: str, after: str, now: datetime) -> None:
    of_place = Q(location=place) | Q(resource__location=place)
    for closure in Closure.objects.filter(of_place, period__endswith__gt=now):
        low, high = closure.period.lower, closure.period.upper
        closure.period = (_same_clock(low, before, after), _same_clock(high, before, after))
        closure.save(update_fields=["period"])


def _same_clock(moment: datetime, before: str, after: str) -> datetime:
    local = _on_the_wall(moment, before)
    moved = local.replace(tzinfo=ZoneInfo(after)).astimezone(UTC)
    if _on_the_wall(moved, after) != local:
        raise Invalid(
            f"On {local:%B} {local.day} the clock of {after} skips {local:%H:%M}, and somebody is booked then. "
            "Move that appointment first.",
            fields={"time_zone": "An hour that is booked does not exist there."},
        )
    return moved
