"""Words and groups for the pages of booking, from plain data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from vesicle.scheduling.queries import Slot

DAYS_SHOWN = 7
"""How many days a page of times shows."""


class HasStart(Protocol):
    """Anything that begins at a moment on the location's clock."""

    @property
    def start(self) -> datetime:
        """When it begins."""


@dataclass(slots=True)
class DayOfSlots:
    """A local day and what is free on it. ``is_above``: some of its times stand above, among the suggested ones."""

    date: date
    slots: list[HasStart] = field(default_factory=list)
    is_above: bool = False


def by_day(slots: Iterable[HasStart], first: date, last: date, *, above: Collection[datetime] = ()) -> list[DayOfSlots]:
    """Return one entry a day from ``first`` to ``last``, with its slots in order; empty days included.

    ``above`` are starts that the page shows elsewhere.
    """
    days = {first + timedelta(days=n): DayOfSlots(first + timedelta(days=n)) for n in range((last - first).days + 1)}
    for slot in slots:
        days[slot.start.date()].slots.append(slot)
    for start in above:
        days[start.date()].is_above = True
    return list(days.values())


def minutes_in_words(minutes: int) -> str:
    """Return a length as people say it: ``1 h 10 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def clock(moment: datetime) -> str:
    """Return a time of day, such as ``9:45 AM``."""
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


def slot_as_json(slot: Slot) -> dict[str, object]:
    """Return a slot as programs receive it: ISO times with offset, names of the resources it would take."""
    names = {
        kind: resource.name if (resource := slot.of_kind(kind)) else None for kind in ("provider", "room", "device")
    }
    return {"start": slot.start.isoformat(), "end": slot.end.isoformat(), **names}
