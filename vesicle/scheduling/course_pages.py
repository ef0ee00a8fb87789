"""What the pages of a course share, for patients and the desk: the plan in rows, the times to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from vesicle.core import clock
from vesicle.scheduling import courses, queries
from vesicle.scheduling.domain import FreeTime, NoPlan, Session
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vesicle.clinic.models import Location
    from vesicle.core.actor import Actor
    from vesicle.scheduling.bookable import Bookable


@dataclass(frozen=True, slots=True)
class Row:
    """A session of a plan as the page shows it."""

    position: int
    start: datetime
    provider: str
    gap: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time to choose, as the week's template shows it."""

    start: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for: how many sessions, one provider for all, and starts settled on for session 2, 3 …"""

    sessions: int
    same_provider: bool
    chosen: tuple[datetime, ...]

    @classmethod
    def read(cls, given: Mapping[str, Any], starts: Iterable[str], terms: courses.Terms) -> Asked:
        """Read a page's question; what makes no sense is as if it had not been said."""
        typed = str(given.get("sessions", ""))
        sessions = int(typed) if typed.isdigit() and int(typed) in terms.counts else terms.usual
        return cls(sessions, given.get("provider") != "any", tuple(moments(starts)))

    def query(self, *, chosen: Sequence[datetime] | None = None) -> str:
        """Return it as the query of an address."""
        pairs = [("sessions", str(self.sessions)), ("provider", "same" if self.same_provider else "any")]
        pairs += [("s", start.isoformat()) for start in (self.chosen if chosen is None else chosen)]
        return urlencode(pairs)


def moments(texts: Iterable[str]) -> list[datetime]:
    """Return the moments among ``texts``, in order; what is none is left out."""
    found = []
    for text in texts:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        if moment.tzinfo is not None:
            found.append(moment)
    return found


def rows_of(plan: Sequence[Session], names: Mapping[int, str], zone: str) -> list[Row]:
    """Return a plan in rows, each with the weeks since the one before in words."""
    at = ZoneInfo(zone)
    rows: list[Row] = []
    for position, session in enumerate(plan, start=1):
        gap = gap_in_words((session.day - plan[position - 2].day).days) if position > 1 else ""
        rows.append(Row(position, session.start.astimezone(at), names.get(session.provider, ""), gap))
    return rows


def gap_in_words(days: int) -> str:
    """Return a gap as people say it: ``4 weeks later``, ``4 weeks and 2 days later``."""
    weeks, rest = divmod(days, 7)
    said = []
    if weeks:
        said.append(_("1 week") if weeks == 1 else _("%(count)d weeks") % {"count": weeks})
    if rest or not weeks:
        said.append(_("1 day") if rest == 1 else _("%(count)d days") % {"count": rest})
    return _("%(gap)s later") % {"gap": _(" and ").join(said)}


def plan_context(
    actor: Actor,
    what: Bookable,
    areas: Sequence[str],
    place: Location,
    asked: Asked,
    first: Session,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return what the page of a plan shows: its rows, or why there is none."""
    terms = courses.required_terms(what)
    found = courses.propose(
        actor,
        what,
        areas,
        place,
        sessions=asked.sessions,
        first=first,
        now=now,
        same_provider=asked.same_provider,
        chosen=asked.chosen,
    )
    names = {one.pk: one.name for one in queries.providers(actor, what.id, place.pk)}
    context: dict[str, Any] = {
        "what": what,
        "terms": terms,
        "asked": asked,
        "counts": list(terms.counts),
        "location": place,
        "several_providers": len(names) > 1,
    }
    if isinstance(found, NoPlan):
        why = courses.why_none(found, asked.sessions)
        return context | {"rows": [], "why": why, "none": found}
    return context | {"rows": rows_of(found, names, place.time_zone), "why": ""}


def week_context(
    times: Sequence[FreeTime], place: Location, first: date, *, earliest: date, latest: date, now: datetime
) -> dict[str, Any]:
    """Return seven days of times from ``first``, and where to go for earlier and later ones."""
    zone = ZoneInfo(place.time_zone)
    last = first + timedelta(days=DAYS_SHOWN - 1)
    shown = [Time(time.start.astimezone(zone)) for time in times if first <= time.day <= last]
    floor = max(earliest, clock.day_in(place.time_zone, now))
    return {
        "days": by_day(shown, first, last),
        "has_any": bool(shown),
        "location": place,
        "previous_from": max(first - timedelta(days=DAYS_SHOWN), floor) if first > floor else None,
        "next_from": last + timedelta(days=1) if last < latest else None,
    }
