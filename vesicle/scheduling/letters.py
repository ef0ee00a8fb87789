"""Messages about an appointment: confirmation with an invitation, reminder, cancellation."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from vesicle.clinic.models import Clinic
from vesicle.core.actor import Actor
from vesicle.people import links, messages
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.calendar_file import Invitation, render
from vesicle.scheduling.models import Appointment

REMIND_BEFORE = timedelta(hours=24)
LINK_AFTER = timedelta(days=30)
LINK = "appointment"
SUBJECT = "appointment"


def manage_link(*, by: Actor, appointment: Appointment, now: datetime) -> str:
    """Return a private address on which the patient sees, moves and cancels the appointment."""
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
    """Queue the confirmation with its invitation, and the reminder a day before. Old ones are stopped."""
    messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=appointment.pk)
    words = Words(appointment)
    link = manage_link(by=by, appointment=appointment, now=now)
    opening = (
        f"Your appointment has moved from {words.say(moved_from)} to {words.when}."
        if moved_from
        else f"Your appointment is booked for {words.when}."
    )
    _queue(
        words,
        by=by,
        kind="appointment-confirmation",
        key=f"confirmation:appointment:{appointment.pk}:{appointment.calendar_sequence}",
        subject=f"{'Moved' if moved_from else 'Booked'}: {words.title}, {words.when}",
        body=_letter(words, opening, f"See, move or cancel it here:\n{link}"),
        due_at=now,
        urgent=True,
        attachment=("appointment.ics", render(words.invitation(now, link), "REQUEST")),
    )
    plan_reminder(by=by, appointment=appointment, now=now)


def plan_reminder(*, by: Actor, appointment: Appointment, now: datetime) -> None:
    """Queue the reminder a day before, where that is still to come."""
    words = Words(appointment)
    link = manage_link(by=by, appointment=appointment, now=now)
    remind_at = appointment.starts_at - REMIND_BEFORE
    if remind_at > now:
        _queue(
            words,
            by=by,
            kind="appointment-reminder",
            key=f"reminder:appointment:{appointment.pk}:{appointment.calendar_sequence}",
            subject=f"Tomorrow: {words.title}, {words.when}",
            body=_letter(words, f"We look forward to seeing you {words.when}.", f"Cannot come? Tell us here:\n{link}"),
            due_at=remind_at,
        )


def send_cancellation(*, by: Actor, appointment: Appointment, now: datetime) -> None:
    """Stop what was planned and tell the patient that the appointment is cancelled."""
    messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=appointment.pk)
    words = Words(appointment)
    _queue(
        words,
        by=by,
        kind="appointment-cancellation",
        key=f"cancellation:appointment:{appointment.pk}",
        subject=f"Cancelled: {words.title}, {words.when}",
        body=_letter(
            words,
            f"Your appointment {words.when} is cancelled.",
            f"You can choose another time whenever it suits you:\n{links.link_url('/')}",
        ),
        due_at=now,
        urgent=True,
        attachment=("appointment.ics", render(words.invitation(now), "CANCEL")),
    )


class Words:
    """An appointment in words, in the location's time; used by letters and pages alike."""

    def __init__(self, appointment: Appointment) -> None:
        self.appointment = appointment
        self.location = appointment.location
        self.clinic: Clinic = appointment.clinic
        what = of_appointment(appointment)
        self.title = what.title
        self.option_name = what.name
        self.when = self.say(appointment.starts_at)
        self.place = f"{self.clinic.name}, {self.location.street}, {self.location.city}, {self.location.state}"

    def say(self, moment: datetime) -> str:
        """Return a moment as people say it, with the zone: ``Monday, May 4, 9:45 AM PDT``."""
        local = moment.astimezone(ZoneInfo(self.location.time_zone))
        return f"{local:%A, %B} {local.day}, {local.hour % 12 or 12}:{local:%M %p %Z}"

    def invitation(self, now: datetime, link: str = "") -> Invitation:
        """Return what a calendar should show; the host name makes its identity unique in the world."""
        host = settings.PUBLIC_URL.partition("://")[2].partition("/")[0]
        return Invitation(
            uid=f"appointment-{self.appointment.pk}@{host}",
            sequence=self.appointment.calendar_sequence,
            starts_at=self.appointment.starts_at,
            ends_at=self.appointment.ends_at,
            zone=self.location.time_zone,
            summary=f"{self.title} at {self.clinic.name}",
            description=f"See, move or cancel: {link}" if link else "Cancelled.",
            place=self.place,
            organizer_name=self.clinic.name,
            organizer_email=self.clinic.email,
            stamped_at=now,
        )


def _letter(words: Words, opening: str, closing: str) -> str:
    patient = words.appointment.patient
    called = patient.called if patient else "there"
    return (
        f"Hello {called},\n\n{opening}\n\n{words.title}\n{words.place}\n"
        f"With {words.appointment.provider.name}\n\n{closing}\n\n"
        f"{words.clinic.name}, {words.location.phone}\n"
    )


def _queue(
    words: Words,
    *,
    by: Actor,
    kind: str,
    key: str,
    subject: str,
    body: str,
    due_at: datetime,
    urgent: bool = False,
    attachment: tuple[str, str] | None = None,
) -> None:
    patient = words.appointment.patient
    if patient is None:
        return
    messages.queue(
        by=by,
        patient=patient,
        kind=kind,
        key=key,
        subject=subject,
        body=body,
        due_at=due_at,
        time_zone=patient.time_zone,
        subject_type=SUBJECT,
        subject_id=words.appointment.pk,
        urgent=urgent,
        attachment=attachment,
    )
