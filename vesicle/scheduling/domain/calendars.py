"""Calendars as bits: weekly hours and the grid of starts on the local clock, and what is taken.

A local day on which the clock does not change is 288 ticks that look like every other day of its weekday, so a span of
hours is its bits multiplied by the days it holds on. The few days on which the clock changes are worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from vesicle.core.clock import local_moment
from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.ticks import TICK_SECONDS, Window, tick_after, tick_of

DAY_TICKS = 24 * 60 // TICK_MINUTES
_TAKEN = tuple(b"0" * length for length in range(DAY_TICKS + 1))


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of weekly hours on the local clock; ``weekday`` 0 is Monday.

    Hours that close no later than they open end on the next day. They count from ``valid_from`` to ``valid_until``,
    both included, where these are given: it is the day on which they open that counts.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def crosses_midnight(self) -> bool:
        """Whether it ends on the day after."""
        return self.closes <= self.opens

    def holds_on(self, day: date) -> bool:
        """Whether it opens on ``day``."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A local day that touches a window, by its first tick; plain when the clock does not change on it."""

    date: date
    begins: int
    ends: int
    is_plain: bool


class LocalDays:
    """The local days that touch a window, and the one before, whose hours may reach over midnight."""

    def __init__(self, window: Window, zone: str) -> None:
        """Look up where each day begins."""
        self.window = window
        self.zone = zone
        where = ZoneInfo(zone)
        day = window.moment(0).astimezone(where).date() - timedelta(days=1)
        midnights = [(day, tick_of(local_moment(day, time.min, zone)))]
        while midnights[-1][1] < window.end:
            day += timedelta(days=1)
            midnights.append((day, tick_of(local_moment(day, time.min, zone))))
        self.days = [
            LocalDay(day, begins, ends, ends - begins == DAY_TICKS) for (day, begins), (_, ends) in pairwise(midnights)
        ]
        self._base = midnights[0][1]
        self._plain = [0] * 7
        self._plain_twice = [0] * 7
        for one, following in pairwise([*self.days, LocalDay(day, 0, 0, is_plain=False)]):
            if one.is_plain:
                bit = 1 << one.begins - self._base
                self._plain[one.date.weekday()] |= bit
                if following.is_plain:
                    self._plain_twice[one.date.weekday()] |= bit

    def open_mask(self, spans: Iterable[Opening]) -> int:
        """Return the bits of the window that lie wholly within weekly hours."""
        mask = 0
        for span in spans:
            known = (self._plain_twice if span.crosses_midnight else self._plain)[span.weekday]
            if span.valid_from is not None or span.valid_until is not None:
                known &= self._validity(span)
            mask |= _bits_of_plain_day(span) * known
            for day in self.days:
                if not known >> (day.begins - self._base) & 1 and span.holds_on(day.date):
                    mask |= self._by_hand(span, day.date)
        return mask >> (self.window.origin - self._base) & ((1 << self.window.ticks) - 1)

    def grid_mask(self, grid_minutes: int) -> int:
        """Return the bits at which the local clock shows a multiple of ``grid_minutes``.

        A time that the clock shows twice is on the grid twice, one that it skips not at all.
        """
        step = grid_minutes // TICK_MINUTES
        plain_day = sum(1 << tick for tick in range(0, DAY_TICKS, step))
        where = ZoneInfo(self.zone)
        mask = 0
        for known in self._plain:
            mask |= plain_day * known
        for day in self.days:
            if not day.is_plain:
                for tick in range(day.begins, day.ends):
                    local = datetime.fromtimestamp(tick * TICK_SECONDS, where)
                    if not (local.hour * 60 + local.minute) % grid_minutes:
                        mask |= 1 << tick - self._base
        return mask >> (self.window.origin - self._base) & ((1 << self.window.ticks) - 1)

    def wanted_mask(self, weekdays: Iterable[int] = (), earliest: time = time.min, latest: time | None = None) -> int:
        """Return the bits on some weekdays (none named: all) from ``earliest`` to ``latest`` on the local clock.

        ``latest`` itself is included: a person who wishes to begin at ten at the latest may begin at ten.
        """
        spans = [Opening(weekday, earliest, time.min) for weekday in sorted(set(weekdays)) or range(7)]
        mask = self.open_mask(spans)
        if latest is not None:
            after = (datetime.combine(date.min, latest) + timedelta(minutes=TICK_MINUTES)).time()
            if after > latest:
                mask &= ~self.open_mask([Opening(weekday, after, time.min) for weekday in range(7)])
        return mask

    def _validity(self, span: Opening) -> int:
        mask = 0
        for day in self.days:
            if span.holds_on(day.date):
                mask |= 1 << day.begins - self._base
        return mask

    def _by_hand(self, span: Opening, day: date) -> int:
        closing = day + timedelta(days=1) if span.crosses_midnight else day
        low = tick_after(local_moment(day, span.opens, self.zone)) - self._base
        high = tick_of(local_moment(closing, span.closes, self.zone)) - self._base
        return ((1 << (high - low)) - 1) << low if high > low else 0


def _bits_of_plain_day(span: Opening) -> int:
    opens, closes = _minutes(span.opens), _minutes(span.closes)
    if span.crosses_midnight:
        closes += 24 * 60
    low, high = -(-opens // TICK_MINUTES), closes // TICK_MINUTES
    return ((1 << (high - low)) - 1) << low if high > low else 0


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


@lru_cache(maxsize=64)
def local_days(window: Window, zone: str) -> LocalDays:
    """Return the local days of ``window`` on the clock of ``zone``; kept, because every search of a day needs them."""
    return LocalDays(window, zone)


@lru_cache(maxsize=512)
def open_mask(window: Window, zone: str, spans: tuple[Opening, ...]) -> int:
    """Return the bits of ``window`` that lie wholly within weekly hours on the clock of ``zone``."""
    return local_days(window, zone).open_mask(spans)


@lru_cache(maxsize=64)
def grid_mask(window: Window, grid_minutes: int, zone: str) -> int:
    """Return the bits of ``window`` at which the clock of ``zone`` shows a multiple of ``grid_minutes``."""
    return local_days(window, zone).grid_mask(grid_minutes)


def free_mask(window: Window, *taken: Iterable[tuple[int, int]]) -> int:
    """Return the bits of ``window`` that no stretch of ``taken`` (first tick, tick after the last) touches.

    Written as digits and read as one number: a slice a stretch, however long the window is.
    """
    digits = bytearray(b"1" * window.ticks)
    # The first digit is the last tick.
    begins, ends = window.origin, window.end
    for low, high in chain(*taken):
        if begins <= low <= high <= ends and high - low <= DAY_TICKS:
            digits[ends - high : ends - low] = _TAKEN[high - low]
        else:
            left, right = max(ends - high, 0), min(ends - low, window.ticks)
            if left < right:
                digits[left:right] = b"0" * (right - left)
    return int(digits, 2) if digits else 0
