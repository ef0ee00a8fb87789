"""Reminders: planned with the booking, planned again when it moves, stopped when it is cancelled."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from vesicle.core.actor import Actor
from vesicle.scheduling.domain import reminders as domain
from vesicle.scheduling.models import Appointment, MessageRules, Reminder
from vesicle.scheduling.rules import message_rules

_O = Reminder.Outcome


def plan_for(appointment: Appointment, *, now: datetime) -> None:
    """Plan the reminders of a booking by the clinic's times; what was planned before is stopped."""
    if appointment.patient is None:
        return
    stop_for(appointment, now=now)
    Reminder.objects.bulk_create(_planned(appointment, message_rules(appointment.clinic_id), now))


def plan_again(*, by: Actor, now: datetime) -> int:
    """Plan the reminders of every booking to come by the clinic's new times; return how many bookings that was.

    What went out already is not sent again.
    """
    rules = message_rules(by.clinic_id)
    coming = Appointment.objects.filter(
        clinic_id=by.clinic_id, state=Appointment.State.BOOKED, starts_at__gt=now, patient__isnull=False
    )
    return _plan_all(coming, rules, now=now)


def plan_shifted(ids: Collection[int], *, clinic_id: int, now: datetime) -> int:
    """Plan the reminders of bookings whose moment shifted with the clock of the house; nobody hears of that.

    What went out for the sequence before is not sent again. Returns how many bookings that was.
    """
    return _plan_all(Appointment.objects.filter(pk__in=ids), message_rules(clinic_id), now=now, back=1)


def _plan_all(coming: QuerySet[Appointment], rules: MessageRules, *, now: datetime, back: int = 0) -> int:
    """Plan all of them anew, without what went out for the sequence ``back`` before theirs, or a later one."""
    rows = list(coming.select_related("patient", "location").order_by("pk").select_for_update(of=("self",)))
    Reminder.objects.filter(appointment__in=rows, settled_at=None).update(settled_at=now, outcome=_O.STOPPED)
    gone = set(
        Reminder.objects.filter(appointment__in=rows, outcome=_O.WRITTEN).values_list(
            "appointment_id", "sequence", "minutes_before", "channel"
        )
    )
    planned: Iterable[Reminder] = (one for row in rows for one in _planned(row, rules, now))
    Reminder.objects.bulk_create([one for one in planned if gone.isdisjoint(_said(one, back))])
    return len(rows)


def stop_for(appointment: Appointment, *, now: datetime) -> None:
    """Stop what is still planned for an appointment."""
    appointment.reminders.filter(settled_at=None).update(settled_at=now, outcome=_O.STOPPED)


def _said(one: Reminder, back: int) -> Iterable[tuple[int, int, int, str]]:
    for number in range(back + 1):
        yield one.appointment_id, one.sequence - number, one.minutes_before, one.channel


def _planned(appointment: Appointment, rules: MessageRules, now: datetime) -> list[Reminder]:
    patient = appointment.patient
    if patient is None:
        return []
    found = domain.plan(
        appointment.starts_at,
        email_before=rules.email_before,
        sms_before=rules.sms_before,
        zone=appointment.location.time_zone,
        patient_zone=patient.time_zone,
        now=now,
    )
    return [
        Reminder(
            clinic_id=appointment.clinic_id,
            appointment=appointment,
            sequence=appointment.calendar_sequence,
            minutes_before=one.minutes_before,
            channel=one.channel,
            due_at=one.due_at,
        )
        for one in found
    ]
