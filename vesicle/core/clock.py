"""The only place that looks at a clock. Everything else receives the time as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the current moment in UTC, with its zone."""
    return datetime.now(UTC)


def day_in(zone: str, moment: datetime) -> date:
    """Return the calendar day that ``moment`` falls on in ``zone`` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()
