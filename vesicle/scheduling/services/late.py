"""Running late: the rest of a provider's day moves at once, and everybody hears of it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vesicle.clinic.models import Location, Resource
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.queries import require_same_clinic
from vesicle.scheduling.lateness import LATE_BY, Lateness, Shift, lateness
from vesicle.scheduling.models import Claim, Notice
from vesicle.scheduling.notices import tell
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.states import locked, note_status
from vesicle.scheduling.taking import wait_for_turn

DELAYED = audit.define("appointment.delayed", "moved an appointment because a provider runs late")
_CHANGED = "The day has changed meanwhile, so nothing was moved. Look at the new proposal and agree again."


def run_late(
    *, by: Actor, location: Location, provider: Resource, minutes: int, agreed: str, now: datetime
) -> Lateness:
    """Move what can move of the provider's rest of the day, all at once, and tell each patient the new time.

    ``agreed`` is the digest of the proposal that somebody looked at (``Lateness.print``). Patients who are here already
    get no message: they are told in person. Raises ``Conflict`` when the day has changed since, ``Invalid`` for minutes
    that cannot be.
    """
    by.require(RUN_DAY)
    require_same_clinic(by, location)
    require_same_clinic(by, provider)
    require_minutes(minutes)
    try:
        with transaction.atomic():
            wait_for_turn(location, clock.day_in(location.time_zone, now))
            found = lateness(location, provider, minutes=minutes, now=now)
            if found.print != agreed:
                raise Conflict(_CHANGED)
            _move(found.shifts, by=by, now=now)
    except IntegrityError:
        raise Conflict(_CHANGED) from None
    return found


def require_minutes(minutes: int) -> None:
    """Let pass minutes that somebody may be late by. Raises ``Invalid``."""
    if minutes not in LATE_BY:
        least, most = LATE_BY[0], LATE_BY[-1]
        raise Invalid(f"Say {least} to {most} minutes.", fields={"minutes": f"From {least} to {most}."})


def _move(shifts: tuple[Shift, ...], *, by: Actor, now: datetime) -> None:
    """Give back all old times first, then take the new ones: a chain of shifts never meets itself."""
    rows = list(Claim.objects.filter(appointment__in=[shift.appointment.pk for shift in shifts], is_active=True))
    delay = {shift.appointment.pk: shift.by for shift in shifts}
    Claim.objects.filter(pk__in=[row.pk for row in rows]).update(is_active=False)
    Claim.objects.bulk_create(_later(row, delay[row.appointment_id]) for row in rows)
    for shift in shifts:
        appointment = locked(shift.appointment)
        old = appointment.starts_at
        appointment.starts_at, appointment.ends_at = shift.start, appointment.ends_at + shift.by
        appointment.calendar_sequence += 1
        appointment.save(update_fields=["starts_at", "ends_at", "calendar_sequence"])
        note_status(appointment, by=by, now=now, reason=f"running late, moved from {old:%Y-%m-%d %H:%M} UTC")
        detail = {"from": old, "to": appointment.starts_at}
        audit.record(DELAYED, by=by, about=appointment, patient_id=appointment.patient_id, detail=detail)
        if not shift.is_here:
            tell(by=by, appointment=appointment, kind=Notice.Kind.MOVED, now=now, moved_from=old)


def _later(row: Claim, by: timedelta) -> Claim:
    return Claim(
        clinic_id=row.clinic_id,
        appointment_id=row.appointment_id,
        resource_id=row.resource_id,
        phase=row.phase,
        phase_starts_at=row.phase_starts_at + by,
        phase_ends_at=row.phase_ends_at + by,
        period=(row.period.lower + by, row.period.upper + by),
        place=row.place,
    )
