"""People as no clinic meets them: made to find where two engines disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from vesicle.candidacy.domain import UNSURE, Answer, Answers, Asked, Catalogue, age_on, standard_catalogue
from vesicle.candidacy.domain.answers import ANSWERED
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.domain.reading import YOUNGEST
from vesicle.candidacy.simulation.loader import load_prevalences
from vesicle.candidacy.simulation.people import Person, birthday
from vesicle.protocols.library_files import load_library

Value = TypeVar("Value")

BORDERS = (1, 3, 7, 14, 28, 30, 84, 90, 180, 365)
"""Days at which rules stop waiting; dates are drawn on them, a day before and a day after."""

DAYS = tuple(sorted({0, *(border + step for border in BORDERS for step in (-1, 0, 1))}))
OLDEST = 90
SHARES_LEFT_OUT = (0.0, 0.0, 0.1, 0.5, 0.9)
"""Some people answer everything, some hardly anything."""

SHARES_USUAL = (0.0, 0.0, 0.8, 0.95)
"""Where every answer is unusual, something always excludes, and engines that differ over a wait still agree. So half
of the people answer most questions as most people do."""

DATED = 0.75
"""The share of answers to dated questions that carry a date."""


def awkward(
    count: int, *, seed: int, on: date, catalogue: Catalogue | None = None, options: Sequence[str] | None = None
) -> Iterator[Person]:
    """Yield ``count`` people whose answers are valid but anything else than likely, on the day ``on``.

    Half of them choose every answer as often as every other, half mostly the usual one. Questions are left out at
    random; dates lie on and around the borders of rules; follow-ups are there although nothing leads to them, as far
    as ``faults_in`` allows it; ages run from 13 to 90 or are unknown, with birthdays today and tomorrow; areas come
    alone and in any combination. The same seed and day give the same people.

    Args:
        count: How many.
        seed: Any whole number.
        on: The day of asking, to which dates and ages refer.
        catalogue: Another bank's questions than that of the bank that ships with Vesicle.
        options: Ids of the options people may be interested in; without it, those of the library.
    """
    chance = Random(seed)  # noqa: S311  # people of a simulation, not keys: repeatable is what is wanted
    known = catalogue or standard_catalogue()
    usual = {row.id: max(row.chances, key=row.chances.__getitem__) for row in load_prevalences().answers}
    asked = [_Ready(entry, usual.get(entry.id), on) for entry in known.asked.values() if entry.kind != "birth-date"]
    areas, concerns = sorted(known.areas), sorted(known.concerns)
    every = list(options) if options is not None else [option.id for option in load_library().options()]
    draw = chance.random
    for _ in range(count):
        given: dict[str, Answer] = {}
        left_out = _one(SHARES_LEFT_OUT, chance)
        as_usual = _one(SHARES_USUAL, chance)
        for entry in asked:
            if draw() >= left_out:
                said = entry.draw(given.get(entry.parent), as_usual, chance)
                if said is not None:
                    given[entry.id] = said
        born, age = _age(on, chance)
        answers = Answers(given, born, age, _some(areas, 3, chance))
        yield Person(answers, _some(every, len(every), chance), _some(concerns, 4, chance))


class _Ready:
    """A question with every answer that needs no further thought made once."""

    __slots__ = ("asked", "dated", "id", "parent", "refused", "single", "usual", "values")

    def __init__(self, asked: Asked, usual: str | None, on: date) -> None:
        self.asked = asked
        self.id = asked.id
        self.parent = asked.parent
        self.values = tuple(value for value in asked.values if value != UNSURE) if asked.kind == "multi-choice" else ()
        self.single = tuple(Answer(value) for value in asked.values) or (
            Answer(ANSWERED, None, "Somebody awkward wrote this."),
        )
        self.usual = next((said for said in self.single if said.answer == usual), None)
        self.refused = Answer("no") if "no" in asked.values else None
        """What ``faults_in`` still allows after a parent that does not lead here."""
        days = [*(-day for day in DAYS), *(DAYS if asked.future else ())]
        self.dated = {
            said.answer: tuple(Answer(said.answer, on + timedelta(days=day)) for day in days)
            for said in self.single
            if asked.dated and said.answer != "no"
        }

    def draw(self, parent: Answer | None, as_usual: float, chance: Random) -> Answer | None:
        """Return any answer that is allowed beside the parent's, or ``None`` where there is none."""
        if parent is not None and not leads_to(parent.answer, self.asked.when) and not parent.is_unsure:
            return self.refused
        if as_usual and self.usual is not None and chance.random() < as_usual:
            return self.usual
        said = _one(self.single, chance)
        if self.values and said.answer != UNSURE and chance.random() < 0.5:
            return Answer(",".join(_some(self.values, len(self.values), chance)))
        dated = self.dated.get(said.answer)
        return _one(dated, chance) if dated and chance.random() < DATED else said


def _age(on: date, chance: Random) -> tuple[date | None, int | None]:
    """Return date of birth and age: the one, the other, both or neither."""
    age = YOUNGEST + int(chance.random() * (OLDEST + 1 - YOUNGEST))
    form = chance.randrange(8)
    if form == 0:
        return None, None
    if form == 1:
        return None, age
    # Birthdays today, and tomorrow: the two sides of every border of age.
    days = (0, 364, int(chance.random() * 365))[chance.randrange(3)]
    born = birthday(on, age) - timedelta(days=days)
    return born, age_on(born, on) if form == 2 else None


def _one(names: Sequence[Value], chance: Random) -> Value:
    return names[int(chance.random() * len(names))]


def _some(names: Sequence[str], most: int, chance: Random) -> tuple[str, ...]:
    return tuple(chance.sample(names, 1 + int(chance.random() * most)))
