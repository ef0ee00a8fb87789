"""The invitation that travels with a message: one event, updated and cancelled under the same identity.

It brings no alarm: the patient's calendar has its own, and the clinic reminds.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the calendar of the patient should show. ``uid`` stays the same for life; ``sequence`` grows."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    description: str
    place: str
    organizer_name: str
    organizer_email: str
    attendee_name: str
    attendee_email: str
    stamped_at: datetime


def render(invitation: Invitation, method: Method) -> str:
    """Return the invitation as iCalendar text (RFC 5545 with the methods of RFC 5546).

    A request or cancellation needs somebody who attends; without an address of theirs it is published instead.
    """
    status = "CANCELLED" if method == "CANCEL" else "CONFIRMED"
    if not invitation.attendee_email:
        method = "PUBLISH"
    zone = ZoneInfo(invitation.zone)
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(zone))
    event.add("dtend", invitation.ends_at.astimezone(zone))
    event.add("summary", invitation.summary)
    event.add("description", invitation.description)
    event.add("location", invitation.place)
    event.add("status", status)
    event.add("class", "PRIVATE")
    event["organizer"] = _person(invitation.organizer_email, invitation.organizer_name)
    if method != "PUBLISH":
        attendee = _person(invitation.attendee_email, invitation.attendee_name)
        for name, value in (("role", "REQ-PARTICIPANT"), ("partstat", "ACCEPTED"), ("rsvp", "FALSE")):
            attendee.params[name] = vText(value)
        event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Vesicle//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(rules_of(invitation.zone, invitation.starts_at.year))
    calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


@lru_cache(maxsize=256)
def rules_of(zone: str, year: int) -> Timezone:
    """Return the rules of a zone for the years around ``year``, kept because working them out is the slow part."""
    return Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))


def _person(email: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    person.params["cn"] = vText(name)
    return person
