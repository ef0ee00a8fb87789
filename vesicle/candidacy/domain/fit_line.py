"""The parts of a fit: one line of reasons, the weights it is counted with, and the course in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from vesicle.protocols.bank import Bank
from vesicle.protocols.bank.fitting import Factor, Match

Span = tuple[float, float | None]
"""Least and most; the most is ``None`` where the end is open or not stated."""

OPEN: Span = (0.0, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One reason for where an option stands.

    ``states`` is what the protocol says, with ``grade`` (of evidence, where it has one), ``basis`` and ``refs``;
    ``compares`` sets it against the wish. ``match`` is empty where nothing was wished for. ``earned`` of ``of`` are
    points. ``helps`` marks stated evidence for a concern, ``sets_apart`` what the person does not want.
    """

    factor: Factor | Literal["needles", "source"]
    subject: str
    states: str
    compares: str = ""
    match: Match | Literal[""] = ""
    earned: Fraction = Fraction()
    of: Fraction = Fraction()
    grade: str = ""
    direction: str = ""
    basis: str = ""
    refs: tuple[str, ...] = ()
    helps: bool = False
    sets_apart: bool = False

    @property
    def points(self) -> float:
        """The points earned, to two places, as they are shown."""
        return round(float(self.earned), 2)

    @property
    def most(self) -> float:
        """The most points there were to earn here."""
        return round(float(self.of), 2)

    def as_json(self) -> dict[str, Any]:
        """Return the line as ``vesicle screen`` writes it."""
        return {
            "factor": self.factor,
            "subject": self.subject,
            "states": self.states,
            "compares": self.compares or None,
            "match": self.match or None,
            "points": self.points,
            "of": self.most,
            "grade": self.grade or None,
            "direction": self.direction or None,
            "basis": self.basis or None,
            "refs": list(self.refs),
        }


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much: points by factor, shares by direction of the evidence and by match. From data."""

    points: Mapping[str, int]
    directions: Mapping[str, Fraction]
    matches: Mapping[str, Fraction]
    grades: Mapping[str, Fraction]

    @classmethod
    def of(cls, bank: Bank) -> Weights:
        """Return the weights of ``bank``; the shares of grades follow their ranks."""
        best = max(grade.rank for grade in bank.evidence_grades.values())
        return cls(
            {weight.id: weight.points for weight in bank.fit_weights.values()},
            {one.id: Fraction(str(one.share)) for one in bank.fit_directions.values()},
            {one.id: Fraction(str(one.share)) for one in bank.fit_matches.values()},
            {grade.id: Fraction(grade.rank, best) for grade in bank.evidence_grades.values()},
        )

    def earned(self, factor: Factor, match: Match) -> tuple[Fraction, Fraction]:
        """Return the points that ``match`` earns for ``factor``, and the most there are."""
        most = Fraction(self.points[factor])
        return most * self.matches[match], most


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course in numbers: visits, its cost in whole units of ``currency``, days of downtime after a visit."""

    visits: Span = OPEN
    cost: Span = OPEN
    currency: str = ""
    downtime: Span = OPEN

    def as_json(self) -> dict[str, Any]:
        """Return the numbers; an open end is ``null``."""
        return {
            "visits": list(self.visits),
            "cost": list(self.cost),
            "currency": self.currency,
            "downtime_days": list(self.downtime),
        }


def match_of(span: Span, most: float) -> Match:
    """Return how ``span`` meets a wish for at most ``most``. An open end never meets it fully."""
    low, high = span
    if high is not None and high <= most:
        return "fully"
    return "partly" if low <= most else "misses"
