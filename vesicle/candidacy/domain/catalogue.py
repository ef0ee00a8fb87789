"""What the engine has to know about questions and areas: the question bank, reduced to facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from vesicle.core.spoken import lowered
from vesicle.protocols.bank import Bank, FollowUp, Question
from vesicle.protocols.translating import ENGLISH, bank_in

AGE = "SCR-AGE"
AREAS = "areas"
ENGINE = 2
"""How verdicts are reached. A stored decision is replayed by the engine it was made by.

1: the first. 2: an option is judged for the areas asked about, and "no" to a follow-up says nothing while its parent
was never answered.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or follow-up.

    ``parent`` is empty for a question; a follow-up makes sense after the parent's answers in ``when``
    (``answered``: after any). ``dated`` and ``future``: it takes a date, and that date may lie ahead. ``place`` sorts
    into the order of asking. ``unasked`` and ``plain_answer`` are the bank's: how answers of other programs are read.
    """

    id: str
    ask: str
    clinician: str
    kind: str = "yes-no"
    values: tuple[str, ...] = ("yes", "no", "unsure")
    parent: str = ""
    when: frozenset[str] = frozenset({"yes"})
    required: bool = True
    dated: bool = False
    future: bool = False
    place: int = 0
    valid_days: int = 36_525
    about_area: bool = False
    unasked: str = ""
    plain_answer: str = ""

    @property
    def may_end(self) -> bool:
        """Whether an answer of no may say since when: a yes-or-no question that takes no date of its own."""
        return self.kind == "yes-no" and not self.parent and not self.dated


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All questions by id, the sites of every area, names that lead to areas and their labels, and ids of concerns."""

    asked: Mapping[str, Asked]
    areas: Mapping[str, frozenset[str]]
    area_names: Mapping[str, str]
    concerns: frozenset[str]
    engine: int = ENGINE
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, bank: Bank) -> Catalogue:
        """Return the facts of ``bank``."""
        areas = {area.id: frozenset(area.sites) for area in bank.areas.values()}
        smallest_first = sorted(areas, key=lambda area: (len(areas[area]), area))
        names = {site: next(area for area in smallest_first if site in areas[area]) for site in bank.sites}
        names |= {alias: area.id for area in bank.areas.values() for alias in area.aliases}
        names |= {area: area for area in areas}
        labels = {area.id: lowered(area.name) for area in bank.areas.values()}
        return cls(_all_asked(bank.in_order()), areas, names, frozenset(bank.concerns), labels=labels)

    def place_of(self, question: str) -> tuple[int, str]:
        """Return a key that sorts ``question`` into the order of asking; what is not in the bank comes last."""
        known = self.asked.get(question)
        return (known.place if known else 1_000_000, question)

    def in_order(self, questions: Iterable[str]) -> tuple[str, ...]:
        """Return ``questions`` in the order they are asked."""
        return tuple(sorted(questions, key=self.place_of))

    def areas_within(self, areas: Iterable[str]) -> frozenset[str]:
        """Return every area that is treated when ``areas`` are: face and neck together treat the neck, too."""
        treated = frozenset(areas)
        sites = self.sites_of(treated)
        return treated | {area for area, own in self.areas.items() if own <= sites}

    def sites_of(self, areas: Iterable[str]) -> frozenset[str]:
        """Return the places on the body that belong to any of ``areas``."""
        return frozenset().union(*(self.areas.get(area, frozenset()) for area in areas))

    def particulars(self) -> dict[str, Any]:
        """Return what in the bank bears on a verdict and is not plain: stored with it, so that it can be replayed."""
        return {
            "engine": self.engine,
            "optional": sorted(entry.id for entry in self.asked.values() if not entry.required),
            "future": sorted(entry.id for entry in self.asked.values() if entry.future),
            "after": {
                entry.id: sorted(entry.when)
                for entry in self.asked.values()
                if entry.parent and entry.when != frozenset({"yes"})
            },
        }

    def with_particulars(self, stored: Mapping[str, Any]) -> Catalogue:
        """Return the catalogue as it bore on a verdict stored with these ``particulars``."""
        after = stored["after"]
        return replace(
            self,
            engine=stored.get("engine", 1),
            asked={
                entry.id: replace(
                    entry,
                    required=entry.id not in stored["optional"],
                    future=entry.id in stored["future"],
                    when=frozenset(after.get(entry.id, ("yes",))) if entry.parent else entry.when,
                )
                for entry in self.asked.values()
            },
        )

    def shortest_validity(self, questions: Iterable[str]) -> int:
        """Return for how many days the answers to ``questions`` may all be relied on."""
        days = (known.valid_days for question in questions if (known := self.asked.get(question)))
        return min(days, default=0)

    def label_of(self, area: str) -> str:
        """Return an area's name as it stands within a sentence, or its id where the catalogue has none."""
        return self.labels.get(area, area)

    def text_of(self, question: str) -> str:
        """Return the question in the patient's words, or its id where the bank no longer has it."""
        known = self.asked.get(question)
        return known.ask if known else question


@cache
def standard_catalogue(language: str = ENGLISH) -> Catalogue:
    """Return the facts of the bank that ships with Vesicle, its questions in a language."""
    return Catalogue.of(bank_in(language))


def _all_asked(questions: Iterable[Question]) -> dict[str, Asked]:
    asked: dict[str, Asked] = {}
    for question in questions:
        asked[question.id] = _facts(question, len(asked), question)
        for follow_up in question.follow_ups:
            asked[follow_up.id] = _facts(follow_up, len(asked), question)
    return asked


def _facts(entry: Question | FollowUp, place: int, question: Question) -> Asked:
    is_follow_up = isinstance(entry, FollowUp)
    return Asked(
        id=entry.id,
        ask=entry.ask,
        clinician=entry.clinician,
        kind=entry.kind,
        values=entry.answers,
        parent=question.id if is_follow_up else "",
        when=frozenset(entry.when) if isinstance(entry, FollowUp) else frozenset(),
        required=entry.required,
        dated=entry.asks_date is not None,
        future=entry.asks_date is not None and entry.asks_date.tense == "future",
        place=place,
        valid_days=question.valid_days,
        about_area=question.scope == "area",
        unasked=(entry.unasked or "") if isinstance(entry, FollowUp) else "",
        plain_answer="" if isinstance(entry, FollowUp) else entry.plain_answer or "",
    )
