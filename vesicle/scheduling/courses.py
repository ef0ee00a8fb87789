"""Reads of courses: what the protocol says, plans on the real calendar, and the courses that are booked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.core import clock, languages
from vesicle.core.errors import Conflict, Invalid, JustTaken, NotFound
from vesicle.protocols.queries import OfferedOption, in_words_of
from vesicle.scheduling import availability, queries
from vesicle.scheduling.bookable import Bookable
from vesicle.scheduling.domain import CourseWish, FreeTime, NoPlan, Session, Spacing, plan_course
from vesicle.scheduling.domain.plan import kind_of
from vesicle.scheduling.domain.ticks import bits_of
from vesicle.scheduling.models import Appointment, Series

if TYPE_CHECKING:
    from vesicle.clinic.models import Location
    from vesicle.core.actor import Actor

S = Appointment.State
MOST_SESSIONS = 12
STILL_COUNT = (S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE)
_AT_ONCE = 100
_DAYS_AROUND = 3
_ALTERNATIVES = 6


@dataclass(frozen=True, slots=True)
class Terms:
    """What the protocol says of a course: sessions at least and at most, days between them, and its own words."""

    fewest: int
    most: int
    spacing: Spacing
    text: str

    @property
    def usual(self) -> int:
        """How many sessions are planned where nobody says otherwise."""
        return max(self.fewest, 2)

    @property
    def counts(self) -> range:
        """Every number of sessions that can be booked as one."""
        return range(self.usual, self.most + 1)


class SessionTaken(JustTaken):
    """One session is not free any more, so nothing was booked. ``position`` says which, ``free`` what is near it."""

    code = "session-taken"

    def __init__(self, position: int, start: datetime, free: Sequence[datetime], zone: str) -> None:
        when = said(start, zone)
        near = {"times": ", ".join(said(one, zone) for one in free)}
        others = " " + _("Free near it: %(times)s.") % near if free else ""
        super().__init__(
            _("Session %(number)d, %(when)s, is not free any more. Nothing was changed; choose another time.")
            % {"number": position, "when": when}
            + others
        )
        self.position = position
        self.start = start
        self.free = tuple(free)


def terms_of(what: Bookable) -> Terms | None:
    """Return what the protocol says of a course; ``None`` where it names no series or no spacing."""
    if what.offer is None:
        return None
    plan = what.offer.option.sections.sessions
    if plan.spacing_weeks is None:
        return None
    most = MOST_SESSIONS if plan.sessions.max is None else min(int(plan.sessions.max), MOST_SESSIONS)
    if most < 2:
        return None
    spacing = Spacing.of_weeks(plan.spacing_weeks.min, plan.spacing_weeks.max)
    return Terms(int(plan.sessions.min), most, spacing, _said_of(what.offer))


def _said_of(offer: OfferedOption) -> str:
    """Return what the protocol says of a course, in the language in force."""
    return in_words_of(offer, languages.active()).option.sections.sessions.text


def required_terms(what: Bookable) -> Terms:
    """Return the same. Raises ``Invalid`` where there is no course to book."""
    found = terms_of(what)
    if found is None:
        raise Invalid(
            _("%(title)s (%(name)s) is not given as a course. Book single visits.")
            % {"title": _(what.title), "name": _(what.name)}
        )
    return found


def further_days(spacing: Spacing, sessions: int) -> int:
    """Return how far a course may reach beyond the clinic's horizon: its first session has to lie within it."""
    return spacing.most * (sessions - 1)


def said(moment: datetime, zone: str) -> str:
    """Return a moment in the location's words: ``Thursday, January 7, 10:00 AM``."""
    local = moment.astimezone(ZoneInfo(zone))
    return date_format(local, pgettext("date and time", "l, F j, g:i A"))


# --- what is free ---------------------------------------------------------------------------


def free_times(
    actor: Actor,
    what: Bookable,
    areas: Sequence[str],
    place: Location,
    first: date,
    last: date,
    *,
    now: datetime,
    beyond: int = 0,
    provider_id: int | None = None,
    ignoring: Collection[int] = (),
) -> list[FreeTime]:
    """Return every time free for a treatment from ``first`` to ``last``, each with all providers who could do it."""
    limits = availability.Limits(
        provider_id=provider_id, without_notice=actor.is_staff, ignoring=ignoring, further_days=beyond
    )
    found: list[FreeTime] = []
    while first <= last:
        until = min(last, first + timedelta(days=_AT_ONCE - 1))
        answer = availability.search_visit([(what, areas)], place, first=first, last=until, now=now, limits=limits)
        found += _times_of(answer)
        first = until + timedelta(days=1)
    return found


def _times_of(found: availability.Availability) -> Iterator[FreeTime]:
    who: dict[int, list[int]] = {bit: [] for bit in found.starts.bits()}
    for key, candidates in found.starts.fits.items():
        if kind_of(key) == "provider":
            for candidate, mask in candidates:
                for bit in bits_of(mask & found.starts.mask):
                    who[bit].append(candidate.id)
            break
    zone = ZoneInfo(found.location.time_zone)
    for bit, providers in who.items():
        start = found.window.moment(bit)
        local = start.astimezone(zone)
        yield FreeTime(start, local.date(), local.hour * 60 + local.minute, tuple(sorted(providers)))


