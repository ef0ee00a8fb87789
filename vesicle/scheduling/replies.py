"""What patients answer to our messages: found to whom it belongs, understood where it is plain, else left to a person.

A number or address we do not know changes nothing and is not kept. A reply counts once by the number it has with who
delivered it, however often it is handed over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vesicle.core import audit
from vesicle.core.errors import VesicleError
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.people import services as people
from vesicle.people import texts
from vesicle.people.domain import ChannelName, dialable, same_number
from vesicle.people.identity import patient_actor
from vesicle.people.models import PHONE_ENDING, Message, Patient
from vesicle.people.reply_address import answered_in
from vesicle.scheduling import services, wording
from vesicle.scheduling.domain.replies import Meaning, meaning_of
from vesicle.scheduling.letters import SUBJECT, manage_link, send_answer
from vesicle.scheduling.models import Appointment, Reply
from vesicle.scheduling.rules import message_rules

RECEIVED = audit.define("scheduling.reply-received", "replied to a message")

ANSWERABLE = timedelta(days=30)
"""An answer is taken to be about the last message to a number within this time."""
UNKNOWN, AGAIN, FOR_A_PERSON = "unknown", "again", "for-a-person"


@dataclass(frozen=True, slots=True)
class Came:
    """A reply as it arrives: how, what it says, the number its deliverer gave it, what it answers."""

    channel: ChannelName
    text: str
    provider_id: str
    answers: Message | None
    is_sure: bool = True


def receive_text(*, sender: str, text: str, provider_id: str, now: datetime) -> str:
    """Take a text message; return its meaning, ``for-a-person``, ``again`` or ``unknown``.

    STOP and START count for everybody with the number; all else for whom we wrote to last, and by itself only where
    no second patient with that number had a message lately.
    """
    with every_clinic("a text message names no clinic: its number leads to whom we wrote to"):
        known = _with_number(sender)
        sent = _last_texts(known, now)
        is_known = Reply.objects.filter(channel="sms", provider_id=provider_id).exists()
    if not known:
        return UNKNOWN
    if is_known:
        return AGAIN
    meaning = meaning_of(text)
    last = max(sent.values(), key=lambda message: (message.sent_at or now, message.pk), default=None)
    # START undoes a STOP; it is nobody else's leave to be written to.
    stopped = [each for each in known if each.sms_stopped_at] if len(known) > 1 else known
    meant = {Meaning.STOP: known, Meaning.START: stopped}.get(meaning, [])
    if meant:
        outcomes = {_take(each, Came("sms", text, provider_id, sent.get(each.pk)), now) for each in meant}
        return outcomes.pop()
    patient = next((each for each in known if last is not None and each.pk == last.patient_id), known[0])
    is_sure = len(known) == 1 or len(sent) == 1
    return _take(patient, Came("sms", text, provider_id, last, is_sure), now)


def receive_mail(*, sender: str, addressed: str, text: str, provider_id: str, now: datetime) -> str:
    """Take an e-mail; return as ``receive_text``. ``addressed`` is where our token stands: recipients and subject."""
    number = answered_in(addressed)
    if number is None:
        return UNKNOWN
    with every_clinic("an e-mail names no clinic: the token in its address leads to the message"):
        message = Message.objects.select_related("patient").filter(pk=number, channel="email").first()
    if message is None or message.patient is None or message.recipient.lower() != sender.strip().lower():
        return UNKNOWN
    return _take(message.patient, Came("email", text, provider_id, message), now)


def _with_number(sender: str) -> list[Patient]:
    digits = dialable(sender).lstrip("+")
    rows = Patient.objects.alias(ending=PHONE_ENDING).filter(ending=digits[-10:]).order_by("pk")
    return [each for each in rows if same_number(each.phone, sender)]


def _last_texts(known: list[Patient], now: datetime) -> dict[int, Message]:
    rows = Message.objects.filter(
        patient__in=known, channel="sms", sent_at__gt=now - ANSWERABLE, sent_at__lte=now
    ).order_by("sent_at", "pk")
    return {message.patient_id: message for message in rows if message.patient_id is not None}


def _take(patient: Patient, came: Came, now: datetime) -> str:
    """Keep a reply and do what it plainly asks for, in its clinic and in one transaction."""
    with clinic_scope(patient.clinic_id), transaction.atomic():
        meaning = meaning_of(came.text)
        appointment = _asked_about(came.answers)
        try:
            with transaction.atomic():
                reply = Reply.objects.create(
                    channel=came.channel,
                    provider_id=came.provider_id,
                    patient=patient,
                    appointment=appointment,
                    answers=came.answers,
                    text=came.text[:2000],
                    meaning=meaning,
                    received_at=now,
                )
        except IntegrityError:
            return AGAIN
        detail = {"meaning": meaning.value, "channel": came.channel}
        audit.record(RECEIVED, by=patient_actor(patient), about=reply, patient_id=patient.pk, detail=detail)
        done = _act(reply, came, now) if came.is_sure else ""
        if not done:
            return FOR_A_PERSON
        reply.done, reply.closed_at = done, now
        reply.save(update_fields=["done", "closed_at"])
        return meaning.value


def _asked_about(message: Message | None) -> Appointment | None:
    if message is None or message.subject_type != SUBJECT:
        return None
    rows = Appointment.objects.select_related("patient", "location", "clinic", "service", "provider")
    return rows.filter(pk=message.subject_id or 0).first()


def _act(reply: Reply, came: Came, now: datetime) -> str:
    """Do what a reply plainly asks for and return what was done; nothing and empty where a person has to."""
    patient, me, clinic = reply.patient, patient_actor(reply.patient), reply.clinic
    if reply.meaning == Meaning.STOP:
        if came.channel == "sms":
            texts.stop_texts(by=me, patient=patient, at=now)
            return "No more text messages."
        people.change_patient(by=me, patient=patient, email_allowed=False)
        return "No more reminders by e-mail."
    if reply.meaning == Meaning.START:
        if came.channel == "sms":
            reply.patient = people.change_patient(by=me, patient=patient, sms_allowed=True)
            _answer(reply, lambda: wording.texts_again(clinic.name), now)
            return "Text messages again."
        people.change_patient(by=me, patient=patient, email_allowed=True)
        return "Reminders by e-mail again."
    if reply.meaning == Meaning.HELP:
        phone = reply.appointment.location.phone if reply.appointment else clinic.phone
        _answer(reply, lambda: wording.how_to(clinic.name, phone), now)
        return "How to answer was explained."
    if reply.appointment is None or not _still_means(came.answers, reply.appointment, now):
        return ""
    if reply.meaning == Meaning.CONFIRM:
        return _confirm(reply, reply.appointment, now)
    return _cancel(reply, reply.appointment, now) if reply.meaning == Meaning.CANCEL else ""


def _still_means(message: Message | None, appointment: Appointment, now: datetime) -> bool:
    """Return whether the message answered is about the time that is booked now, and that time is to come."""
    parts = message.key.split(":") if message else []
    is_current = len(parts) > 3 and parts[3] == str(appointment.calendar_sequence)
    return is_current and appointment.state == Appointment.State.BOOKED and appointment.starts_at > now


def _confirm(reply: Reply, appointment: Appointment, now: datetime) -> str:
    services.confirm(by=patient_actor(reply.patient), appointment=appointment, now=now, way=reply.channel)
    _answer(reply, lambda: wording.thanks(wording.facts_of(appointment)), now)
    return "Confirmed."


def _cancel(reply: Reply, appointment: Appointment, now: datetime) -> str:
    """Cancel where the clinic takes a word for it and nothing stands in the way; else send the private link."""
    me = patient_actor(reply.patient)
    if message_rules(appointment.clinic_id).cancel_by_reply:
        try:
            with transaction.atomic():
                services.cancel(by=me, appointment=appointment, now=now, reason=f"Answered “{reply.text[:60]}”.")
        except VesicleError:
            # A fee to agree to, or somebody changed it this very moment: the page explains what a word cannot.
            pass
        else:
            return "Cancelled."
    link = manage_link(by=me, appointment=appointment, now=now)
    _answer(reply, lambda: wording.to_cancel(wording.facts_of(appointment), f"{link}cancel/"), now)
    return "The link to cancel was sent."


def _answer(reply: Reply, words: Callable[[], wording.Letter], now: datetime) -> None:
    appointment = reply.appointment
    sequence = appointment.calendar_sequence if appointment else 0
    send_answer(
        by=patient_actor(reply.patient),
        patient=reply.patient,
        channel="sms" if reply.channel == "sms" else "email",
        words=words,
        key=f"answer:appointment:{reply.appointment_id or 0}:{sequence}:{reply.pk}",
        now=now,
        appointment=appointment,
    )
