"""The director's figures: how long decisions take, and what became of what the rules passed on. Counting, no tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

FEWEST_FOR_A_SHARE = 10
"""Below this many, counts are told and no percentage: one more or less would swing it."""


@dataclass(frozen=True, slots=True)
class Made:
    """One decision as the figures need it. ``rules`` are those that had passed it on to a provider."""

    outcome: str
    option: str
    by: str
    asked_at: datetime | None
    decided_at: datetime
    rules: tuple[str, ...] = ()

    @property
    def took(self) -> timedelta | None:
        """From asking to deciding, where the asking was kept."""
        return self.decided_at - self.asked_at if self.asked_at else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long decisions took: the median of ``timed`` of ``count`` decisions, in hours; none where none was timed."""

    name: str
    count: int
    timed: int
    median_hours: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of``, with a percentage only where there are enough."""

    count: int
    of: int

    @property
    def percent(self) -> int | None:
        """The share in percent, rounded; none below ten."""
        return round(100 * self.count / self.of) if self.of >= FEWEST_FOR_A_SHARE else None

    @property
    def words(self) -> str:
        """The share with its denominator: ``3 of 7``, ``30 of 40 (75 %)``."""
        more = f" ({self.percent} %)" if self.percent is not None else ""
        return f"{self.count} of {self.of}{more}"


@dataclass(frozen=True, slots=True)
class Override:
    """What providers did with what the rules passed on; ``name`` is a rule, or empty for all of them."""

    name: str
    cleared: Share
    declined: Share
    deferred: Share
    more_information: Share

    @property
    def is_always_cleared(self) -> bool:
        """Whether every one of ten or more was cleared: a rule that the protocol may want to change."""
        return self.cleared.of >= FEWEST_FOR_A_SHARE and self.cleared.count == self.cleared.of


def pace(name: str, made: Iterable[Made]) -> Pace:
    """Return how long ``made`` took."""
    rows = list(made)
    hours = [row.took.total_seconds() / 3600 for row in rows if row.took is not None]
    return Pace(name, len(rows), len(hours), round(median(hours), 1) if hours else None)


def paces(made: Iterable[Made], key: Callable[[Made], str]) -> tuple[Pace, ...]:
    """Return the pace of every group of ``made``, the largest first."""
    groups: dict[str, list[Made]] = {}
    for row in made:
        groups.setdefault(key(row), []).append(row)
    return tuple(sorted((pace(name, rows) for name, rows in groups.items()), key=lambda one: (-one.count, one.name)))


def override(name: str, made: Iterable[Made]) -> Override:
    """Return what became of ``made``."""
    counts = Counter(row.outcome for row in made)
    total = counts.total()
    wanted = ("cleared", "declined", "deferred", "more-information")
    return Override(name, *(Share(counts[outcome], total) for outcome in wanted))


def overrides_by_rule(made: Iterable[Made]) -> tuple[Override, ...]:
    """Return the same for every rule that passed something on, the commonest first. A decision counts for each rule."""
    groups: dict[str, list[Made]] = {}
    for row in made:
        for rule in dict.fromkeys(row.rules):
            groups.setdefault(rule, []).append(row)
    found = (override(rule, rows) for rule, rows in groups.items())
    return tuple(sorted(found, key=lambda one: (-one.cleared.of, one.name)))
