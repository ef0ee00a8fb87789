"""What a person said: answers with their dates and words, birth date or age, and the areas in question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

UNSURE = "unsure"
ANSWERED = "answered"
"""Stored as the answer where the words themselves are the answer (kind ``text``) or the date is (birth date)."""

Day = date
"""A date by another name, for a class in which "date" is a field."""

DEFAULT_AREAS = ("full-face",)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``yes``, ``no``, ``unsure``, a choice's value, or several joined by commas.

    ``date`` belongs to an answer of yes (the last dose, the last peel); ``text`` is what the person added. ``ended``
    belongs to an answer of no: the day on which something was over that used to be true.
    """

    answer: str
    date: date | None = None
    text: str = ""
    ended: Day | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether the person could not say."""
        return self.answer == UNSURE

    @property
    def values(self) -> frozenset[str]:
        """The chosen values; several for a question that allows several."""
        return frozenset(self.answer.split(","))

    def as_json(self) -> str | dict[str, str]:
        """Return the shortest form that ``vesicle screen`` reads back."""
        more = {"date": self.date.isoformat()} if self.date else {}
        more |= {"text": self.text} if self.text else {}
        more |= {"ended": self.ended.isoformat()} if self.ended else {}
        return {"answer": self.answer, **more} if more else self.answer


def _nothing() -> Mapping[str, Answer]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything one person said. A question that is not in ``given`` was not answered.

    ``date_of_birth`` or ``age`` (in completed years) may both be missing; then age is unknown. ``areas`` are ids of
    the area catalogue.
    """

    given: Mapping[str, Answer] = field(default_factory=_nothing)
    date_of_birth: date | None = None
    age: int | None = None
    areas: tuple[str, ...] = DEFAULT_AREAS

    def with_answer(self, question: str, answer: Answer) -> Answers:
        """Return the same with one answer added or replaced."""
        return replace(self, given={**self.given, question: answer})

    def without(self, *questions: str) -> Answers:
        """Return the same as if ``questions`` had never been answered."""
        return replace(self, given={name: said for name, said in self.given.items() if name not in questions})

    def age_on(self, on: date) -> int | None:
        """Return the age in completed years on ``on``, or ``None`` where neither age nor birth date is known."""
        return self.age if self.date_of_birth is None else age_on(self.date_of_birth, on)

    def as_json(self) -> dict[str, Any]:
        """Return the form that is stored with a verdict and that ``from_json`` reads back exactly."""
        return {
            "date_of_birth": self.date_of_birth.isoformat() if self.date_of_birth else None,
            "age": self.age,
            "areas": list(self.areas),
            "answers": {question: self.given[question].as_json() for question in sorted(self.given)},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answers:
        """Return the answers that ``as_json`` wrote. Trusts its input; people's input goes through ``read_request``."""
        born = data.get("date_of_birth")
        return cls(
            {question: _answer(said) for question, said in data["answers"].items()},
            date.fromisoformat(born) if born else None,
            data.get("age"),
            tuple(data["areas"]),
        )


def _answer(said: str | Mapping[str, str]) -> Answer:
    if isinstance(said, str):
        return Answer(said)
    return Answer(said["answer"], _day(said.get("date")), said.get("text", ""), _day(said.get("ended")))


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def age_on(date_of_birth: date, on: date) -> int:
    """Return the age in completed years. Who was born on February 29 turns a year older on March 1."""
    return on.year - date_of_birth.year - ((on.month, on.day) < (date_of_birth.month, date_of_birth.day))
