"""People for comparing the FHIR export with our engine: made to sit on the borders of each option's rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from vesicle.candidacy.domain import Answer, Answers
from vesicle.candidacy.tests.made_from_rules import healthy, leaves
from vesicle.protocols.schema.rules import AgeIs, Answered, AreaIs, WithinDays, questions_of

DAYS = (date(2026, 12, 1), date(2028, 2, 29), date(2027, 2, 28))
"""The days asked about: an ordinary one, a leap day, and the day before the one that is missing."""


class People:
    """Makes people for one option. ``borders`` are days ago, by question, at which one of its rules turns."""

    def __init__(self, option, catalogue, chance: random.Random) -> None:
        self.option, self.catalogue, self.chance = option, catalogue, chance
        self.healthy = healthy(catalogue)
        self.borders: dict[str, set[int]] = {}
        self.ages = {36}
        looked_at = set()
        for rule in (entry.rule for entry in option.rules):
            looked_at |= questions_of(rule.when)
            for leaf in leaves(rule.when):
                if isinstance(leaf, WithinDays):
                    self._border(leaf.question, leaf.within_days + 1)
                elif isinstance(leaf, AgeIs):
                    self.ages |= {age for age in (leaf.age.from_, leaf.age.below) if age}
            if rule.wait and rule.wait.from_question:
                looked_at.add(rule.wait.from_question)
                self._border(rule.wait.from_question, rule.wait.days)
        self.questions = sorted({name.partition(".")[0] for name in looked_at} - {"SCR-AGE"})

    def _border(self, question: str, days: int) -> None:
        self.borders.setdefault(question, {0, 1, 400}).update({days - 1, days, days + 1})

    # --- people on purpose ------------------------------------------------------------------------------

    def for_each_rule(self) -> Iterator[tuple[Answers, date]]:
        """Yield, for every rule, somebody for whom it fires, and for a dated wait somebody for whom it is just over."""
        for rule in (entry.rule for entry in self.option.rules):
            on = self.chance.choice(DAYS)
            answers = Answers(dict(self.healthy), _born(on, 36, 0), None, self._offered())
            for leaf in leaves(rule.when):
                answers = self._made_true(answers, leaf, on)
            if rule.wait and rule.wait.from_question:
                for ago in (rule.wait.days - 1, rule.wait.days):
                    day = on - timedelta(days=ago)
                    yield self._with(answers, rule.wait.from_question, "yes", day), on
            else:
                yield answers, on

    def _made_true(self, answers: Answers, leaf, on: date) -> Answers:
        if isinstance(leaf, AgeIs):
            low, high = leaf.age.from_ or 0, leaf.age.below or 200
            return replace(answers, date_of_birth=_born(on, min(max(low, 14), high - 1), 0))
        if isinstance(leaf, AreaIs):
            return replace(answers, areas=tuple(dict.fromkeys((*answers.areas, self.chance.choice(leaf.area)))))
        if isinstance(leaf, WithinDays):
            return self._with(answers, leaf.question, "yes", on - timedelta(days=1))
        if isinstance(leaf, Answered):
            entry = self.catalogue.asked[leaf.question]
            dated = entry.dated and leaf.is_[0] == "yes"
            return self._with(answers, leaf.question, leaf.is_[0], on if dated else None)
        raise TypeError(leaf)

    def _with(self, answers: Answers, question: str, value: str, day: date | None) -> Answers:
        entry = self.catalogue.asked[question]
        if entry.parent:
            parent = answers.given.get(entry.parent)
            if parent is None or parent.answer not in entry.when:
                wanted = next(iter(sorted(entry.when)))
                above = self.catalogue.asked[entry.parent]
                answers = answers.with_answer(entry.parent, Answer(wanted, day if above.dated else None))
        return answers.with_answer(question, Answer(value, day if entry.dated else None))

    # --- people by chance -------------------------------------------------------------------------------

    def anybody(self) -> tuple[Answers, date]:
        """Return somebody who differs from the healthy person in a few things that the option's rules look at."""
        on = self.chance.choice(DAYS)
        given = dict(self.healthy)
        if self.chance.random() < 0.15:
            # Somebody who has simply not come to the end yet; by chance alone such people are rare.
            for question in self.chance.sample(self.questions, self.chance.choice((1, 2, 3))):
                given.pop(question)
            return Answers(given, _born(on, 36, 0), None, self._offered()), on
        for question in self.chance.sample(self.questions, self.chance.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
            given.pop(question, None)
            given |= self._said(question, on)
        return Answers(given, self._birth(on), None, self._areas()), on

    def _said(self, question: str, on: date) -> dict[str, Answer]:
        """Return an answer to a question and to some of its follow-ups, whether they apply or not; or none."""
        found: dict[str, Answer] = {}
        how = self.chance.random()
        if how >= 0.25:
            found[question] = self._one(question, on)
        follow_ups = [entry.id for entry in self.catalogue.asked.values() if entry.parent == question]
        for name in follow_ups:
            if self.chance.random() < 0.75:
                found[name] = self._one(name, on)
        return found

    def _one(self, question: str, on: date) -> Answer:
        entry = self.catalogue.asked[question]
        if entry.kind == "text":
            return Answer("answered", None, "Words.")
        values = [value for value in entry.values if value != "unsure"]
        if self.chance.random() < 0.2 and "unsure" in entry.values:
            return Answer("unsure")
        if entry.kind == "multi-choice":
            return Answer(",".join(sorted(self.chance.sample(values, self.chance.randint(1, 2)))))
        value = "yes" if "yes" in values and self.chance.random() < 0.8 else self.chance.choice(values)
        if value != "yes" or not entry.dated or self.chance.random() < 0.15:
            return Answer(value, None, "Words." if self.chance.random() < 0.1 else "")
        ago = self.chance.choice(sorted(self.borders.get(question, {0, 30})))
        return Answer("yes", on + timedelta(days=ago % 300) if entry.future else on - timedelta(days=ago))

    def _birth(self, on: date) -> date | None:
        if self.chance.random() < 0.05:
            return None
        if self.chance.random() < 0.7:
            return _born(on, 36, 0)
        if self.chance.random() < 0.3:
            return date(2008, 2, 29)
        return _born(on, self.chance.choice(sorted(self.ages)), self.chance.choice((-1, 0, 1)))

    def _offered(self) -> tuple[str, ...]:
        return (self.option.sections.areas[0].area,)

    def _areas(self) -> tuple[str, ...]:
        """Return areas: mostly one in which the option is given, now and then only others."""
        offered = [area.area for area in self.option.sections.areas]
        every = sorted(self.catalogue.areas)
        more = self.chance.sample(every, self.chance.choice((0, 0, 0, 1, 2)))
        first = self.chance.choice(offered if self.chance.random() < 0.8 else every)
        return tuple(dict.fromkeys((first, *more)))


def _born(on: date, age: int, days_later: int) -> date:
    """Return a birth date for somebody who turns ``age`` on ``on``, or some days after or before."""
    try:
        birthday = on.replace(year=on.year - age)
    except ValueError:
        birthday = date(on.year - age, 3, 1)
    return birthday + timedelta(days=days_later)


def population(option, catalogue, count: int, seed: int) -> list[tuple[Answers, date]]:
    """Return ``count`` people for one option, those on purpose first."""
    people = People(option, catalogue, random.Random(f"{option.id} {seed}"))  # noqa: S311 - repeatable on purpose
    found = list(people.for_each_rule())
    return [*found, *(people.anybody() for _ in range(count - len(found)))]
