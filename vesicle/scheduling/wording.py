"""The words of letters about appointments, in the language in force. Every sentence has its Spanish in ``locale``.

Times are the location's. A text message names no treatment: it can be read on a locked phone.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.core.languages import told
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.calendar_file import Invitation
from vesicle.scheduling.domain.reminders import Day, day_of, same_clock

if TYPE_CHECKING:
    from vesicle.clinic.models import Clinic
    from vesicle.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What letters say of an appointment, as plain values."""

    called: str
    treatment: str
    starts_at: datetime
    zone: str
    patient_zone: str
    location: str
    address: str
    provider: str
    clinic: str
    phone: str
    is_confirmed: bool = False

    @property
    def title(self) -> str:
        """What it is for, in the language in force where we have the word."""
        return told(self.treatment)

    @property
    def place(self) -> str:
        """Where it is, on one line."""
        return f"{self.clinic}, {self.address}"

    @property
    def when(self) -> str:
        """The start as people say it."""
        return self.say(self.starts_at)

    def say(self, moment: datetime) -> str:
        """Return a moment on the location's clock: ``Monday, May 4, 9:45 AM PDT``; whose clock, where it is another."""
        local = moment.astimezone(ZoneInfo(self.zone))
        # Translators: a date and time, as in https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
        words = f"{date_format(local, pgettext('date and time', 'l, F j, g:i A'))} {local:%Z}"
        if self.patient_zone and not same_clock(moment, self.zone, self.patient_zone):
            return _("%(when)s (%(place)s time)") % {"when": words, "place": self.location}
        return words

    def say_shortly(self, moment: datetime) -> str:
        """Return a moment in few signs, for a text message."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{date_format(local, pgettext('short date and time', 'D, M j, g:i A'))} {local:%Z}"


def facts_of(appointment: "Appointment") -> Facts:
    """Return what letters say of an appointment."""
    patient, location, clinic = appointment.patient, appointment.location, appointment.clinic
    return Facts(
        called=patient.called if patient else "",
        treatment=of_appointment(appointment).title,
        starts_at=appointment.starts_at,
        zone=location.time_zone,
        patient_zone=patient.time_zone if patient else "",
        location=location.name,
        address=f"{location.street}, {location.city}, {location.state}",
        provider=appointment.provider.name,
        clinic=clinic.name,
        phone=location.phone,
        is_confirmed=appointment.is_confirmed,
    )


class Words:
    """An appointment in words, for pages; in the language in force where they are read."""

    def __init__(self, appointment: "Appointment") -> None:
        self.appointment = appointment
        self.facts = facts_of(appointment)
        self._option_name = of_appointment(appointment).name

    @property
    def title(self) -> str:
        """What it is for."""
        return self.facts.title

    @property
    def option_name(self) -> str:
        """In which way."""
        return told(self._option_name)

    @property
    def when(self) -> str:
        """When it starts, on the location's clock."""
        return self.facts.when

    @property
    def place(self) -> str:
        """Where it is."""
        return self.facts.place

    @property
    def confirmed(self) -> str:
        """When the patient said that they come; empty when they have not."""
        return self.facts.say(self.appointment.confirmed_at) if self.appointment.confirmed_at else ""

    def say(self, moment: datetime) -> str:
        """Return a moment on the location's clock."""
        return self.facts.say(moment)

    def invitation(self, now: datetime, link: str = "") -> Invitation:
        """Return what a calendar should show, with the private address of the appointment where it has one."""
        appointment, patient, clinic = self.appointment, self.appointment.patient, self.appointment.clinic
        return Invitation(
            uid=uid_of(clinic, appointment.pk),
            sequence=appointment.calendar_sequence,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            zone=self.facts.zone,
            summary=_("%(what)s at %(clinic)s") % {"what": self.title, "clinic": self.facts.clinic},
            description=_("See, move or cancel: %(link)s") % {"link": link} if link else _("Cancelled."),
            place=self.place,
            organizer_name=clinic.name,
            organizer_email=clinic.email,
            attendee_name=patient.full_name if patient else "",
            attendee_email=patient.email if patient else "",
            stamped_at=now,
        )


def uid_of(clinic: "Clinic", appointment_id: int) -> str:
    """Return the identity an appointment has in calendars, for life.

    It is unique in the world by when the clinic was opened; addresses and names of clinics change.
    """
    opened = f"{clinic.pk} {clinic.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    return f"appointment-{appointment_id}@{sha256(opened.encode()).hexdigest()[:16]}.vesicle"


# --- letters ------------------------------------------------------------------------------------


def booked(facts: Facts, link: str, moved_from: datetime | None = None) -> Letter:
    """Return the confirmation of a booking, or of a move."""
    names = {"what": facts.title, "when": facts.when}
    if moved_from:
        subject = _("Moved: %(what)s, %(when)s") % names
        opening = _("Your appointment has moved from %(before)s to %(when)s.") % {
            "before": facts.say(moved_from),
            "when": facts.when,
        }
    else:
        subject = _("Booked: %(what)s, %(when)s") % names
        opening = _("Your appointment is booked for %(when)s.") % names
    return Letter(subject, _page(facts, opening, _("See, move or cancel it here:"), link))


