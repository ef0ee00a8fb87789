"""The only place that looks at a clock. Everything else receives the time as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_pretended: ContextVar[datetime | None] = ContextVar("vesicle_pretended_now", default=None)


def now() -> datetime:
    """Return the current moment in UTC, with its zone."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let the clock stand at ``moment`` inside the block. For the demo clinic, whose past has to look lived in."""
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def day_in(zone: str, moment: datetime) -> date:
    """Return the calendar day that ``moment`` falls on in ``zone`` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_moment(day: date, clock: time, zone: str) -> datetime:
    """Return the UTC moment at which the wall clock of ``zone`` first shows ``clock`` or later on ``day``.

    For a time that the clock skips that is the moment of the skip, for one it shows twice the first of the two.
    """
    local = datetime.combine(day, clock, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # Skipped. ``fold=1`` reads it with the offset after the change, which is a moment before it: the change is between.
    early = local.replace(fold=1).astimezone(UTC)
    offset = early.astimezone(local.tzinfo).utcoffset()
    while moment - early > timedelta(seconds=1):
        middle = early + (moment - early) / 2
        if middle.astimezone(local.tzinfo).utcoffset() == offset:
            early = middle
        else:
            moment = middle
    return (early + timedelta(seconds=1)).replace(microsecond=0)
