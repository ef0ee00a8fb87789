"""Writing the reminders that are due: in the words, the language and by the way that are right at that moment."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.people.domain import ChannelName
from vesicle.people.messages import way_to
from vesicle.people.models import Patient
from vesicle.scheduling.domain import reminders as domain
from vesicle.scheduling.letters import send_reminder
from vesicle.scheduling.models import Appointment, Reminder

logger = logging.getLogger(__name__)
TRY_AGAIN = timedelta(minutes=5)
_AT_ONCE = 500
_O = Reminder.Outcome


def write_due(*, now: datetime) -> int:
    """Write the reminders that are due, in every clinic; return how many. Two workers never write the same one."""
    count = 0
    due = Reminder.objects.filter(settled_at=None, due_at__lte=now).order_by("due_at", "pk")
    for pk, clinic_id in list(due.values_list("pk", "clinic_id")[:_AT_ONCE]):
        with clinic_scope(clinic_id):
            try:
                count += _write_one(pk, clinic_id, now)
            except Exception:
                # One that cannot be written must not hold up the others; it is tried again until it is too late.
                logger.exception("Reminder %s could not be written", pk)
                Reminder.objects.filter(pk=pk, settled_at=None).update(due_at=now + TRY_AGAIN)
    return count


def _write_one(pk: int, clinic_id: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Reminder.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, settled_at=None)
        reminder = rows.select_related(
            "appointment__patient", "appointment__location", "appointment__service", "appointment__clinic"
        ).first()
        return reminder is not None and _write(reminder, by=Actor.system(clinic_id, "reminders"), now=now)


def _write(reminder: Reminder, *, by: Actor, now: datetime) -> bool:
    """Write one reminder, or settle it otherwise; return whether a message is on its way."""
    appointment, patient = reminder.appointment, reminder.appointment.patient
    if appointment.state != Appointment.State.BOOKED or reminder.sequence != appointment.calendar_sequence:
        return _settle(reminder, _O.STOPPED, now)
    if _is_further(appointment):
        return _settle(reminder, _O.WITH_ANOTHER, now)
    if patient is None:
        return _settle(reminder, _O.UNREACHABLE, now)
    zone = appointment.location.time_zone
    open_ones = appointment.reminders.filter(settled_at=None)
    last = domain.latest(
        appointment.starts_at,
        reminder.minutes_before,
        open_ones.filter(minutes_before__lt=reminder.minutes_before).values_list("minutes_before", flat=True),
        zone,
    )
    moment = domain.at_sending(now, last, patient.time_zone)
    if moment is None:
        return _settle(reminder, _O.LATE, now)
    if moment > now:
        reminder.due_at = moment
        reminder.save(update_fields=["due_at"])
        return False
    channel = _way(reminder, patient)
    if channel is None:
        return _settle(reminder, _O.UNREACHABLE, now)
    near = domain.day_of(appointment.starts_at, now, {zone, patient.time_zone})
    # "Tomorrow" is wrong after midnight; a date stays right.
    ends = last if near == "later" else min(last, domain.end_of_day(now, {zone, patient.time_zone}))
    sent = send_reminder(
        by=by,
        appointment=appointment,
        channel=channel,
        minutes_before=reminder.minutes_before,
        now=now,
        not_after=ends,
    )
    _settle(reminder, _O.WRITTEN, now)
    return sent is not None


def _is_further(appointment: Appointment) -> bool:
    """Return whether another treatment of the same visit comes first: one visit is reminded of once."""
    if appointment.visit is None:
        return False
    rows = Appointment.objects.filter(visit=appointment.visit, state=Appointment.State.BOOKED)
    return rows.filter(starts_at__lt=appointment.starts_at).exists()


def _way(reminder: Reminder, patient: Patient) -> ChannelName | None:
    """Return how a reminder goes out: as planned, or the other way where the patient does not allow that one.

    Where another reminder of the same time goes that other way already, this one is left out.
    """
    wanted: ChannelName = "sms" if reminder.channel == "sms" else "email"
    picked = way_to(patient, wanted)
    if picked == wanted:
        return picked
    twin = Reminder.objects.filter(
        appointment_id=reminder.appointment_id,
        sequence=reminder.sequence,
        minutes_before=reminder.minutes_before,
        channel=picked or "",
    ).exclude(outcome__in=[_O.STOPPED, _O.LATE])
    return None if twin.exists() else picked


def _settle(reminder: Reminder, outcome: str, now: datetime) -> bool:
    reminder.settled_at, reminder.outcome = now, outcome
    reminder.save(update_fields=["settled_at", "outcome"])
    return False
