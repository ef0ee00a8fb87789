"""The table of prevalences made ready for drawing: one profile for each sex, band of ages and choice of areas.

Most people say the usual thing to most questions. A profile therefore holds all usual answers once, and of each
question the number from which on a draw is something else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from vesicle.candidacy.domain import Answer, standard_catalogue
from vesicle.candidacy.domain.answers import ANSWERED
from vesicle.candidacy.domain.catalogue import AGE
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.simulation.prevalences import LEFT_OUT, Dates, Prevalences, Row, Where, Wish

SAID_IN_WORDS = "Somebody simulated wrote this."
"""The text of every free answer."""

Given = dict[str, Answer]
Value = TypeVar("Value")


class Drawn(Generic[Value]):
    """Values with their chances, the likeliest first."""

    __slots__ = ("upto", "values")

    def __init__(self, chances: Sequence[tuple[Value, float]]) -> None:
        likeliest = sorted(chances, key=lambda pair: -pair[1])
        self.values = [value for value, _ in likeliest]
        self.upto = list(accumulate(share for _, share in likeliest))
        self.upto[-1] = 1.0

    def at(self, number: float) -> Value:
        """Return the value that ``number``, from 0 up to but not including 1, falls on."""
        return self.values[bisect_right(self.upto, number)]


@dataclass(frozen=True, slots=True)
class Depending(Generic[Value]):
    """A value that may depend on what was answered: the first that fits, else the usual one."""

    usual: Value
    after: tuple[tuple[str, frozenset[str], Value], ...] = ()

    def for_(self, given: Given) -> Value:
        """Return the value for somebody who answered ``given``."""
        for question, answers, value in self.after:
            said = given.get(question)
            if said is not None and said.answer in answers:
                return value
        return self.usual


@dataclass(frozen=True, slots=True)
class Day:
    """The chance that a date is given, and the days it may lie from the day of asking; negative is in the past."""

    given: float
    spans: Drawn[tuple[int, int]]

    def draw(self, chance: Random) -> int | None:
        """Return days from the day of asking, or ``None`` where no date is given."""
        if chance.random() >= self.given:
            return None
        first, last = self.spans.at(chance.random())
        return first + int(chance.random() * (last - first + 1))


@dataclass(frozen=True, slots=True)
class Ask:
    """A question or follow-up: what is answered, what follows, and which date goes with a yes."""

    id: str
    said: Depending[Drawn[Answer | None]]
    follow_ups: tuple[tuple[frozenset[str], Ask], ...]
    day: Depending[Day] | None

    @property
    def is_quick(self) -> bool:
        """Whether the usual answer depends on nothing and ends the matter."""
        usual = self.said.usual.values[0]
        return not self.said.after and usual is not None and not self.goes_on_after(usual)

    def goes_on_after(self, said: Answer) -> bool:
        """Return whether anything is asked after this answer."""
        dated = self.day is not None and said.answer == "yes"
        return dated or any(leads_to(said.answer, when) for when, _ in self.follow_ups)

    def draw(self, given: Given, chance: Random, on: date) -> None:
        """Add an answer, and what follows from it, to ``given``."""
        said = self.said.for_(given).at(chance.random())
        if said is not None:
            self.settle(said, given, chance, on)

    def settle(self, said: Answer, given: Given, chance: Random, on: date) -> None:
        """Add the answer ``said``, its follow-ups and its date to ``given``."""
        given[self.id] = said
        for when, follow_up in self.follow_ups:
            if leads_to(said.answer, when):
                follow_up.draw(given, chance, on)
        if self.day is not None and said.answer == "yes":
            days = self.day.for_(given).draw(chance)
            if days is not None:
                given[self.id] = Answer(said.answer, on + timedelta(days=days), said.text)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Concerns or options, each wanted with its own chance and at least one of them."""

    wanted: tuple[tuple[str, float, Depending[float] | None], ...]
    """Id, chance, and the chance that depends on answers where it does."""

    def draw(self, given: Given, chance: Random) -> tuple[str, ...]:
        """Return what somebody wants who answered ``given``; where all draws fail, one by its weight."""
        draw = chance.random
        found = tuple(
            [
                name
                for name, share, depending in self.wanted
                if draw() < (share if depending is None else depending.for_(given))
            ]
        )
        if found:
            return found
        shares = [(name, share if later is None else later.for_(given)) for name, share, later in self.wanted]
        total = sum(share for _, share in shares)
        return (Drawn([(name, share / total) for name, share in shares]).at(chance.random()),)


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything to draw from for people of one sex, band of ages and choice of areas."""

    usual: Mapping[str, Answer]
    quick: tuple[tuple[float, Ask, Drawn[Answer | None]], ...]
    slow: tuple[Ask, ...]
    concerns: Wishes
    options: Wishes

    def answers(self, chance: Random, on: date) -> Given:
        """Return one person's answers."""
        given = dict(self.usual)
        draw = chance.random
        for threshold, ask, rest in self.quick:
            number = draw()
            if number >= threshold:
                said = rest.at(number)
                if said is not None:
                    ask.settle(said, given, chance, on)
        for ask in self.slow:
            ask.draw(given, chance, on)
        return given


