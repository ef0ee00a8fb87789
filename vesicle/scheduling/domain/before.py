"""Whether what has to come before a treatment has come, and the days between treatments. Plain Python, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Earlier:
    """A patch test or consultation: its local day, whether it took place, what it showed and for what it was made.

    ``""``: not known.
    """

    on: date
    is_done: bool
    outcome: str = ""
    made_for: str = ""


class Before(StrEnum):
    """How far a visit that has to come first has got."""

    MET = "met"
    REACTION = "reaction"
    UNREAD = "unread"
    PLANNED = "planned"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Needed:
    """What has to come first: so many days before at least, and how many days it counts. ``needs_result``: read."""

    min_days: int
    valid_days: int | None
    needs_result: bool

    def last_day(self, on: date) -> date:
        """Return the last day on which the visit may take place for a treatment on ``on``."""
        return on - timedelta(days=self.min_days)

    def first_day(self, on: date) -> date | None:
        """Return the first such day; ``None`` where it counts for good."""
        return None if self.valid_days is None else on - timedelta(days=self.valid_days)


def that_count(visits: Iterable[Earlier], counts: Callable[[str], bool]) -> list[Earlier]:
    """Return the visits whose purpose counts, and reactions to nobody knows what: those warn of everything."""
    return [one for one in visits if counts(one.made_for) or (not one.made_for and one.outcome == "reaction")]


def stand(visits: Iterable[Earlier], needed: Needed, *, on: date) -> Before:
    """Return how far the visit before a treatment on ``on`` has got.

    The last thing that was found counts, however old: after a reaction only a later clear result opens the way.
    """
    visits = sorted(visits, key=lambda visit: visit.on)
    reactions = [number for number, visit in enumerate(visits) if visit.is_done and visit.outcome == "reaction"]
    since = visits[reactions[-1] + 1 :] if reactions else visits
    if reactions and not any(visit.is_done and visit.outcome == "clear" for visit in since):
        return Before.REACTION
    first = needed.first_day(on)
    in_time = [visit for visit in since if visit.on <= needed.last_day(on) and (first is None or visit.on >= first)]
    done = [visit for visit in in_time if visit.is_done]
    if any(visit.outcome == "clear" or not needed.needs_result for visit in done):
        return Before.MET
    if done:
        return Before.UNREAD
    return Before.PLANNED if in_time else Before.MISSING


@dataclass(frozen=True, slots=True)
class Near:
    """Another treatment that lies too near: its day, its name, and the days that have to lie between."""

    on: date
    name: str
    days: int

    def earliest(self) -> date:
        """Return the first day after it that is far enough."""
        return self.on + timedelta(days=self.days)


def too_near(on: date, others: Sequence[Near]) -> Near | None:
    """Return the nearest of ``others`` that lies closer to ``on`` than its days, or ``None``."""
    near = [other for other in others if abs((on - other.on).days) < other.days]
    return min(near, key=lambda other: abs((on - other.on).days), default=None)
