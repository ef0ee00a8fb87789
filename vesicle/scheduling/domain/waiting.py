"""Who gets a time that became free: plain rules about wishes, turns and clocks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.people.domain import QUIET_FROM, end_of_quiet


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody who waits could come, on the location's own days and clock. ``weekdays`` empty: any."""

    first_day: date
    last_day: date
    weekdays: Collection[int] = ()
    earliest: time | None = None
    latest: time | None = None
    notice: timedelta = timedelta()

    def fits(self, local_start: datetime, now: datetime) -> bool:
        """Whether a start suits. ``latest`` itself still does; what comes too soon to get there does not."""
        clock = local_start.timetz().replace(tzinfo=None)
        return (
            self.first_day <= local_start.date() <= self.last_day
            and (not self.weekdays or local_start.weekday() in self.weekdays)
            and (self.earliest is None or clock >= self.earliest)
            and (self.latest is None or clock <= self.latest)
            and local_start - now >= self.notice
        )


def clock_for(now: datetime, starts_at: datetime, minutes: int, *, shortest: int = 10) -> datetime | None:
    """Return until when an offer made ``now`` counts, or ``None`` when the time is too near to be offered.

    It counts for ``minutes``, but no longer than half of what is left until the start: whoever is asked next needs time
    as well. Less than ``shortest`` minutes to answer is no offer.
    """
    half = (starts_at - now) / 2
    length = min(timedelta(minutes=minutes), half)
    return now + length if length >= timedelta(minutes=shortest) else None


def waking(now: datetime, length: timedelta, zone: str) -> datetime:
    """Return when ``length`` has passed for somebody whose clock stands still at night, in ``zone``."""
    at, left = end_of_quiet(now, zone), length
    while True:
        local = at.astimezone(ZoneInfo(zone))
        evening = datetime.combine(local.date(), QUIET_FROM, ZoneInfo(zone)).astimezone(UTC)
        if at + left <= evening:
            return at + left
        left -= evening - at
        at = end_of_quiet(evening, zone)
