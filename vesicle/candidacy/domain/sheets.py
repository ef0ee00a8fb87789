"""One person's answers as a row of bytes of fixed length, so that many people's answers can be read at once.

A sheet holds what verdicts rest on and no words: for each question the answers given (a bit each), whether a medicine
named elsewhere contradicts it, and dates as days. Which byte means what follows from the question bank; ``Layout.id``
names that order, and a sheet written under another one is written anew from the answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from vesicle.candidacy.domain.answers import ANSWERED, Answers
from vesicle.candidacy.domain.catalogue import Catalogue, standard_catalogue
from vesicle.candidacy.domain.conditions import doubts_about

ANSWERED_BIT = 1 << 15
"""Set for every answer given, whatever it is; the lower bits are the question's values in their order."""
NAMED_BIT = 1 << 14
"""Set where a medicine named in the person's own words speaks against the answer."""
MOST_VALUES = 14
ENDED_FROM = date(1998, 12, 31).toordinal()
"""The day before the first on which something can have ended as a sheet sees it."""


@dataclass(frozen=True)
class Layout:
    """Where each question, date and area stands in a sheet.

    A sheet is ``width`` bytes: the birth date and the age (4 bytes each; 0 and -1 where unknown), two bytes for each
    of ``questions``, four for the date of each of ``dated`` (days since year 1; 0 for none), two for the day
    on which each of ``endable`` was over (days since 1999; 0 for none), and one for each area.
    """

    questions: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    dated: tuple[str, ...]
    endable: tuple[str, ...]
    areas: tuple[str, ...]
    catalogue: Catalogue = field(repr=False, compare=False)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Layout:
        """Return the layout for a catalogue. Raises ``ValueError`` for a question with more answers than bits."""
        asked = [entry for entry in catalogue.asked.values() if entry.kind != "birth-date"]
        for entry in asked:
            if len(entry.values) > MOST_VALUES:
                raise ValueError(f"{entry.id} has {len(entry.values)} answers; a sheet has room for {MOST_VALUES}")
        return cls(
            questions=tuple(entry.id for entry in asked),
            values={entry.id: entry.values or (ANSWERED,) for entry in asked},
            dated=tuple(entry.id for entry in asked if entry.dated),
            endable=tuple(entry.id for entry in asked if entry.may_end),
            areas=tuple(catalogue.areas),
            catalogue=catalogue,
        )

    @cached_property
    def dtype(self) -> np.dtype[np.void]:
        """The sheet as numpy sees it: one field for each thing above."""
        fields = [("born", "<i4"), ("age", "<i4"), ("answers", "<u2", (len(self.questions),))]
        fields += [("dates", "<i4", (len(self.dated),)), ("ended", "<u2", (len(self.endable),))]
        return np.dtype([*fields, ("areas", "u1", (len(self.areas),))])

    @property
    def width(self) -> int:
        """Bytes in a sheet."""
        return self.dtype.itemsize

    @cached_property
    def id(self) -> str:
        """A short name of this order: it changes whenever a byte would mean something else."""
        text = repr((self.questions, sorted(self.values.items()), self.dated, self.endable, self.areas))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each question among the answers."""
        return {question: place for place, question in enumerate(self.questions)}

    @cached_property
    def date_places(self) -> Mapping[str, int]:
        """The place of each dated question among the dates."""
        return {question: place for place, question in enumerate(self.dated)}

    @cached_property
    def ended_places(self) -> Mapping[str, int]:
        """The place of each question that may have ended among the days on which they did."""
        return {question: place for place, question in enumerate(self.endable)}

    @cached_property
    def _bits(self) -> Mapping[str, Mapping[str, int]]:
        return {
            question: {value: 1 << place for place, value in enumerate(values)}
            for question, values in self.values.items()
        }

    def write(self, answers: Answers) -> bytes:
        """Return one person's sheet. Questions that the layout does not have are left out."""
        row = np.zeros((), self.dtype)
        row["born"] = answers.date_of_birth.toordinal() if answers.date_of_birth else 0
        row["age"] = -1 if answers.age is None else answers.age
        codes, dates, ended, areas = row["answers"], row["dates"], row["ended"], row["areas"]
        for question, said in answers.given.items():
            place = self.places.get(question)
            if place is None:
                continue
            bits = self._bits[question]
            codes[place] = ANSWERED_BIT | sum(bits.get(value, 0) for value in said.values)
            if said.date is not None and said.answer == "yes" and question in self.date_places:
                dates[self.date_places[question]] = said.date.toordinal()
            if said.ended is not None and said.answer == "no" and question in self.ended_places:
                # No rule waits so long that it would matter how far before that day.
                ended[self.ended_places[question]] = max(said.ended.toordinal() - ENDED_FROM, 1)
        for question in doubts_about(answers, self.catalogue):
            if question in self.places:
                codes[self.places[question]] |= NAMED_BIT
        for area in answers.areas:
            if area in self.areas:
                areas[self.areas.index(area)] = 1
        return row.tobytes()

    def read(self, sheets: bytes) -> NDArray[np.void]:
        """Return sheets written one after another as an array with one record a person."""
        return np.frombuffer(sheets, self.dtype)


@cache
def standard_layout() -> Layout:
    """Return the layout of the bank that ships with Vesicle."""
    return Layout.of(standard_catalogue())
