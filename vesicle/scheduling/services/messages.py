"""Setting up messages, and answering what patients reply."""

from datetime import datetime
from typing import Any

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.domain import ChannelName
from vesicle.people.queries import named_staff_id
from vesicle.scheduling import reminders, wording
from vesicle.scheduling.domain.reminders import LONGEST, MOST_TIMES, SHORTEST
from vesicle.scheduling.letters import send_answer
from vesicle.scheduling.models import MessageRules, Reply
from vesicle.scheduling.permissions import HANDLE_REPLIES, SET_MESSAGES

RULES_SET = audit.define("scheduling.message-rules-set", "set when reminders go out and how answers are taken")
CLOSED = audit.define("scheduling.reply-closed", "dealt with a patient's reply")

_RULES = frozenset(field.name for field in MessageRules._meta.concrete_fields if field.name not in ("id", "clinic"))


def set_message_rules(*, by: Actor, now: datetime, **changes: Any) -> MessageRules:
    """Set the clinic's rules for messages and plan every booking's reminders anew; what is not named stays.

    Raises ``Invalid`` for a rule there is not, or a time that cannot be.
    """
    by.require(SET_MESSAGES)
    if unknown := sorted(set(changes) - _RULES):
        raise Invalid(f"There is no rule '{unknown[0]}'. Rules: {', '.join(sorted(_RULES))}.")
    for name in ("email_before", "sms_before"):
        times = changes.get(name, [])
        if len(times) > MOST_TIMES or not all(SHORTEST <= minutes <= LONGEST for minutes in times):
            problem = f"At most {MOST_TIMES} times, each from 30 minutes to 30 days before the visit."
            raise Invalid("Please check the times.", fields={name: problem})
    with transaction.atomic():
        rules, _ = MessageRules.objects.update_or_create(clinic_id=by.clinic_id, defaults=changes)
        planned = reminders.plan_again(by=by, now=now)
        audit.record(RULES_SET, by=by, about=rules, detail={**changes, "bookings": planned})
    return rules


def close_reply(*, by: Actor, reply_id: int, now: datetime, answer: str = "") -> Reply:
    """Answer a reply by the way it came, or none where nothing needs saying, and take it off the list.

    Raises ``NotFound``, ``Conflict`` when a colleague was faster, ``Invalid`` when the answer cannot reach them.
    """
    by.require(HANDLE_REPLIES)
    staff_id = named_staff_id(by)
    with transaction.atomic():
        rows = Reply.objects.select_for_update(of=("self",)).select_related("patient", "appointment__clinic")
        reply = rows.filter(clinic_id=by.clinic_id, pk=reply_id).first()
        if reply is None:
            raise NotFound("We could not find that reply.")
        if reply.closed_at is not None:
            raise Conflict("A colleague has dealt with this already.")
        words = answer.strip()[:1000]
        if words:
            _send(reply, words, by=by, now=now)
        reply.closed_at, reply.closed_by_id, reply.answer = now, staff_id, words
        reply.save(update_fields=["closed_at", "closed_by", "answer"])
        detail = {"answered": bool(words)}
        audit.record(CLOSED, by=by, about=reply, patient_id=reply.patient_id, detail=detail)
    return reply


def _send(reply: Reply, words: str, *, by: Actor, now: datetime) -> None:
    channel: ChannelName = "sms" if reply.channel == "sms" else "email"
    sequence = reply.appointment.calendar_sequence if reply.appointment else 0
    sent = send_answer(
        by=by,
        patient=reply.patient,
        channel=channel,
        words=lambda: wording.read_by_us(reply.clinic.name, words),
        key=f"answer:appointment:{reply.appointment_id or 0}:{sequence}:{reply.pk}:staff",
        now=now,
        appointment=reply.appointment,
    )
    if sent is None:
        problem = "No message can reach them: call them, and close this without an answer."
        raise Invalid("The answer cannot be sent.", fields={"answer": problem})
