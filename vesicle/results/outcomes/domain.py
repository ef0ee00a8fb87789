"""What happened to everybody treated: change by week with its interval, and who was not seen again.

Everybody treated is the denominator, always. A curve needs a fewest number of people, a comparison of groups more of
them; below, the answer is a sentence with the number that is missing and no picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

FEWEST_FOR_A_CURVE = 10
"""People seen at some time, below which nothing is drawn: intervals of fewer are wider than what they are about."""
FEWEST_AT_A_TIME = 5
"""People seen at one time, below which this time has no point: it would also tell who they are."""
FEWEST_IN_A_GROUP = 20
"""People of each group seen at the time compared: fewer tell providers apart by chance."""
FEWEST_IN_PUBLIC = 20
MOST_LOST_TO_COMPARE = 0.4
MOST_LOST_IN_PUBLIC = 0.5
"""Share of those due who were not seen, above which those who were seen say little about everybody."""

Kind = Literal["change", "level"]


@dataclass(frozen=True, slots=True)
class Treated:
    """One person's first visit for an option. ``due`` holds the planned weeks whose time to be seen is over."""

    person: int
    visit: int
    on: date
    provider: str
    products: tuple[str, ...]
    version: str
    due: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody treated, and what was seen of them: value by week (0 is before), by person."""

    treated: tuple[Treated, ...]
    values: Mapping[int, Mapping[int, float]]
    weeks: tuple[int, ...]
    """The protocol's weeks, 0 not among them."""
    kind: Kind = "change"
    """Whether people are compared with themselves before, or the measure itself speaks of a change (``level``)."""

    def of(self, people: Iterable[int]) -> Cohort:
        """Return the part of some people."""
        chosen = frozenset(people)
        kept = {person: seen for person, seen in self.values.items() if person in chosen}
        return Cohort(tuple(one for one in self.treated if one.person in chosen), kept, self.weeks, self.kind)

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day of treatment, or ``None`` of nobody."""
        days = [one.on for one in self.treated]
        return (min(days), max(days)) if days else None


def outcome_at(cohort: Cohort, person: int, week: int) -> float | None:
    """Return the change of one person at a week (or the level), ``None`` where it was not seen."""
    seen = cohort.values.get(person, {})
    value = seen.get(week)
    if value is None or cohort.kind == "level":
        return value
    before = seen.get(0)
    return None if before is None else value - before


@dataclass(frozen=True, slots=True)
class Loss:
    """Of the ``due`` people whose time to be seen at a week is over, ``lost`` were not. ``treated`` is everybody."""

    week: int
    treated: int
    due: int
    lost: int

    @property
    def share(self) -> float:
        """Lost of due, from 0 to 1."""
        return self.lost / self.due if self.due else 0.0


def losses(cohort: Cohort) -> tuple[Loss, ...]:
    """Return for each planned week how many were due and not seen, of everybody treated.

    Without a value before treatment a person cannot be seen to change, and counts as not seen.
    """
    found = []
    for week in cohort.weeks:
        due = [one.person for one in cohort.treated if week in one.due]
        lost = sum(outcome_at(cohort, person, week) is None for person in due)
        found.append(Loss(week, len(cohort.treated), len(due), lost))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Point:
    """One time of the curve. ``people`` were seen; ``if_lost_unchanged`` is the mean if nobody lost had changed."""

    week: int
    estimate: float
    low: float
    high: float
    people: int
    loss: Loss
    if_lost_unchanged: float | None


@dataclass(frozen=True, slots=True)
class Missing:
    """How those who were not seen at ``week`` had done when last seen at ``earlier``, beside those who were."""

    week: int
    earlier: int
    lost: int
    of_lost: float
    kept: int
    of_kept: float


@dataclass(frozen=True, slots=True)
class Curve:
    """An outcome over weeks. Without ``points``, ``why`` says what is missing."""

    points: tuple[Point, ...]
    losses: tuple[Loss, ...]
    treated: int
    with_before: int
    kind: Kind
    method: Literal["mixed", "paired", ""]
    period: tuple[date, date] | None
    too_few: Mapping[int, int] = field(default_factory=dict)
    """Weeks without a point because so few were seen."""
    missing: tuple[Missing, ...] = ()

    @property
    def most(self) -> Point | None:
        """The time with the most people, the latest of several."""
        return max(self.points, key=lambda point: (point.people, point.week), default=None)


def curve(cohort: Cohort, *, fewest: int = FEWEST_FOR_A_CURVE) -> Curve:
    """Return the outcome by week: a mixed model over repeated measures, or paired changes where it cannot be fitted.

    Nothing is drawn with fewer than ``fewest`` people seen at the best time.
    """
    from vesicle.results.outcomes.mixed import estimates  # statistics are loaded only when somebody asks for them

    lost = losses(cohort)
    seen = {week: _outcomes(cohort, week) for week in cohort.weeks}
    with_before = sum(0 in seen_ for seen_ in cohort.values.values())
    most = max((len(found) for found in seen.values()), default=0)
    weeks = [week for week, found in seen.items() if len(found) >= FEWEST_AT_A_TIME]
    too_few = {week: len(found) for week, found in seen.items() if 0 < len(found) < FEWEST_AT_A_TIME}
    facts = (len(cohort.treated), with_before, cohort.kind)
    if most < fewest:
        return Curve((), lost, *facts, "", cohort.period, {w: len(s) for w, s in seen.items() if s})
    method, found = estimates(cohort, weeks)
    points = []
    for one in lost:
        if one.week in found:
            estimate, low, high = found[one.week]
            people = len(seen[one.week])
            share = people / (people + one.lost) if people + one.lost else 1.0
            unchanged = estimate * share if cohort.kind == "change" and one.lost else None
            points.append(Point(one.week, estimate, low, high, people, one, unchanged))
    return Curve(tuple(points), lost, *facts, method, cohort.period, too_few, _missing(cohort))


def _outcomes(cohort: Cohort, week: int) -> dict[int, float]:
    found = ((person, outcome_at(cohort, person, week)) for person in cohort.values)
    return {person: value for person, value in found if value is not None}


def _missing(cohort: Cohort) -> tuple[Missing, ...]:
    """Compare, at the week before, those who then stayed away with those who came: who leaves may be no accident."""
    found = []
    for earlier, week in zip(cohort.weeks, cohort.weeks[1:], strict=False):
        due = {one.person for one in cohort.treated if week in one.due}
        before = {person: value for person, value in _outcomes(cohort, earlier).items() if person in due}
        came = _outcomes(cohort, week)
        lost = [value for person, value in before.items() if person not in came]
        kept = [value for person, value in before.items() if person in came]
        if min(len(lost), len(kept)) >= FEWEST_AT_A_TIME:
            found.append(Missing(week, earlier, len(lost), _mean(lost), len(kept), _mean(kept)))
    return tuple(found)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


# --- comparing groups ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """One provider, product or version: its mean at a week, and how far it is from all the other people."""

    name: str
    people: int
    loss: Loss
    estimate: float
    low: float
    high: float
    apart: float
    apart_low: float
    apart_high: float

    @property
    def differs(self) -> bool:
        """Whether the interval of the difference leaves nought out."""
        return self.apart_low > 0 or self.apart_high < 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A group that is not compared, because of too few people (``lost`` false) or too many lost."""

    name: str
    people: int
    loss: Loss
    lost: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups at one week. Empty ``groups``: the numbers carry no comparison, and ``left_out`` says what each has."""

    week: int
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]


def compare(cohort: Cohort, by: Mapping[int, str], week: int) -> Comparison:
    """Compare groups of people at a week. ``by`` names each person's group; who is not in it is left out.

    Intervals of the differences are widened for the number of groups (Bonferroni), so that of many equal providers
    none stands out by chance more than one time in twenty.
    """
    able: dict[str, tuple[list[float], Loss]] = {}
    left: list[LeftOut] = []
    for name in sorted(set(by.values())):
        part = cohort.of(person for person, group in by.items() if group == name)
        values = list(_outcomes(part, week).values())
        loss = next((one for one in losses(part) if one.week == week), Loss(week, len(part.treated), 0, 0))
        if len(values) < FEWEST_IN_A_GROUP:
            left.append(LeftOut(name, len(values), loss, lost=False))
        elif loss.share > MOST_LOST_TO_COMPARE:
            left.append(LeftOut(name, len(values), loss, lost=True))
        else:
            able[name] = (values, loss)
    if len(able) < 2:
        left += [LeftOut(name, len(values), loss, lost=False) for name, (values, loss) in able.items()]
        return Comparison(week, (), tuple(sorted(left, key=lambda one: one.name)))
    return Comparison(week, tuple(_group(name, able) for name in able), tuple(left))


def _group(name: str, able: Mapping[str, tuple[list[float], Loss]]) -> Group:
    from vesicle.results.outcomes.mixed import mean_interval, welch_interval

    values, loss = able[name]
    others = [value for other, (found, _) in able.items() if other != name for value in found]
    comparisons = 1 if len(able) == 2 else len(able)
    return Group(name, len(values), loss, *mean_interval(values), *welch_interval(values, others, comparisons))


# --- in public ---------------------------------------------------------------------------------------


def may_be_public(found: Curve) -> Point | None:
    """Return the time to show in public, or ``None`` where numbers are too small or too many were lost.

    It is the latest time with enough people, not the best one.
    """
    able = [
        point for point in found.points if point.people >= FEWEST_IN_PUBLIC and point.loss.share <= MOST_LOST_IN_PUBLIC
    ]
    return max(able, key=lambda point: point.week, default=None)
