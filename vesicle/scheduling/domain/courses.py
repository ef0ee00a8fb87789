"""Several sessions of one treatment, planned as one: every gap within the protocol's weeks, the dates alike.

A plan is a path over local days: one session a day, the gaps counted on the calendar (so a change of clocks, February
29 and the turn of the year are days like any other). The best path is found exactly: for each day the best way to have
come there is kept, session by session. What costs how much:

- a day away from the wished gap: 60 (as an hour off the time of day),
- another weekday: 600 (so the same weekday of the next week is taken rather than the day beside),
- a minute off the time of day: 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

DAY_OFF = 60
OTHER_WEEKDAY = 600
CHANGED = 1_000_000
"""What changing a session costs when another one moves: more than any inconvenience, so that few are changed."""
OPEN_END_DAYS = 28
"""How much longer than the least gap one may be, where the protocol names no end."""

Aim = Literal["middle", "soonest"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Days between one session and the next, at least and at most."""

    least: int
    most: int

    @classmethod
    def of_weeks(cls, least: float, most: float | None) -> Spacing:
        """Return the spacing of so many weeks, whole days within them. An open end is four weeks after the least.

        One number of weeks ("three weeks apart") is a week to choose a day from: the exact day and the six after it.
        """
        first = math.ceil(least * 7)
        if most is None:
            return cls(first, first + OPEN_END_DAYS)
        return cls(first, first + 6 if most == least else math.floor(most * 7))

    def allows(self, days: int) -> bool:
        """Whether two sessions may be so many days apart."""
        return self.least <= days <= self.most


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time somebody could come: the moment, its local day and minute of the day, the providers who could do it."""

    start: datetime
    day: date
    minute: int
    providers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a plan, and who gives it."""

    start: datetime
    day: date
    minute: int
    provider: int


@dataclass(frozen=True, slots=True)
class CourseWish:
    """What a course should be like. ``weekday`` (0 for Monday) and ``minute`` of the day are liked, not asked for.

    Where neither is given, sessions are kept like the first one.
    """

    sessions: int
    spacing: Spacing
    same_provider: bool = True
    aim: Aim = "middle"
    weekday: int | None = None
    minute: int | None = None

    def gap_cost(self, days: int) -> int:
        """Return what a gap costs against the one aimed at."""
        if self.aim == "soonest":
            return DAY_OFF * (days - self.spacing.least)
        return DAY_OFF * abs(2 * days - self.spacing.least - self.spacing.most) // 2


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why there is no plan: the first session that finds nothing, in which days, and what would help.

    ``beyond``: the days end after the last one that was looked at. ``anybody``: with any provider there is a plan.
    ``near``: the free day nearest to those days. ``fewer``: so many sessions can be had.
    """

    session: int
    first: date
    last: date
    beyond: bool = False
    anybody: bool = False
    near: date | None = None
    fewer: int = 0


def plan_course(
    wish: CourseWish, first: Sequence[FreeTime], later: Sequence[FreeTime], until: date
) -> list[Session] | NoPlan:
    """Return the best plan, or why there is none.

    ``first`` are the times for the first session, ``later`` those for the others, all there are up to the day
    ``until``. Equally good plans: the one with the earlier sessions, then the lower provider's number.
    """
    best: tuple[int, list[Session]] | None = None
    for provider in _providers(wish, [*first, *later]):
        for begin in _best_of_day_and_time(first, provider):
            weekday = begin.day.weekday() if wish.weekday is None else wish.weekday
            minute = begin.minute if wish.minute is None else wish.minute
            stages = [[_Step(_off(begin, weekday, minute), begin)]]
            steps = _one_a_day(later, provider, lambda at, w=weekday, m=minute: _off(at, w, m))  # type: ignore[misc]
            stages += [steps] * (wish.sessions - 1)
            found = _cheapest(stages, wish.spacing, lambda _, gap: wish.gap_cost(gap))
            if found is not None and (best is None or _key(found) < _key(best)):
                best = found
    return best[1] if best else _why_none(wish, first, later, until)


def _providers(wish: CourseWish, times: Iterable[FreeTime]) -> Sequence[int | None]:
    """Return whose times are looked at alone: each provider's where one should do all, else everybody's together."""
    if not wish.same_provider:
        return [None]
    return sorted({provider for time in times for provider in time.providers})


# --- moving one session ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booked:
    """A session as it stands. ``fixed``: it is over, or stays whatever else moves."""

    session: Session
    fixed: bool = False


def shift(
    booked: Sequence[Booked],
    moved: int,
    to: Session,
    free: Sequence[FreeTime],
    spacing: Spacing,
    *,
    same_provider: bool,
    until: date,
) -> list[Session] | NoPlan:
    """Return all sessions after number ``moved`` (from 0) has gone to ``to``, with as few others changed as possible.

    Those that change keep their weekday, time of day and the gap to the one before as well as they can; with
    ``same_provider`` they stay with whoever was to give them. ``fixed`` ones never change.
    """
    stages: list[list[_Step]] = []
    for number, one in enumerate(booked):
        if number == moved:
            stages.append([_Step(0, to)])
            continue
        kept = _Step(0, one.session)
        if one.fixed:
            stages.append([kept])
            continue
        who = one.session.provider if same_provider else None
        was = one.session
        steps = _one_a_day(free, who, lambda at, was=was: CHANGED + _off(at, was.day.weekday(), was.minute))  # type: ignore[misc]
        # Its own day costs nothing as it is, so nothing else on that day can be better.
        stages.append([kept, *(step for step in steps if step.at.day != was.day)])
    gaps = [(b.session.day - a.session.day).days for a, b in pairwise(booked)]
    found = _cheapest(stages, spacing, lambda number, gap: DAY_OFF * abs(gap - gaps[number - 1]))
    return found[1] if found else _why_not_shift(stages, spacing, until)


def gaps_hold(days: Sequence[date], spacing: Spacing) -> int | None:
    """Return the number (from 1) of the first session too near to the one before, or too far; ``None`` if none."""
    for number, (before, after) in enumerate(pairwise(days), start=2):
        if not spacing.allows((after - before).days):
            return number
    return None


def _why_not_shift(stages: Sequence[Sequence[_Step]], spacing: Spacing, until: date) -> NoPlan:
    reached = {step.at.day for step in stages[0]}
    for number, stage in enumerate(stages[1:], start=2):
        after = {step.at.day for step in stage if any(spacing.allows((step.at.day - day).days) for day in reached)}
        if not after:
            return _nothing(number, reached, spacing, [step.at.day for step in stage], until)
        reached = after
    raise AssertionError("There is a way, so it would have been found.")


# --- the search -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A session on a day, with what it costs by itself."""

    cost: int
    at: Session


