"""Taking time for a whole course: every session's, or the first that is not free is named with what is free near it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vesicle.core import clock
from vesicle.core.errors import Invalid, JustTaken
from vesicle.scheduling import courses
from vesicle.scheduling.taking import Wanted, take_time

if TYPE_CHECKING:
    from vesicle.core.actor import Actor
    from vesicle.scheduling.bookable import Bookable
    from vesicle.scheduling.models import Appointment, Series


def take_all(
    rows: Sequence[Appointment],
    what: Bookable,
    starts: Sequence[datetime],
    terms: courses.Terms,
    *,
    by: Actor,
    now: datetime,
    provider_id: int | None,
) -> None:
    """Take every session's time, saving each. The first may be a hold that has its time."""
    series = courses.series_of(rows[0])
    beyond = courses.further_days(terms.spacing, len(rows))
    first = rows[0]
    if not first._state.adding:
        if first.starts_at != starts[0]:
            raise Invalid(_("The first session is the time that is held. Choose its time first."))
        provider_id = provider_id or first.provider_id
    elif series.same_provider and provider_id is None:
        provider_id = _who_can_do_all(rows, what, starts, beyond, by=by, now=now)
    for row, start in zip(rows, starts, strict=True):
        if not row._state.adding:
            continue
        wanted = Wanted(
            provider_id if series.same_provider else None, further_days=beyond if row.is_later_session else 0
        )
        with _saying_which(row, start, what, beyond, by=by, now=now):
            take_time(row, what, start, by=by, now=now, wanted=wanted)


def _who_can_do_all(
    rows: Sequence[Appointment], what: Bookable, starts: Sequence[datetime], beyond: int, *, by: Actor, now: datetime
) -> int:
    """Return a provider who is free at every one of the times, which nobody else can take now."""
    left: set[int] | None = None
    place = rows[0].location
    for row, start in zip(rows, starts, strict=True):
        on = clock.day_in(place.time_zone, start)
        free = courses.free_times(by, what, row.areas, place, on, on, now=now, beyond=beyond)
        could = {who for time in free if time.start == start for who in time.providers}
        left = could if left is None else left & could
        if not left:
            with _saying_which(row, start, what, beyond, by=by, now=now):
                raise JustTaken(_("Nobody is free for all sessions."))
    return min(left or ())


def move_all(
    moving: Sequence[Appointment],
    what: Bookable,
    starts: Mapping[int, datetime],
    series: Series,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Give sessions that are booked their new times, ``starts`` by appointment, saving each."""
    # Given back first, so that one session may take the time of another that moves as well. Nobody else sees it: until
    # the end of the transaction the old times are theirs, and afterwards the new ones.
    for row in moving:
        row.claims.filter(is_active=True).update(is_active=False)
    spacing = courses.spacing_of(series)
    beyond = courses.further_days(spacing, series.sessions) + spacing.most
    for row in sorted(moving, key=lambda row: starts[row.pk]):
        row.edition_id = what.offer.edition_id if what.offer else None
        row.calendar_sequence += 1
        row.confirmed_at = None
        wanted = Wanted(row.provider_id if series.same_provider else None, further_days=beyond)
        with _saying_which(row, starts[row.pk], what, beyond, by=by, now=now):
            take_time(row, what, starts[row.pk], by=by, now=now, wanted=wanted)


@contextmanager
def _saying_which(
    row: Appointment, start: datetime, what: Bookable, beyond: int, *, by: Actor, now: datetime
) -> Iterator[None]:
    """Turn "taken" into "session 3 is taken, and this is free near it"."""
    try:
        yield
    except JustTaken as taken:
        free = courses.nearest(by, what, row.areas, row.location, start, now=now, beyond=beyond)
        raise courses.SessionTaken(row.position or 1, start, free, row.location.time_zone) from taken
