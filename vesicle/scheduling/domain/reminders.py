"""When reminders go out: planned from the clinic's times, by day, and never when they make no sense any more."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from vesicle.people.domain import ChannelName, end_of_quiet, is_quiet

DAY = 24 * 60
LONGEST = 30 * DAY
SHORTEST = 30
MOST_TIMES = 6
EVENING = time(20)
"""When a reminder goes out that would fall into the night before an early visit."""
Day = Literal["today", "tomorrow", "later"]

_UNITS = {"m": 1, "min": 1, "minute": 1, "h": 60, "hour": 60, "d": DAY, "day": DAY, "w": 7 * DAY, "week": 7 * DAY}
_TIME = re.compile(r"^(\d{1,4}) *([a-z]+)$")


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder to come: so long before the visit, by this way, at this moment."""

    minutes_before: int
    channel: ChannelName
    due_at: datetime


def before(starts_at: datetime, minutes: int, zone: str) -> datetime:
    """Return the moment so long before a visit. Whole days are counted on the wall's clock of ``zone``: a day before
    nine is nine, also where the clock changes that night.
    """
    if minutes % DAY:
        return starts_at - timedelta(minutes=minutes)
    local = starts_at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() - timedelta(days=minutes // DAY), local.time(), ZoneInfo(zone)).astimezone(UTC)


def latest(starts_at: datetime, minutes_before: int, all_minutes: Iterable[int], zone: str) -> datetime:
    """Return from when on a reminder makes no sense: half its own way to the visit, or when the next one is due."""
    next_ones = [other for other in all_minutes if other < minutes_before]
    half = starts_at - timedelta(minutes=minutes_before) / 2
    return min([half, *(before(starts_at, other, zone) for other in next_ones)])


def by_day(due: datetime, last: datetime, zone: str) -> datetime | None:
    """Return when something due at ``due`` goes out by day on the person's clock, before ``last``.

    By night it waits for the morning; where that is too late it goes out the evening before. ``None``: neither fits.
    """
    if not is_quiet(due, zone):
        return due if due < last else None
    morning = end_of_quiet(due, zone)
    if morning < last:
        return morning
    local = due.astimezone(ZoneInfo(zone))
    evening = local.date() - timedelta(days=local.time() < EVENING)
    return datetime.combine(evening, EVENING, ZoneInfo(zone)).astimezone(UTC)


def plan(
    starts_at: datetime,
    *,
    email_before: Collection[int],
    sms_before: Collection[int],
    zone: str,
    patient_zone: str,
    now: datetime,
) -> list[Planned]:
    """Return the reminders of a visit that are still to come, the earliest first.

    Args:
        starts_at: when the visit starts.
        email_before: minutes before it at which the clinic reminds by e-mail.
        sms_before: the same by text message.
        zone: the location's, on whose clock days are counted.
        patient_zone: the person's, whose night is left alone.
        now: a time that is past is not planned: whoever books late has just been told.
    """
    every = {*email_before, *sms_before}
    found = []
    ways: tuple[tuple[ChannelName, Collection[int]], ...] = (("email", email_before), ("sms", sms_before))
    for channel, times in ways:
        for minutes in sorted(set(times)):
            due = by_day(before(starts_at, minutes, zone), latest(starts_at, minutes, every, zone), patient_zone)
            if due is not None and due > now:
                found.append(Planned(minutes, channel, due))
    return sorted(found, key=lambda one: (one.due_at, one.channel))


def at_sending(now: datetime, last: datetime, zone: str) -> datetime | None:
    """Return when a reminder that is due goes out: now, in the morning, or (``None``) not any more."""
    moment = end_of_quiet(now, zone)
    return moment if moment < last else None


def day_of(starts_at: datetime, now: datetime, zones: Collection[str]) -> Day:
    """Return whether a visit is today or tomorrow, where that is so on every clock in ``zones``; else ``later``."""
    away = {
        (starts_at.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days for zone in zones
    }
    if away == {0}:
        return "today"
    return "tomorrow" if away == {1} else "later"


def end_of_day(now: datetime, zones: Collection[str]) -> datetime:
    """Return the next midnight on any of the clocks: after it, words like "tomorrow" are wrong."""
    ends = []
    for name in zones:
        zone = ZoneInfo(name)
        ends.append(datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone).astimezone(UTC))
    return min(ends)


def same_clock(moment: datetime, one: str, other: str) -> bool:
    """Return whether two zones show the same time at a moment."""
    return moment.astimezone(ZoneInfo(one)).utcoffset() == moment.astimezone(ZoneInfo(other)).utcoffset()


def read_times(text: str) -> list[int]:
    """Return the minutes in words such as ``7 days, 48 hours, 3 hours``, the longest first.

    Raises ``ValueError`` with a sentence for what is no time, out of bounds, or too many.
    """
    found = set()
    for part in filter(None, (part.strip().lower() for part in re.split(r"[,;\n]", text))):
        match = _TIME.match(part)
        unit = _UNITS.get(match[2]) or _UNITS.get(match[2].rstrip("s")) if match else None
        if match is None or unit is None:
            raise ValueError(f"“{part}” is no time. Write a number and minutes, hours, days or weeks, as in 48 hours.")
        minutes = int(match[1]) * unit
        if not SHORTEST <= minutes <= LONGEST:
            raise ValueError(f"“{part}” is not possible: from 30 minutes to 30 days before the visit.")
        found.add(minutes)
    if len(found) > MOST_TIMES:
        raise ValueError(f"At most {MOST_TIMES} reminders by one way: more are not read.")
    return sorted(found, reverse=True)


def in_words(minutes: Iterable[int]) -> str:
    """Return times as ``read_times`` reads them: ``7 days, 48 hours, 3 hours``."""
    words = []
    for length in minutes:
        number, unit = next(
            (length // size, name) for size, name in ((DAY, "day"), (60, "hour"), (1, "minute")) if length % size == 0
        )
        words.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return ", ".join(words)
