"""What moving one session does to the rest of its course: a proposal, and whether it may move alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vesicle.core import clock
from vesicle.core.errors import Conflict, JustTaken
from vesicle.scheduling import courses
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import Booked, NoPlan, Session, gaps_hold, shift
from vesicle.scheduling.models import Appointment, Series

if TYPE_CHECKING:
    from vesicle.core.actor import Actor

S = Appointment.State


def gap_that_fails(rows: Sequence[Appointment], course: Series) -> int | None:
    """Return which of the sessions left (from 1) is too near to the one before or too far, if any is."""
    return gaps_hold([courses.session_of(row).day for row in rows], courses.spacing_of(course))


def may_move_alone(actor: Actor, course: Series, moving: Appointment, start: datetime) -> bool:
    """Whether the spacing holds when ``moving`` goes to ``start`` and every other session stays."""
    rows = courses.sessions_of(actor, course)
    days = sorted(clock.day_in(row.location.time_zone, start if row.pk == moving.pk else row.starts_at) for row in rows)
    return gaps_hold(days, courses.spacing_of(course)) is None


def why_no_shift(found: NoPlan) -> str:
    """Return why the other sessions cannot follow a move."""
    first, last = courses.said_day(found.first), courses.said_day(found.last)
    near = " " + _("The nearest free day is %(day)s.") % {"day": courses.said_day(found.near)} if found.near else ""
    session = {"number": found.session, "first": first, "last": last}
    return (
        _("Session %(number)d would have to be from %(first)s to %(last)s, and nothing is free then.") % session + near
    )


@dataclass(frozen=True, slots=True)
class Shifted:
    """One session of a proposed shift: as it stands, and where it would go."""

    appointment: Appointment
    to: Session

    @property
    def changes(self) -> bool:
        """Whether it would move."""
        return self.to.start != self.appointment.starts_at


def propose_shift(
    actor: Actor, course: Series, moving: Appointment, start: datetime, *, now: datetime
) -> list[Shifted] | NoPlan:
    """Return where every session would go if ``moving`` went to ``start``: as few as possible change.

    Raises ``JustTaken`` when ``start`` is not free, ``Conflict`` when that session cannot move any more.
    """
    rows = courses.sessions_of(actor, course)
    number = next((n for n, row in enumerate(rows) if row.pk == moving.pk), None)
    if number is None or moving.state != S.BOOKED or moving.starts_at <= now:
        raise Conflict(_("This session can no longer be moved. Call the clinic and we will find a way."))
    place, spacing = moving.location, courses.spacing_of(course)
    what = bookable(actor.clinic_id, moving.option)
    beyond = courses.further_days(spacing, course.sessions)
    on = clock.day_in(place.time_zone, start)
    days = [on, *(clock.day_in(place.time_zone, row.starts_at) for row in rows)]
    reach = timedelta(days=spacing.most)
    movable = [row.pk for row in rows if row.state == S.BOOKED and row.starts_at > now]
    today = clock.day_in(place.time_zone, now)
    first, until = max(min(days) - reach, today), max(days) + reach
    free = courses.free_times(
        actor, what, moving.areas, place, first, until, now=now, beyond=beyond + spacing.most, ignoring=movable
    )
    to = next((time for time in free if time.start == start), None)
    if to is None or (course.same_provider and moving.provider_id not in to.providers):
        raise JustTaken(_("That time is not free any more. Choose another; nothing was changed."))
    who = moving.provider_id if moving.provider_id in to.providers else min(to.providers)
    booked = [Booked(courses.session_of(row), fixed=row.pk not in movable) for row in rows]
    found = shift(
        booked,
        number,
        Session(to.start, to.day, to.minute, who),
        free,
        spacing,
        same_provider=course.same_provider,
        until=until,
    )
    if isinstance(found, NoPlan):
        return found
    return [Shifted(row, session) for row, session in zip(rows, found, strict=True)]
