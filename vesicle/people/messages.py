"""The outbox: messages wait here until they are due, and leave once, by day, unless cancelled.

How "never twice, never after cancellation" holds:

1. A message has a key that is unique in its clinic; queueing it again does nothing.
2. A worker claims one row (``SKIP LOCKED``) and commits the claim before it sends. If it dies, the row stays
   claimed and nobody sends it again; ``settle_lost`` later says so.
3. While it sends it holds the row's lock, so a cancellation either comes before and wins, or waits and finds
   the message sent.
4. It tries again only when the mail server or provider certainly refused.
5. What may not arrive after a moment (``not_after``) is closed when that moment comes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.scope import every_clinic
from vesicle.people import delivery
from vesicle.people.domain import ChannelName, contact_problems, is_quiet, pick_channel, retry_at, without_secrets
from vesicle.people.models import Message, Patient

QUEUED = audit.define("people.message-queued", "prepared a message")
CANCELLED = audit.define("people.messages-cancelled", "cancelled messages that were not sent yet")
SENT = audit.define("people.message-sent", "sent a message")
TOO_LATE = audit.define("people.message-too-late", "left out a message that would have come too late")
FAILED = audit.define("people.message-failed", "could not send a message")
UNREACHABLE = audit.define("people.message-unreachable", "had no allowed way to reach the patient")

SECRET_KINDS = frozenset({"sign-in"})
"""Kinds whose six-digit codes are erased once sent."""
LOST_AFTER = timedelta(minutes=15)
_WORKER = "Message worker"
_PENDING = Q(sent_at=None, cancelled_at=None, failed_at=None)


def queue(
    *,
    by: Actor,
    patient: Patient | None,
    channel: ChannelName = "email",
    kind: str,
    key: str,
    subject: str,
    body: str,
    due_at: datetime,
    time_zone: str,
    recipient: str | None = None,
    attachment: tuple[str, str] | None = None,
    subject_type: str = "",
    subject_id: int | None = None,
    urgent: bool = False,
    not_after: datetime | None = None,
) -> Message | None:
    """Put a message into the outbox.

    Args:
        by: on whose behalf; the message belongs to their clinic.
        patient: whom it is for. Their permissions choose the channel, ``channel`` first.
        channel: ``email`` or ``sms``.
        kind: what sort of message, for lists (``reminder``).
        key: what exactly it is for (``reminder:appointment:12:0``). A message moved to another time needs
            another key, because a cancelled one keeps its own.
        subject: the subject line.
        body: plain text.
        due_at: not before this moment; by night it waits for the morning.
        time_zone: whose night counts.
        recipient: an address to use as it is, past the patient's permissions: for what they just asked for.
        attachment: name and text of one file, such as a calendar entry.
        subject_type: with ``subject_id``, what it is about, for ``cancel_for``.
        subject_id: see ``subject_type``.
        urgent: goes out by night and where reminders were declined.
        not_after: from this moment on it is not sent any more: what it says would be wrong by then.

    Returns:
        The message; ``None`` when the key exists already or the person allows no channel we could use.
    """
    if problem := contact_problems(email="x@example.org", phone="", time_zone=time_zone).get("time_zone"):
        raise Invalid(problem, fields={"time_zone": problem})
    chosen = _address(patient, channel, recipient, urgent=urgent)
    with transaction.atomic():
        if chosen is None:
            audit.record(
                UNREACHABLE, by=by, patient_id=patient.pk if patient else None, detail={"kind": kind, "key": key}
            )
            return None
        values = {
            "patient": patient,
            "channel": chosen[0],
            "recipient": chosen[1],
            "subject": " ".join(subject.split()),
            "body": body,
            "attachment_name": attachment[0] if attachment else "",
            "attachment": attachment[1] if attachment else "",
            "kind": kind,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "time_zone": time_zone,
            "urgent": urgent,
            "created_at": clock.now(),
            "due_at": due_at,
            "not_after": not_after,
        }
        message, is_new = Message.objects.get_or_create(clinic_id=by.clinic_id, key=key, defaults=values)
        if not is_new:
            return None
        audit.record(
            QUEUED, by=by, about=message, patient_id=message.patient_id, detail={"kind": kind, "channel": chosen[0]}
        )
    return message


def cancel_for(*, by: Actor, subject_type: str, subject_id: int) -> int:
    """Cancel everything about one record that has not left yet; return how many messages that was.

    A message that is being sent at this moment is waited for, and counts as sent.
    """
    about = Q(clinic_id=by.clinic_id, subject_type=subject_type, subject_id=subject_id)
    return _cancel(about, by=by, called=f"{subject_type} {subject_id}")


def withdraw(*, by: Actor, patient: Patient, channel: ChannelName) -> int:
    """Cancel what would still leave by a way the patient has just closed, urgent things aside; return how many.

    After STOP nothing leaves as a text message any more, however urgent.
    """
    about = Q(clinic_id=by.clinic_id, patient=patient, channel=channel)
    if channel == "email" or patient.sms_stopped_at is None:
        about &= Q(urgent=False)
    return _cancel(about, by=by, called=f"{channel} to the patient")


def _cancel(about: Q, *, by: Actor, called: str) -> int:
    with transaction.atomic():
        waiting = list(Message.objects.filter(_PENDING, about).select_for_update(of=("self",)).order_by("pk"))
        for message in waiting:
            message.cancelled_at = clock.now()
            _erase_secrets(message)
            message.save(update_fields=["cancelled_at", "body"])
        if waiting:
            detail = {"about": called, "messages": len(waiting)}
            audit.record(CANCELLED, by=by, patient_id=waiting[0].patient_id, detail=detail)
    return len(waiting)


def send_due(*, now: datetime) -> int:
    """Send what is due at ``now``, in every clinic; return how many messages left. Workers may overlap."""
    sent = 0
    with every_clinic("one worker sends for the whole installation"):
        settle_lost(now=now)
        settle_late(now=now)
        awake = _zones_awake(now)
        while (message_id := _claim(now, awake)) is not None:
            sent += _send(message_id, now)
    return sent


def settle_lost(*, now: datetime) -> int:
    """Close messages whose worker died while sending: they may have left, so they are not repeated."""
    lost = Message.objects.filter(_PENDING, claimed_at__lt=now - LOST_AFTER)
    with transaction.atomic(durable=True):
        rows = list(lost.select_for_update(skip_locked=True))
        for message in rows:
            _fail(message, now, "The worker stopped while sending. It may or may not have arrived; it is not repeated.")
    return len(rows)


def settle_late(*, now: datetime) -> int:
    """Close messages that came to their ``not_after`` before they could leave; return how many."""
    late = Message.objects.filter(_PENDING, claimed_at=None, not_after__lte=now)
    with transaction.atomic(durable=True):
        rows = list(late.select_for_update(skip_locked=True, of=("self",)))
        for message in rows:
            message.cancelled_at, message.failure = now, "Not sent: it would have come too late."
            _erase_secrets(message)
            message.save(update_fields=["cancelled_at", "failure", "body"])
            _note(TOO_LATE, message, now)
    return len(rows)


def way_to(patient: Patient, wanted: ChannelName, *, urgent: bool = False) -> ChannelName | None:
    """Return the channel a patient can be reached by, preferring ``wanted``; ``None`` when there is none."""
    return pick_channel(
        wanted,
        email=patient.email,
        phone=patient.phone,
        email_allowed=patient.email_allowed,
        sms_allowed=patient.sms_allowed,
        urgent=urgent,
        sms_stopped=patient.sms_stopped_at is not None,
    )


def _address(
    patient: Patient | None, channel: ChannelName, recipient: str | None, *, urgent: bool
) -> tuple[ChannelName, str] | None:
    if recipient:
        return channel, recipient
    if patient is None:
        raise Invalid("A message needs a patient or a recipient.")
    picked = way_to(patient, channel, urgent=urgent)
    return None if picked is None else (picked, patient.email if picked == "email" else patient.phone)


def _zones_awake(now: datetime) -> list[str]:
    due = Message.objects.filter(_PENDING, claimed_at=None, due_at__lte=now)
    zones: Iterable[str] = due.order_by().values_list("time_zone", flat=True).distinct()
    return [zone for zone in zones if not is_quiet(now, zone)]


def _claim(now: datetime, awake: list[str]) -> int | None:
    # Durable: the claim must be on disk before anything is sent, or a crash could send twice.
    with transaction.atomic(durable=True):
        due = Message.objects.filter(
            _PENDING,
            Q(urgent=True) | Q(time_zone__in=awake),
            Q(not_after=None) | Q(not_after__gt=now),
            claimed_at=None,
            due_at__lte=now,
        )
        message = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if message is None:
            return None
        Message.objects.filter(pk=message.pk).update(claimed_at=now, attempts=F("attempts") + 1)
        return message.pk


def _send(message_id: int, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
        if message.cancelled_at is not None:
            return False
        try:
            delivery.deliver(message)
        except delivery.Refused as refusal:
            again = None if refusal.for_good else retry_at(now, message.attempts)
            if again is None:
                _fail(message, now, str(refusal))
            else:
                message.claimed_at, message.due_at, message.failure = None, again, str(refusal)[:300]
                message.save(update_fields=["claimed_at", "due_at", "failure"])
            return False
        except delivery.Unclear as unclear:
            _fail(message, now, str(unclear))
            return False
        message.sent_at, message.failure = now, ""
        _erase_secrets(message)
        message.save(update_fields=["sent_at", "failure", "body"])
        _note(SENT, message, now)
    return True


def _fail(message: Message, now: datetime, why: str) -> None:
    message.failed_at, message.failure = now, why[:300]
    _erase_secrets(message)
    message.save(update_fields=["failed_at", "failure", "body"])
    _note(FAILED, message, now)


def _note(code: audit.AuditCode, message: Message, now: datetime) -> None:
    worker = Actor.system(message.clinic_id, _WORKER)
    detail = {"kind": message.kind, "channel": message.channel}
    audit.record(code, by=worker, about=message, patient_id=message.patient_id, detail=detail, at=now)


def _erase_secrets(message: Message) -> None:
    message.body = without_secrets(message.body, codes=message.kind in SECRET_KINDS)
