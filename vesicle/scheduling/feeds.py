"""What a calendar program reads under a private address: when a provider, room or device is taken, and little else.

No name, no number, no answer of a patient. Times are UTC, which every program shows on its own clock. What is cancelled
is not there any more.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Prefetch, Q
from icalendar import Calendar, Event

from vesicle.clinic.models import Closure, Hours, Resource
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.scheduling.bookable import Bookable, of_appointment
from vesicle.scheduling.models import Appointment, CalendarFeed, Claim
from vesicle.scheduling.queries import booking_rules
from vesicle.scheduling.services.feeds import digest
from vesicle.scheduling.wording import uid_of

READ = audit.define("scheduling.feed-read", "read a private calendar for the first time on a day")

PAST = timedelta(days=30)
_TICK = 300
_S = Appointment.State
_SHOWN = (_S.BOOKED, _S.ARRIVED, _S.IN_TREATMENT, _S.DONE)
_CLOSED = {Closure.Kind.SICK: "Not available"}
"""A calendar is seen by others too: that somebody is ill is nobody's business."""


def read(token: str, *, now: datetime) -> str:
    """Return the calendar behind a private address as iCalendar text. Raises ``NotFound``.

    Programs ask every few minutes: the audit trail has one entry a day, with the number of readings of the day before.
    """
    with every_clinic("a calendar program names no clinic: its private address does"):
        rows = CalendarFeed.objects.select_related("resource", "clinic")
        feed = rows.filter(token_hash=digest(token), revoked_at=None, resource__is_active=True).first()
    if feed is None:
        raise NotFound("There is no calendar at this address. It may have been revoked; ask for a new one.")
    with clinic_scope(feed.clinic_id):
        _note(feed, now)
        return _render(feed, now)


def _note(feed: CalendarFeed, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    rows = CalendarFeed.objects.filter(pk=feed.pk)
    if rows.filter(Q(read_on=None) | ~Q(read_on=today)).update(read_on=today, reads=1):
        before = {"on": feed.read_on, "readings": feed.reads} if feed.read_on else {}
        reader = Actor.system(feed.clinic_id, f"Calendar of {feed.resource.name}")
        audit.record(READ, by=reader, about=feed, detail={"resource": feed.resource.name, "before": before}, at=now)
    else:
        rows.update(reads=F("reads") + 1)


def _render(feed: CalendarFeed, now: datetime) -> str:
    first, last = now - PAST, now + timedelta(days=booking_rules(feed.clinic_id).horizon_days)
    calendar = Calendar()
    calendar.add("prodid", "-//Vesicle//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{feed.resource.name}, {feed.clinic.name}")
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for event in [*_appointments(feed, first, last), *_closures(feed, first, last)]:
        calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _appointments(feed: CalendarFeed, first: datetime, last: datetime) -> Iterable[Event]:
    taken = Claim.objects.filter(
        resource=feed.resource,
        is_active=True,
        low__gte=int(first.timestamp()) // _TICK,
        low__lte=int(last.timestamp()) // _TICK,
        appointment__state__in=_SHOWN,
    )
    rows = (
        Appointment.objects.filter(pk__in=taken.values("appointment_id"))
        .select_related("patient", "location", "service", "clinic")
        .annotate(changed_at=Max("statuses__at"))
        .prefetch_related(
            Prefetch(
                "claims", Claim.objects.filter(is_active=True).select_related("resource").order_by("phase_starts_at")
            )
        )
        .order_by("starts_at", "pk")
    )
    for row in rows:
        claims = list(row.claims.all())
        stretches = _joined((claim.phase_starts_at, claim.phase_ends_at) for claim in claims if _is_of(claim, feed))
        for number, (begins, ends) in enumerate(stretches):
            yield _event(row, claims, number, begins, ends, feed.shows == CalendarFeed.Shows.INITIALS)


def _is_of(claim: Claim, feed: CalendarFeed) -> bool:
    return claim.resource_id == feed.resource_id


def _joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return stretches with those that touch put together: a free hour in between stays free."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(stretches):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _event(
    row: Appointment, claims: list[Claim], number: int, begins: datetime, ends: datetime, with_initials: bool
) -> Event:
    what = of_appointment(row)
    named = what.title if row.service_id else f"{what.title} ({what.name})"
    initials = f"{row.patient.first_name[:1]}. {row.patient.last_name[:1]}." if with_initials and row.patient else ""
    rooms = sorted({claim.resource.name for claim in claims if claim.resource.kind == Resource.Kind.ROOM})
    event = Event()
    event.add("uid", uid_of(row.clinic, row.pk).replace("@", f"-{number}@" if number else "@"))
    event.add("sequence", row.calendar_sequence)
    event.add("dtstamp", getattr(row, "changed_at", None) or row.created_at)
    event.add("dtstart", begins.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", f"{initials} {named}".strip())
    event.add("location", ", ".join([*rooms, row.location.name]))
    event.add("description", _phases(row, what))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _phases(row: Appointment, what: Bookable) -> str:
    """Return what happens when, one line a phase, on the location's clock."""
    zone = ZoneInfo(row.location.time_zone)
    lines = []
    for phase, begins, ends in what.plan(row.areas).phases:
        start, end = (row.starts_at + timedelta(minutes=minutes) for minutes in (begins, ends))
        words = phase.replace("-", " ").capitalize()
        lines.append(f"{start.astimezone(zone):%H:%M}-{end.astimezone(zone):%H:%M} {words}")
    return "\n".join(lines)


def _closures(feed: CalendarFeed, first: datetime, last: datetime) -> Iterable[Event]:
    resource = feed.resource
    places = (
        [resource.location_id]
        if resource.location_id
        else list(Hours.objects.filter(resource=resource).values_list("location_id", flat=True).distinct())
    )
    rows = Closure.objects.filter(
        Q(resource=resource) | Q(resource=None, location__in=places), period__overlap=(first, last)
    ).select_related("location")
    for row in rows.order_by("pk"):
        if row.period.lower is None or row.period.upper is None:
            continue
        words = _CLOSED.get(Closure.Kind(row.kind), row.get_kind_display())
        event = Event()
        event.add("uid", uid_of(feed.clinic, row.pk).replace("appointment-", "closure-"))
        event.add("dtstamp", row.period.lower.astimezone(UTC))
        event.add("dtstart", row.period.lower.astimezone(UTC))
        event.add("dtend", row.period.upper.astimezone(UTC))
        event.add("summary", f"{words}: {row.location.name}" if row.location and row.resource_id is None else words)
        event.add("transp", "OPAQUE")
        yield event
