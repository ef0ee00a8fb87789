"""People as a med spa may meet them, drawn from the table of prevalences."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from vesicle.candidacy.domain import Answers
from vesicle.candidacy.simulation.loader import load_prevalences
from vesicle.candidacy.simulation.prevalences import Prevalences
from vesicle.candidacy.simulation.profiles import Drawn, Profiles

YEAR = 365
"""Days; nobody simulated is born on the last day of a leap year before turning a year older."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody simulated: what they say, the options they are interested in, and what they would like to change.

    ``interested_in`` and ``concerns`` hold ids, at least one each, in the order of the library and of the bank.
    """

    answers: Answers
    interested_in: tuple[str, ...]
    concerns: tuple[str, ...]


def simulate(count: int, *, seed: int, on: date, prevalences: Prevalences | None = None) -> Iterator[Person]:
    """Yield ``count`` people who answered every question that applies to them on the day ``on``.

    The same seed, day and figures give the same people, and the first of many are the same as few. A follow-up is
    there only where its parent leads to it; optional questions may be left out; a date may be missing.

    Args:
        count: How many.
        seed: Any whole number.
        on: The day of asking, to which dates and ages refer.
        prevalences: Other figures than those that ship with Vesicle.
    """
    chance = Random(seed)  # noqa: S311  # people of a simulation, not keys: repeatable is what is wanted
    table = prevalences or load_prevalences()
    profiles = Profiles(table)
    bands = Drawn([((band.ages.from_, band.ages.below), band.share) for band in table.ages.shares])
    areas = Drawn([(share.areas, share.share) for share in table.areas.shares])
    every = tuple(wish.id for wish in table.options)
    for _ in range(count):
        sex = "female" if chance.random() < table.women.share else "male"
        youngest, below = bands.at(chance.random())
        age = youngest + int(chance.random() * (below - youngest))
        area = areas.at(chance.random())
        profile = profiles.of(sex, age, area)
        given = profile.answers(chance, on)
        concerns = profile.concerns.draw(given, chance)
        interested = every if chance.random() < table.everything.share else profile.options.draw(given, chance)
        yield Person(Answers(given, _born(age, on, chance), None, area), interested, concerns)


def _born(age: int, on: date, chance: Random) -> date:
    """Return a date of birth that makes somebody ``age`` on ``on``; every day of that year is equally likely."""
    return birthday(on, age) - timedelta(days=int(chance.random() * YEAR))


def birthday(on: date, age: int) -> date:
    """Return the date of birth of somebody who turns ``age`` on ``on``; on February 29 mostly the day before."""
    year = on.year - age
    if (on.month, on.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return on.replace(year=year)
