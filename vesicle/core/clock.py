"""The only place that looks at a clock. Everything else receives the time as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
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