_Path = tuple[int, list[Session]]


def _cheapest(stages: Sequence[Sequence[_Step]], spacing: Spacing, gap_cost: Callable[[int, int], int]) -> _Path | None:
    """Return the cheapest path, one step a stage, every gap allowed; ``gap_cost`` hears the stage and the days."""
    here: list[_Path] = [(step.cost, [step.at]) for step in stages[0]]
    for number, stage in enumerate(stages[1:], start=1):
        there: list[_Path] = []
        for step in stage:
            best: _Path | None = None
            for cost, path in here:
                days = (step.at.day - path[-1].day).days
                if not spacing.allows(days):
                    continue
                candidate = (cost + step.cost + gap_cost(number, days), [*path, step.at])
                if best is None or _key(candidate) < _key(best):
                    best = candidate
            if best is not None:
                there.append(best)
        here = there
    return min(here, key=_key, default=None)


def _key(path: _Path) -> tuple[int, list[datetime], list[int]]:
    return path[0], [session.start for session in path[1]], [session.provider for session in path[1]]


def _one_a_day(times: Iterable[FreeTime], provider: int | None, cost: Callable[[Session], int]) -> list[_Step]:
    """Return the cheapest time of each day, the earlier of equals; no other of that day could be in the best plan."""
    best: dict[date, _Step] = {}
    for session in _with(times, provider):
        step = _Step(cost(session), session)
        known = best.get(session.day)
        if known is None or (step.cost, session.start) < (known.cost, known.at.start):
            best[session.day] = step
    return [best[day] for day in sorted(best)]


def _best_of_day_and_time(times: Iterable[FreeTime], provider: int | None) -> list[Session]:
    return sorted(_with(times, provider), key=lambda one: one.start)


def _with(times: Iterable[FreeTime], provider: int | None) -> Iterable[Session]:
    for time in times:
        if provider is None:
            yield Session(time.start, time.day, time.minute, min(time.providers))
        elif provider in time.providers:
            yield Session(time.start, time.day, time.minute, provider)


def _off(at: Session, weekday: int, minute: int) -> int:
    return OTHER_WEEKDAY * (at.day.weekday() != weekday) + abs(at.minute - minute)


# --- why not --------------------------------------------------------------------------------


def _why_none(wish: CourseWish, first: Sequence[FreeTime], later: Sequence[FreeTime], until: date) -> NoPlan:
    """Return the explanation for whoever gets furthest."""
    found = [_stuck(wish, first, later, until, who) for who in _providers(wish, [*first, *later])]
    if not found:
        days = [time.day for time in first] or [until]
        return NoPlan(1, min(days), max(days))
    stuck = max(found, key=lambda one: one.session)
    anybody = wish.same_provider and not isinstance(
        plan_course(replace(wish, same_provider=False), first, later, until), NoPlan
    )
    return replace(stuck, anybody=anybody)


def _stuck(
    wish: CourseWish, first: Sequence[FreeTime], later: Sequence[FreeTime], until: date, provider: int | None
) -> NoPlan:
    reached = {session.day for session in _with(first, provider)}
    if not reached:
        days = [time.day for time in first] or [until]
        return NoPlan(1, min(days), max(days))
    free = sorted({session.day for session in _with(later, provider)})
    for number in range(2, wish.sessions + 1):
        after = {day for day in free if any(wish.spacing.allows((day - before).days) for before in reached)}
        if not after:
            return _nothing(number, reached, wish.spacing, free, until)
        reached = after
    raise AssertionError("There is a way, so it would have been found.")


def _nothing(number: int, reached: Iterable[date], spacing: Spacing, free: Iterable[date], until: date) -> NoPlan:
    first = min(reached) + timedelta(days=spacing.least)
    last = max(reached) + timedelta(days=spacing.most)
    # Never nearer than the protocol's least; what is free a little later may do after a word with the provider.
    near = min((day for day in free if day >= first), default=None)
    return NoPlan(number, first, last, beyond=last > until, near=near, fewer=number - 1)
