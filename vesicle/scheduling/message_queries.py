"""Reads of reminders, replies and calendar addresses, beginning with who is asking."""

from dataclasses import dataclass

from vesicle.clinic.models import Resource
from vesicle.core.actor import Actor
from vesicle.scheduling.models import CalendarFeed, MessageRules, Reminder, Reply
from vesicle.scheduling.permissions import HANDLE_REPLIES, MAKE_FEEDS, SEE_DAY, SET_MESSAGES
from vesicle.scheduling.rules import message_rules as rules_of
from vesicle.scheduling.services.feeds import may_make_for

_RELATED = ("patient", "appointment__location", "closed_by")


def message_rules(actor: Actor) -> MessageRules:
    """Return the clinic's rules for messages; the defaults where it has set none."""
    actor.require(SET_MESSAGES)
    return rules_of(actor.clinic_id)


def waiting_replies(actor: Actor, *, limit: int = 100) -> list[Reply]:
    """Return the replies that wait for a person, the oldest first."""
    actor.require(HANDLE_REPLIES)
    rows = Reply.objects.filter(clinic_id=actor.clinic_id, closed_at=None).select_related(*_RELATED)
    return list(rows.order_by("received_at", "pk")[:limit])


def closed_replies(actor: Actor, *, limit: int = 30) -> list[Reply]:
    """Return the replies that were dealt with, by a person or by themselves, the newest first."""
    actor.require(HANDLE_REPLIES)
    rows = Reply.objects.filter(clinic_id=actor.clinic_id, closed_at__isnull=False).select_related(*_RELATED)
    return list(rows.order_by("-received_at", "-pk")[:limit])


def count_waiting(actor: Actor) -> int:
    """Return how many replies wait; none for whom they do not concern."""
    if not actor.may(HANDLE_REPLIES):
        return 0
    return Reply.objects.filter(clinic_id=actor.clinic_id, closed_at=None).count()


def planned_reminders(actor: Actor, appointment_id: int) -> list[Reminder]:
    """Return the reminders of an appointment that are still to come, the next one first."""
    actor.require(SEE_DAY)
    rows = Reminder.objects.filter(clinic_id=actor.clinic_id, appointment_id=appointment_id, settled_at=None)
    return list(rows.order_by("due_at", "pk"))


@dataclass(frozen=True, slots=True)
class Calendars:
    """The open calendar addresses an actor may change, and the resources that have none."""

    feeds: list[CalendarFeed]
    without: list[Resource]


def calendars(actor: Actor) -> Calendars:
    """Return the calendar addresses of every resource the actor may make one for, by kind and name."""
    actor.require(MAKE_FEEDS)
    order = {Resource.Kind.PROVIDER: 0, Resource.Kind.ROOM: 1, Resource.Kind.DEVICE: 2}
    rows = Resource.objects.filter(clinic_id=actor.clinic_id, is_active=True).select_related("location")
    own = sorted(
        (row for row in rows if may_make_for(actor, row)),
        key=lambda row: (order[Resource.Kind(row.kind)], row.name, row.pk),
    )
    open_ones = CalendarFeed.objects.filter(clinic_id=actor.clinic_id, revoked_at=None)
    feeds = {feed.resource_id: feed for feed in open_ones.select_related("made_by", "resource__location")}
    return Calendars([feeds[row.pk] for row in own if row.pk in feeds], [row for row in own if row.pk not in feeds])