Choice = tuple[Where, Value]
"""For whom, and what then."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A row whose chances are ready to draw from, whoever answers."""

    id: str
    said: Drawn[Answer | None]
    instead: tuple[Choice[Drawn[Answer | None]], ...]
    days: tuple[Choice[Day], ...]
    follow_ups: tuple[tuple[frozenset[str], _Prepared], ...]


class Profiles:
    """The profiles of one table, made when they are first needed."""

    def __init__(self, table: Prevalences) -> None:
        self._table = table
        self._asked = standard_catalogue().asked
        self._rows = [self._prepared(row) for row in table.answers if row.id != AGE and not self._asked[row.id].parent]
        conditions: list[Where] = [
            *(other for row in table.answers for other in (*row.instead, *row.dates)),
            *(other for wish in (*table.concerns, *table.options) for other in wish.instead),
        ]
        self._edges = sorted({bound for one in conditions if one.ages for bound in (one.ages.from_, one.ages.below)})
        self._places = {one.areas for one in conditions if one.areas}
        self._like: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
        self._made: dict[tuple[str, int, frozenset[tuple[str, ...]]], Profile] = {}

    def of(self, sex: str, age: int, areas: tuple[str, ...]) -> Profile:
        """Return the profile of somebody of this sex and age (completed years) who asks for these areas."""
        like = self._like.get(areas)
        if like is None:
            # All choices of areas that no condition tells apart share their profiles.
            like = self._like[areas] = frozenset(place for place in self._places if not set(place).isdisjoint(areas))
        key = (sex, bisect_right(self._edges, age), like)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = _Maker(sex, age, areas).profile(self._rows, self._table)
        return found

    def _prepared(self, row: Row) -> _Prepared:
        following = [other for other in self._table.answers if self._asked[other.id].parent == row.id]
        ahead = 1 if self._asked[row.id].future else -1
        return _Prepared(
            id=row.id,
            said=_said(row.chances),
            instead=tuple((other, _said(other.chances)) for other in row.instead),
            days=tuple((dates, _day(dates, ahead)) for dates in row.dates),
            follow_ups=tuple((self._asked[other.id].when, self._prepared(other)) for other in following),
        )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Settles what depends on sex, age and areas, and leaves what depends on answers."""

    sex: str
    age: int
    areas: tuple[str, ...]

    def profile(self, rows: Sequence[_Prepared], table: Prevalences) -> Profile:
        asks = [self._ask(row) for row in rows]
        quick = [ask for ask in asks if ask.is_quick]
        usual = {ask.id: ask.said.usual.values[0] for ask in quick}
        return Profile(
            usual={question: said for question, said in usual.items() if said is not None},
            quick=tuple((ask.said.usual.upto[0], ask, ask.said.usual) for ask in quick),
            slow=tuple(ask for ask in asks if not ask.is_quick),
            concerns=self._wishes(table.concerns),
            options=self._wishes(table.options),
        )

    def _ask(self, row: _Prepared) -> Ask:
        return Ask(
            id=row.id,
            said=self._depending(row.instead, row.said),
            follow_ups=tuple((when, self._ask(other)) for when, other in row.follow_ups),
            day=self._depending(row.days[:-1], row.days[-1][1]) if row.days else None,
        )

    def _wishes(self, wishes: Sequence[Wish]) -> Wishes:
        settled = [
            (wish.id, self._depending([(other, other.chance) for other in wish.instead], wish.chance))
            for wish in wishes
        ]
        return Wishes(tuple((name, share.usual, share if share.after else None) for name, share in settled))

    def _depending(self, instead: Sequence[Choice[Value]], usual: Value) -> Depending[Value]:
        after: list[tuple[str, frozenset[str], Value]] = []
        for where, value in instead:
            if not self._fits(where):
                continue
            if where.after is None:
                return Depending(value, tuple(after))
            after.append((where.after.question, frozenset(where.after.is_), value))
        return Depending(usual, tuple(after))

    def _fits(self, where: Where) -> bool:
        return (
            where.sex in (None, self.sex)
            and (where.ages is None or where.ages.from_ <= self.age < where.ages.below)
            and (not where.areas or not set(self.areas).isdisjoint(where.areas))
        )


def _said(chances: Mapping[str, float]) -> Drawn[Answer | None]:
    return Drawn([(_answer(said), share) for said, share in chances.items() if share])


def _answer(said: str) -> Answer | None:
    if said == LEFT_OUT:
        return None
    return Answer(said, None, SAID_IN_WORDS if said == ANSWERED else "")


def _day(dates: Dates, ahead: int) -> Day:
    spans = [((ahead * span.first, ahead * span.last), span.chance) for span in dates.spans]
    return Day(dates.given, Drawn([((min(span), max(span)), share) for span, share in spans]))