def nearest(
    actor: Actor, what: Bookable, areas: Sequence[str], place: Location, start: datetime, *, now: datetime, beyond: int
) -> list[datetime]:
    """Return the free times nearest to ``start``, of its day and three around it, in the order of time."""
    on = clock.day_in(place.time_zone, start)
    first, last = on - timedelta(days=_DAYS_AROUND), on + timedelta(days=_DAYS_AROUND)
    found = free_times(actor, what, areas, place, first, last, now=now, beyond=beyond)
    near = sorted(found, key=lambda time: abs(time.start - start))[:_ALTERNATIVES]
    return sorted(time.start for time in near)


# --- plans ----------------------------------------------------------------------------------


def propose(
    actor: Actor,
    what: Bookable,
    areas: Sequence[str],
    place: Location,
    *,
    sessions: int,
    first: Session,
    now: datetime,
    same_provider: bool = True,
    chosen: Sequence[datetime] = (),
) -> list[Session] | NoPlan:
    """Return a plan that begins with ``first`` (which is held, or about to be taken) on the real calendar.

    ``chosen`` are starts the person has settled on for sessions 2, 3 …; the plan goes on from the last of them.
    """
    terms = required_terms(what)
    beyond = further_days(terms.spacing, sessions)
    until = first.day + timedelta(days=beyond)
    begins = first.day + timedelta(days=terms.spacing.least)
    later = free_times(
        actor,
        what,
        areas,
        place,
        begins,
        until,
        now=now,
        beyond=beyond,
    )
    settled = [first]
    for start in chosen[: sessions - 1]:
        at = next((time for time in later if time.start == start), None)
        if at is None or (same_provider and first.provider not in at.providers):
            break
        settled.append(Session(at.start, at.day, at.minute, first.provider if same_provider else min(at.providers)))
    last = settled[-1]
    wish = CourseWish(
        sessions - len(settled) + 1,
        terms.spacing,
        same_provider=same_provider,
        weekday=first.day.weekday() if len(settled) == 1 else last.day.weekday(),
        minute=last.minute,
    )
    begin = [FreeTime(last.start, last.day, last.minute, (last.provider,))]
    found = plan_course(wish, begin, later, until)
    if not isinstance(found, NoPlan):
        return [*settled[:-1], *found]
    before = len(settled) - 1
    return NoPlan(
        found.session + before, found.first, found.last, found.beyond, found.anybody, found.near, found.fewer + before
    )


def first_session(
    actor: Actor,
    what: Bookable,
    areas: Sequence[str],
    place: Location,
    start: datetime,
    *,
    sessions: int,
    same_provider: bool,
    now: datetime,
) -> Session | None:
    """Return a time nobody holds yet as the first session, with a provider who can go on from it where one can.

    ``None`` when the time is not free.
    """
    on = clock.day_in(place.time_zone, start)
    free = free_times(actor, what, areas, place, on, on, now=now)
    at = next((time for time in free if time.start == start), None)
    if at is None:
        return None
    options = [Session(at.start, at.day, at.minute, who) for who in at.providers]
    for option in options if same_provider else ():
        found = propose(actor, what, areas, place, sessions=sessions, first=option, now=now)
        if not isinstance(found, NoPlan):
            return option
    return options[0]


def session_of(appointment: Appointment) -> Session:
    """Return an appointment as a session of a plan."""
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.location.time_zone))
    return Session(appointment.starts_at, local.date(), local.hour * 60 + local.minute, appointment.provider_id)


def why_none(found: NoPlan, sessions: int) -> str:
    """Return why there is no plan, and what would help, in a sentence or two."""
    session = {"number": found.session, "first": said_day(found.first), "last": said_day(found.last)}
    say = [_("Nothing is free for session %(number)d from %(first)s to %(last)s.") % session]
    if found.anybody:
        say.append(_("With any provider there are times."))
    if found.near:
        say.append(_("The nearest free day is %(day)s.") % {"day": said_day(found.near)})
    if found.fewer > 1:
        say.append(_("%(fewer)d of the %(all)d sessions can be booked now.") % {"fewer": found.fewer, "all": sessions})
    return " ".join(say)


def said_day(day: date) -> str:
    """Return a day in words: ``January 7``."""
    return date_format(day, pgettext("day and month", "F j"))


# --- a course that is booked -----------------------------------------------------------------


def series(actor: Actor, series_id: int) -> Series:
    """Return a course the actor may see. Raises ``NotFound``."""
    rows = queries.readable(actor).filter(series_id=series_id)
    found = rows.select_related("series").order_by("position").first()
    if found is None or found.series is None:
        raise NotFound(_("We could not find that course."))
    return found.series


def series_of(session: Appointment) -> Series:
    """Return the course a session belongs to. Raises ``Conflict`` for one that belongs to none."""
    if session.series is None:
        raise Conflict(_("This appointment is not part of a course."))
    return session.series


def sessions_of(actor: Actor, course: Series) -> list[Appointment]:
    """Return the sessions of a course that count, in the order of time: booked, begun or done."""
    rows = queries.readable(actor).filter(series=course, state__in=STILL_COUNT)
    rows = rows.select_related("patient", "location", "provider", "service", "series")
    return list(rows.order_by("starts_at", "pk"))


def spacing_of(course: Series) -> Spacing:
    """Return the days between sessions as they were when the course was booked."""
    return Spacing(course.least_days, course.most_days)
