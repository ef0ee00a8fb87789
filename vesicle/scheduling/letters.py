"""Messages about an appointment, in the patient's language: confirmation, reminder, cancellation, answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from vesicle.core.actor import Actor
from vesicle.core.languages import ENGLISH, speaking, supported
from vesicle.people import links, messages
from vesicle.people.domain import ChannelName
from vesicle.people.models import Message, Patient
from vesicle.scheduling import reminders, wording
from vesicle.scheduling.calendar_file import render
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.rules import message_rules
from vesicle.scheduling.wording import Facts, Letter, Words, facts_of

__all__ = ["LINK", "Words", "manage_link", "send_answer", "send_cancellation", "send_confirmation", "send_reminder"]

LINK_AFTER = timedelta(days=30)
LINK = "appointment"
SUBJECT = "appointment"


def manage_link(*, by: Actor, appointment: Appointment, now: datetime) -> str:
    """Return a private address on which the patient sees, confirms, moves and cancels the appointment."""
    token = links.make_link(
        by=by,
        patient=appointment.patient,
        purpose=LINK,
        subject_id=appointment.pk,
        valid_for=appointment.ends_at - now + LINK_AFTER,
    )
    return links.link_url(f"/book/a/{token}/")


def send_confirmation(
    *, by: Actor, appointment: Appointment, now: datetime, moved_from: datetime | None = None
) -> None:
    """Queue the confirmation with its invitation, and plan the reminders. Old ones are stopped."""
    messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=appointment.pk)
    reminders.plan_for(appointment, now=now)
    link = manage_link(by=by, appointment=appointment, now=now)
    _queue(
        appointment,
        lambda facts: wording.booked(facts, link, moved_from),
        by=by,
        kind="appointment-confirmation",
        key=f"confirmation:appointment:{appointment.pk}:{appointment.calendar_sequence}",
        now=now,
        urgent=True,
        not_after=appointment.ends_at,
        attach=lambda words: render(words.invitation(now, link), "REQUEST"),
    )


def send_cancellation(*, by: Actor, appointment: Appointment, now: datetime) -> None:
    """Stop what was planned and tell the patient that the appointment is cancelled."""
    messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=appointment.pk)
    reminders.stop_for(appointment, now=now)
    _queue(
        appointment,
        lambda facts: wording.cancelled(facts, links.link_url("/")),
        by=by,
        kind="appointment-cancellation",
        key=f"cancellation:appointment:{appointment.pk}",
        now=now,
        urgent=True,
        attach=lambda words: render(words.invitation(now), "CANCEL"),
    )


def send_reminder(
    *,
    by: Actor,
    appointment: Appointment,
    channel: ChannelName,
    minutes_before: int,
    now: datetime,
    not_after: datetime,
) -> Message | None:
    """Queue a reminder in the words of this moment; after ``not_after`` they would be wrong, and it is not sent."""
    link = manage_link(by=by, appointment=appointment, now=now)
    words = wording.reminder_text if channel == "sms" else wording.reminder
    return _queue(
        appointment,
        lambda facts: words(facts, link, now),
        by=by,
        kind="appointment-reminder",
        key=f"reminder:appointment:{appointment.pk}:{appointment.calendar_sequence}:{minutes_before}:{channel}",
        now=now,
        channel=channel,
        not_after=not_after,
    )


def send_answer(
    *,
    by: Actor,
    patient: Patient,
    channel: ChannelName,
    words: Callable[[], Letter],
    key: str,
    now: datetime,
    appointment: Appointment | None = None,
) -> Message | None:
    """Answer what a patient wrote, by the way they wrote, in their language."""
    with speaking(patient.language):
        letter = words()
    return messages.queue(
        by=by,
        patient=patient,
        channel=channel,
        kind="answer",
        key=key,
        subject=letter.subject,
        body=letter.body,
        due_at=now,
        time_zone=patient.time_zone,
        subject_type=SUBJECT if appointment else "",
        subject_id=appointment.pk if appointment else None,
        urgent=True,
    )


def _queue(
    appointment: Appointment,
    words: Callable[[Facts], Letter],
    *,
    by: Actor,
    kind: str,
    key: str,
    now: datetime,
    urgent: bool = False,
    channel: ChannelName = "email",
    attach: Callable[[Words], str] | None = None,
    not_after: datetime | None = None,
) -> Message | None:
    patient = appointment.patient
    if patient is None:
        return None
    facts = facts_of(appointment)
    with speaking(patient.language):
        letter = words(facts)
        attachment = ("appointment.ics", attach(Words(appointment))) if attach else None
    if channel == "email":
        letter = in_their_languages(letter, lambda: words(facts), patient.language, appointment.clinic_id)
    return messages.queue(
        by=by,
        patient=patient,
        channel=channel,
        kind=kind,
        key=key,
        subject=letter.subject,
        body=letter.body,
        due_at=now,
        time_zone=patient.time_zone,
        subject_type=SUBJECT,
        subject_id=appointment.pk,
        urgent=urgent,
        attachment=attachment,
        not_after=not_after,
    )


def in_their_languages(letter: Letter, again: Callable[[], Letter], language: str, clinic_id: int) -> Letter:
    """Return a letter with the English below, where it is in another language and the clinic wants that."""
    if supported(language) == ENGLISH or not message_rules(clinic_id).english_below:
        return letter
    with speaking(ENGLISH):
        return wording.with_english(letter, again())