def cancelled(facts: Facts, link: str) -> Letter:
    """Return the letter after a cancellation."""
    opening = _("Your appointment on %(when)s is cancelled.") % {"when": facts.when}
    subject = _("Cancelled: %(what)s, %(when)s") % {"what": facts.title, "when": facts.when}
    return Letter(subject, _page(facts, opening, _("You can choose another time whenever it suits you:"), link))


def reminder(facts: Facts, link: str, now: datetime) -> Letter:
    """Return the reminder by e-mail, in the words that are right at ``now``."""
    day = how_near(facts, now)
    names = {"what": facts.title, "when": facts.when}
    if day == "today":
        subject, opening = _("Today: %(what)s, %(when)s") % names, _("We look forward to seeing you today: %(when)s.")
    elif day == "tomorrow":
        subject = _("Tomorrow: %(what)s, %(when)s") % names
        opening = _("We look forward to seeing you tomorrow: %(when)s.")
    else:
        subject, opening = _("Your visit: %(what)s, %(when)s") % names, _("We look forward to seeing you on %(when)s.")
    opening %= names
    if facts.is_confirmed:
        opening += " " + _("Thank you for telling us that you come.")
        return Letter(subject, _page(facts, opening, _("Something has come up? See, move or cancel it here:"), link))
    asking = _("Will you come? Please tell us here:") + f"\n{link}confirm/\n\n"
    return Letter(subject, _page(facts, opening, asking + _("Cannot come? Move or cancel it here:"), link))


def reminder_text(facts: Facts, link: str, now: datetime) -> Letter:
    """Return the reminder as a text message."""
    day = how_near(facts, now)
    names = {"clinic": facts.clinic, "when": facts.say_shortly(facts.starts_at), "link": link}
    if day == "today":
        words = _("%(clinic)s: your visit is today, %(when)s.") % names
    elif day == "tomorrow":
        words = _("%(clinic)s: your visit is tomorrow, %(when)s.") % names
    else:
        words = _("%(clinic)s: your visit is on %(when)s.") % names
    if facts.is_confirmed:
        return Letter("", f"{words} " + _("To move or cancel: %(link)s Answer STOP to end texts.") % names)
    asking = _("Answer YES to confirm. To move or cancel: %(link)s Answer STOP to end texts.") % names
    return Letter("", f"{words} {asking}")


def thanks(facts: Facts) -> Letter:
    """Return the answer to a confirmation by message."""
    names = {"clinic": facts.clinic, "when": facts.when}
    return Letter(
        _("Thank you: we expect you on %(when)s") % names,
        _("%(clinic)s: thank you. We expect you on %(when)s.") % names,
    )


def to_cancel(facts: Facts, link: str) -> Letter:
    """Return the answer to "cancel" by message: the link, because a word alone cancels nothing."""
    names = {"clinic": facts.clinic, "when": facts.when, "link": link}
    body = _("%(clinic)s: your appointment on %(when)s still stands. Cancel or move it here: %(link)s") % names
    return Letter(_("To cancel or move your appointment"), body)


def texts_again(clinic: str) -> Letter:
    """Return the answer to "start"."""
    return Letter(
        "", _("%(clinic)s: you get text messages from us again. Answer STOP to end them.") % {"clinic": clinic}
    )


def how_to(clinic: str, phone: str) -> Letter:
    """Return the answer to "help"."""
    names = {"clinic": clinic, "phone": phone}
    body = _(
        "%(clinic)s: answer YES to confirm your visit, CANCEL for a link to cancel or move it, STOP to end texts. "
        "Or call %(phone)s."
    )
    return Letter(_("How to answer our messages"), body % names)


def read_by_us(clinic: str, words: str) -> Letter:
    """Return a person's answer to what a patient wrote."""
    return Letter(_("Your message to %(clinic)s") % {"clinic": clinic}, words)


def how_near(facts: Facts, now: datetime) -> Day:
    """Return whether a visit is today or tomorrow for the location and for the patient alike."""
    return day_of(facts.starts_at, now, {facts.zone, facts.patient_zone or facts.zone})


def with_english(own: Letter, english: Letter) -> Letter:
    """Return a letter with its English words below."""
    return replace(own, body=f"{own.body}\n* * *\n\n{english.body}")


def _page(facts: Facts, opening: str, closing: str, link: str) -> str:
    hello = _("Hello %(name)s,") % {"name": facts.called} if facts.called else _("Hello,")
    with_whom = _("With %(name)s") % {"name": facts.provider}
    return (
        f"{hello}\n\n{opening}\n\n{facts.title}\n{facts.place}\n{with_whom}\n\n{closing}\n{link}\n\n"
        f"{facts.clinic}, {facts.phone}\n"
    )
