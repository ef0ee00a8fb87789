"""The invitation that travels with a message: one event, updated and cancelled under the same identity."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL"]


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
    stamped_at: datetime


def render(invitation: Invitation, method: Method) -> str:
    """Return the invitation as iCalendar text (RFC 5545 with the methods of RFC 5546)."""
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
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    organizer = vCalAddress(f"mailto:{invitation.organizer_email}")
    organizer.params["cn"] = vText(invitation.organizer_name)
    event["organizer"] = organizer
    calendar = Calendar()
    calendar.add("prodid", "-//Vesicle//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode("utf-8")
    return text
