"""One letter for a whole course: booked, moved or cancelled, with every session in one calendar file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar

from vesicle.core.actor import Actor
from vesicle.core.languages import speaking
from vesicle.people import messages
from vesicle.scheduling import reminders
from vesicle.scheduling.calendar_file import Invitation, Method, render
from vesicle.scheduling.combining import in_words
from vesicle.scheduling.letters import SUBJECT, Words, in_their_languages, manage_link
from vesicle.scheduling.models import Appointment, Notice
from vesicle.scheduling.notices import tell
from vesicle.scheduling.wording import Letter


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
    with speaking(first.patient.language):
        letter = _letter(rows, kind, was, link)
        calendar = together([Words(row).invitation(now, link) for row in rows], kind)
    letter = in_their_languages(letter, lambda: _letter(rows, kind, was, link), first.patient.language, first.clinic_id)
    messages.queue(
        by=by,
        patient=first.patient,
        kind=f"course-{kind}",
        key=f"course-{kind}:" + ":".join(f"{row.pk}.{row.calendar_sequence}" for row in rows),
        subject=letter.subject,
        body=letter.body,
        due_at=now,
        time_zone=first.patient.time_zone,
        subject_type="series" if first.series_id else "visit",
        subject_id=first.series_id or first.pk,
        urgent=True,
        attachment=("visits.ics", calendar),
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


def _letter(rows: Sequence[Appointment], kind: Notice.Kind, was: Mapping[int, datetime], link: str) -> Letter:
    """Return the letter in the language in force."""
    return Letter(_subject(rows, kind), _body(rows, kind, was, link))


def _subject(rows: Sequence[Appointment], kind: Notice.Kind) -> str:
    titles = [Words(row).title for row in rows]
    if rows[0].visit and len({row.visit for row in rows}) == 1:
        heading = {
            Notice.Kind.BOOKED: _("Booked: %(what)s, %(when)s"),
            Notice.Kind.MOVED: _("Moved: %(what)s, %(when)s"),
            Notice.Kind.CANCELLED: _("Cancelled: %(what)s, %(when)s"),
        }[kind]
        return heading % {"what": in_words(titles), "when": Words(rows[0]).when}
    heading = {
        Notice.Kind.BOOKED: _("Booked: %(count)d visits, %(title)s"),
        Notice.Kind.MOVED: _("Moved: %(count)d visits, %(title)s"),
        Notice.Kind.CANCELLED: _("Cancelled: %(count)d visits, %(title)s"),
    }[kind]
    return heading % {"count": len(rows), "title": _(" and ").join(dict.fromkeys(titles))}


def _body(rows: Sequence[Appointment], kind: Notice.Kind, was: Mapping[int, datetime], link: str) -> str:
    words = Words(rows[0])
    opening = {
        Notice.Kind.BOOKED: _("These visits are booked for you:"),
        Notice.Kind.MOVED: _("Your visits are now at these times:"),
        Notice.Kind.CANCELLED: _("These visits are cancelled:"),
    }[kind]
    lines = []
    for row in rows:
        said = Words(row)
        line = {"when": said.when, "what": said.title, "name": row.provider.name}
        text = _("- %(when)s: %(what)s, with %(name)s") % line
        lines.append(text + (_(" (was %(when)s)") % {"when": said.say(was[row.pk])} if row.pk in was else ""))
    called = rows[0].patient.called if rows[0].patient else ""
    closing = [] if kind == Notice.Kind.CANCELLED else [_("See, move or cancel them here:") + f"\n{link}"]
    return "\n\n".join(
        [
            _("Hello %(name)s,") % {"name": called} if called else _("Hello,"),
            opening,
            "\n".join(lines),
            words.place,
            *closing,
            f"{rows[0].clinic.name}, {rows[0].location.phone}\n",
        ]
    )
