"""One letter for a whole course: booked, moved or cancelled, with every session in one calendar file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from icalendar import Calendar

from vesicle.core.actor import Actor
from vesicle.people import messages
from vesicle.scheduling import reminders
from vesicle.scheduling.calendar_file import Invitation, Method, render
from vesicle.scheduling.combining import in_words
from vesicle.scheduling.letters import SUBJECT, Words, manage_link
from vesicle.scheduling.models import Appointment, Notice
from vesicle.scheduling.notices import tell

OPENING = {
    Notice.Kind.BOOKED: "These visits are booked for you:",
    Notice.Kind.MOVED: "Your visits are now at these times:",
    Notice.Kind.CANCELLED: "These visits are cancelled:",
}
HEADING = {
    Notice.Kind.BOOKED: "Booked: {count} visits, {title}",
    Notice.Kind.MOVED: "Moved: {count} visits, {title}",
    Notice.Kind.CANCELLED: "Cancelled: {count} visits, {title}",
}


def tell_together(
    *,
    by: Actor,
    appointments: Sequence[Appointment],
    kind: Notice.Kind,
    now: datetime,
    moved_from: Mapping[int, datetime] | None = None,
) -> None:
    """Note for every appointment that the patient hears of a change, and write one letter about all of them.

    ``moved_from`` holds the old times by appointment. The reminder of each is planned anew. About one appointment alone
    the letter is that of any appointment.
    """
    was = moved_from or {}
    rows = sorted(appointments, key=lambda row: row.starts_at)
    if len(rows) == 1:
        tell(by=by, appointment=rows[0], kind=kind, now=now, moved_from=was.get(rows[0].pk))
        return
    for row in rows:
        messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=row.pk)
        Notice.objects.create(
            clinic_id=row.clinic_id, appointment=row, kind=kind, at=now, moved_from=was.get(row.pk), written_at=now
        )
        if kind == Notice.Kind.CANCELLED:
            reminders.stop_for(row, now=now)
        else:
            reminders.plan_for(row, now=now)
    first = rows[0]
    if first.patient is None:
        return
    link = manage_link(by=by, appointment=first, now=now)
    messages.queue(
        by=by,
        patient=first.patient,
        kind=f"course-{kind}",
        key=f"course-{kind}:" + ":".join(f"{row.pk}.{row.calendar_sequence}" for row in rows),
        subject=_subject(rows, kind),
        body=_body(rows, kind, was, link),
        due_at=now,
        time_zone=first.patient.time_zone,
        subject_type="series" if first.series_id else "visit",
        subject_id=first.series_id or first.pk,
        urgent=True,
        attachment=("visits.ics", together([Words(row).invitation(now, link) for row in rows], kind)),
    )


def together(invitations: Sequence[Invitation], kind: Notice.Kind) -> str:
    """Return one calendar file with an event for each invitation.

    Published, not requested: a request may only be about one event (RFC 5546, 3.2.2). Each event keeps the identity it
    has alone, so a later message about one of them changes that one.
    """
    method: Method = "CANCEL" if kind == Notice.Kind.CANCELLED else "REQUEST"
    whole = Calendar()
    whole.add("prodid", "-//Vesicle//Appointments//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    for invitation in invitations:
        for event in Calendar.from_ical(render(invitation, method)).walk("VEVENT"):
            event.pop("attendee", None)  # who is asked to come has no place in what is published
            whole.add_component(event)
    whole.add_missing_timezones()
    text: str = whole.to_ical().decode("utf-8")
    return text


def _subject(rows: Sequence[Appointment], kind: Notice.Kind) -> str:
    titles = [Words(row).title for row in rows]
    if rows[0].visit and len({row.visit for row in rows}) == 1:
        return f"{kind.label}: {in_words(titles)}, {Words(rows[0]).when}"
    return HEADING[kind].format(count=len(rows), title=" and ".join(dict.fromkeys(titles)))


def _body(rows: Sequence[Appointment], kind: Notice.Kind, was: Mapping[int, datetime], link: str) -> str:
    words = Words(rows[0])
    called = rows[0].patient.called if rows[0].patient else "there"
    lines = []
    for row in rows:
        said = Words(row)
        before = f" (was {said.say(was[row.pk])})" if row.pk in was else ""
        lines.append(f"- {said.when}: {said.title}, with {row.provider.name}{before}")
    closing = "" if kind == Notice.Kind.CANCELLED else f"See, move or cancel them here:\n{link}\n\n"
    return (
        f"Hello {called},\n\n{OPENING[kind]}\n\n" + "\n".join(lines) + f"\n\n{words.place}\n\n{closing}"
        f"{rows[0].clinic.name}, {rows[0].location.phone}\n"
    )
