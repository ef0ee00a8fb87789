"""A visit that treats nothing, booked with Noor in Portland: enough for all that is about messages, quickly made."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vesicle.clinic import services as clinics
from vesicle.core import clock
from vesicle.core.scope import every_clinic
from vesicle.people import messages, sms
from vesicle.people.models import Message
from vesicle.people.tests.cast import WEEKDAYS
from vesicle.scheduling import letters, notices, reminding, replies, services
from vesicle.scheduling.models import OpenService

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""Monday, nine in the morning in Portland."""


def portland(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)


def phoenix(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("America/Phoenix")).astimezone(UTC)


IN_TEN_DAYS = portland(2026, 12, 10, 14, 0)


def offer(cast, slug="consultation", name="Consultation"):
    found = OpenService.objects.filter(slug=slug).first()
    return found or services.add_service(
        by=cast.actor("owen"), slug=slug, name=name, kind="consultation", minutes=30, needs=["room", "provider"]
    )


def book(cast, start=IN_TEN_DAYS, *, patient=None, now=NOW, place=None, provider=None, **more):
    offer(cast)
    return services.book_at(
        by=cast.actor("rosa"),
        option_id="consultation",
        areas=(),
        location_id=(place or cast.portland).pk,
        start=start,
        patient=patient or cast.pia,
        provider_id=(provider or cast.noor_column).pk,
        now=now,
        **more,
    )


def rules(cast, now=NOW, **changes):
    return services.set_message_rules(by=cast.actor("owen"), now=now, **changes)


def speak_spanish(patient):
    type(patient).objects.filter(pk=patient.pk).update(language="es")
    patient.refresh_from_db()


def write_reminders(now):
    with every_clinic("as the worker does"):
        return reminding.write_due(now=now)


def write_letters(now):
    with every_clinic("as the worker does"):
        return notices.write_due(now=now)


def letter(kind, **more):
    return Message.objects.filter(kind=f"appointment-{kind}", **more).latest("pk")


def open_sundays(cast):
    for column in (None, cast.noor_column):
        clinics.set_hours(
            by=cast.actor("owen"),
            location=cast.portland,
            week=dict.fromkeys(range(7), WEEKDAYS[0]),
            **({"resource": column} if column else {}),
        )


def key_of(cast, appointment, now=NOW):
    """Return the token of a private link to the appointment."""
    return letters.manage_link(by=cast.actor("system"), appointment=appointment, now=now).rstrip("/").rpartition("/")[2]


PIAS = "+15035550142"
AT = IN_TEN_DAYS - timedelta(hours=3)
"""When the text message goes out that Pia answers."""


def remind_by_text(cast):
    """Book for Pia, remind her by text message three hours before, and return the booking."""
    rules(cast, email_before=[], sms_before=[180])
    booked = book(cast)
    write_reminders(AT)
    messages.send_due(now=AT)
    sms.MemoryBackend.outbox.clear()
    return booked


def text(words, *, sender=PIAS, number="SM1", now=AT):
    """Let a text message arrive; return what became of it."""
    with clock.pretend(now):
        return replies.receive_text(sender=sender, text=words, provider_id=number, now=now)


def answered(now=AT):
    """Send what is due and return the words of all text messages."""
    messages.send_due(now=now)
    return [words for _, words in sms.MemoryBackend.outbox]
