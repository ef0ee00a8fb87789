"""Which photographs of a visit are compared with which. Plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

MOST_CAPTURES = 3
"""Captures of one view and day that are averaged: the last ones, taken when the person knew how to stand."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One photograph that may be measured; ``week`` is ``None`` before the treatment, ``day`` counts from it."""

    number: int
    view: str
    week: int | None
    day: int
    is_measured: bool = True
    """Whether workers have measured it by the methods of today."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The captures of one view from before beside those of one later day, as numbers of photographs, ascending."""

    view: str
    week: int
    day: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    is_measured: bool

    def is_swollen(self, window_days: int) -> bool:
        """Whether skin may still be swollen on that day: such photographs never count."""
        return self.day <= window_days


def pairs_of(taken: Iterable[Taken]) -> list[Pair]:
    """Return what is compared with what, in order of days: of those from before, the last day that has any."""
    views: dict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        views[one.view].append(one)
    found = [pair for rows in views.values() for pair in _of_view(rows)]
    return sorted(found, key=lambda pair: (pair.day, pair.view))


def _of_view(rows: list[Taken]) -> list[Pair]:
    before = [one for one in rows if one.week is None]
    if not before:
        return []
    last = max(one.day for one in before)
    first = _captures(one for one in before if one.day == last)
    visits: dict[tuple[int, int], list[Taken]] = defaultdict(list)
    for one in rows:
        if one.week is not None:
            visits[one.week, one.day].append(one)
    return [
        Pair(
            first[0].view, week, day, tuple(one.number for one in first), tuple(one.number for one in later),
            all(one.is_measured for one in (*first, *later)),
        )
        for (week, day), captures in visits.items()
        if (later := _captures(captures))
    ]  # fmt: skip


def _captures(rows: Iterable[Taken]) -> list[Taken]:
    return sorted(rows, key=lambda one: one.number)[-MOST_CAPTURES:]
