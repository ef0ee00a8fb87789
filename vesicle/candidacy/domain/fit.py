"""Which treatment fits: options ranked by what their protocols state, against what somebody wishes.

``rank`` looks at every option once (``factors`` says what each factor is worth) and sorts. Points are only earned, by
facts that the protocol states; the weights are data (``fit_weights.yaml``). A wish sets an option apart, and never
makes it unsafe: only a verdict says ``unsuitable``, and nothing said here loosens or tightens one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from vesicle.candidacy.domain.factors import course_of, lines_of
from vesicle.candidacy.domain.fit_line import Course, Line, Weights
from vesicle.candidacy.domain.verdict import STRICTEST_FIRST, Verdict, VerdictName, all_of
from vesicle.candidacy.domain.wishes import Wishes
from vesicle.core.words import said
from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.library_files import house_order
from vesicle.protocols.schema.treatment import Option

Standing = Literal["ranked", "unranked", "not-wanted", "nothing-stated", "unsuitable"]
"""Where an option stands, in the order they are listed.

``unranked``: no concern was named, so there is nothing to rank by. ``not-wanted``: it has something the person does not
want, or is not given where they want it. ``nothing-stated``: its protocol states nothing that speaks for it on any
concern named, so it is not recommended. ``unsuitable``: as the verdict says.
"""
STANDINGS: tuple[Standing, ...] = ("ranked", "unranked", "not-wanted", "nothing-stated", "unsuitable")

TIES = said(
    "Equal points: what is possible now goes before what has to wait, then more of your concerns, then fewer days of "
    "downtime, then the lower price of a course, then the order of our list."
)
"""How ties are broken, as it is said to people; ``_place`` does it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one option fits somebody.

    ``rank`` counts from 1 and is ``None`` for what is not ranked; ``total`` is the sum of the points of ``lines``, and
    ``of`` the most that these wishes could
    earn. ``why`` says what sets an unranked option apart. ``wait`` is what stands before it even
    where it fits: from when, or who decides first; empty for ``suitable``.
    """

    option: str
    verdict: VerdictName
    standing: Standing
    rank: int | None
    total: float
    of: float
    lines: tuple[Line, ...]
    course: Course
    why: tuple[str, ...] = ()
    wait: str = ""
    earliest: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fit as ``vesicle screen`` writes it."""
        return {
            "option": self.option,
            "verdict": self.verdict,
            "standing": self.standing,
            "rank": self.rank,
            "total": self.total,
            "of": self.of,
            "why": list(self.why),
            "wait": self.wait or None,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "course": self.course.as_json(),
            "reasons": [line.as_json() for line in self.lines],
        }


def rank(
    options: Iterable[Option],
    verdicts: Iterable[Verdict],
    wishes: Wishes,
    *,
    weights: Weights | None = None,
    bank: Bank | None = None,
) -> tuple[Fit, ...]:
    """Return how each option fits, the ranked ones first and best first, then the others by ``STANDINGS``.

    Args:
        options: what is offered, with the clinic's own prices applied. In any order.
        verdicts: the engine's verdict on each of them, by option id. In any order.
        wishes: what the person wants to change, where, and what matters to them.
        weights: what counts how much; by default those of the bank.
        bank: concerns, areas, grades and product categories; by default the one that ships with Vesicle.

    Raises:
        ValueError: an option has no verdict. Nothing is ranked unjudged.
    """
    shared = bank or load_bank()
    counted = weights or Weights.of(shared)
    by_option = {verdict.option: verdict for verdict in verdicts}
    judged = []
    for option in options:
        verdict = by_option.get(option.id)
        if verdict is None:
            raise ValueError(f"{option.id} has no verdict; judge it before ranking it.")
        judged.append(_Judged.of(option, verdict, wishes, counted, shared))
    ranked = sorted((each for each in judged if each.standing == "ranked"), key=_place)
    others = sorted((each for each in judged if each.standing != "ranked"), key=_place_apart)
    fits = [each.fit(place) for place, each in enumerate(ranked, start=1)]
    return (*fits, *(each.fit(None) for each in others))


@dataclass(frozen=True, slots=True)
class _Judged:
    """One option with everything that places it."""

    option: Option
    verdict: Verdict
    lines: tuple[Line, ...]
    course: Course
    standing: Standing
    why: tuple[str, ...]

    @classmethod
    def of(cls, option: Option, verdict: Verdict, wishes: Wishes, weights: Weights, bank: Bank) -> _Judged:
        lines = lines_of(option, wishes, weights, bank)
        standing, why = _standing(verdict, lines, wishes)
        return cls(option, verdict, lines, course_of(option, wishes.areas), standing, why)

    @property
    def total(self) -> Fraction:
        return sum((line.earned for line in self.lines), Fraction())

    @property
    def concerns_helped(self) -> int:
        return sum(line.helps for line in self.lines)

    def fit(self, place: int | None) -> Fit:
        """Return the result. An option that is not ranked has no total: nobody adds up what is not compared."""
        return Fit(
            option=self.option.id,
            verdict=self.verdict.verdict,
            standing=self.standing,
            rank=place,
            total=round(float(self.total), 2) if place is not None else 0.0,
            of=round(float(sum(line.of for line in self.lines)), 2),
            lines=self.lines,
            course=self.course,
            why=self.why,
            wait=wait_of(self.verdict),
            earliest=self.verdict.earliest,
        )


def _standing(verdict: Verdict, lines: Sequence[Line], wishes: Wishes) -> tuple[Standing, tuple[str, ...]]:
    if verdict.verdict == "unsuitable":
        return "unsuitable", tuple(reason.patient for reason in verdict.reasons)
    if unwanted := tuple(line.compares for line in lines if line.sets_apart):
        return "not-wanted", unwanted
    if not wishes.concerns:
        return "unranked", (said("You have not said what you would like to change, so there is nothing to rank by."),)
    effects = [line for line in lines if line.factor == "effect"]
    if not any(line.helps for line in effects):
        return "nothing-stated", tuple(line.compares or line.states for line in effects)
    return "ranked", ()


def wait_of(verdict: Verdict) -> str:
    """Return what stands before an option, as a sentence; empty where nothing does."""
    if verdict.verdict == "defer":
        if verdict.earliest:
            return said("Not yet: from {day}.", day=verdict.earliest)
        if not verdict.until:
            return said("Not yet; a provider says from when.")
        return said("Not yet: {waits}.", waits=all_of(until.sentence for until in verdict.until))
    return _WAITS.get(verdict.verdict, "")


_WAITS: Mapping[str, str] = {
    "review": said("A provider decides first."),
    "incomplete": said("Answers are missing, so nobody can say yet whether you may have it."),
    "unsuitable": said("By your answers, it is not for you now."),
}


def _place(each: _Judged) -> tuple[object, ...]:
    """Sort by points, then as ``TIES`` says. What is not stated sorts last."""
    course = each.course
    open_end = float("inf")
    return (
        -each.total,
        -STRICTEST_FIRST.index(each.verdict.verdict),
        -each.concerns_helped,
        course.downtime[1] if course.downtime[1] is not None else open_end,
        course.downtime[0],
        course.cost[0],
        course.cost[1] if course.cost[1] is not None else open_end,
        *_in_house(each),
    )


def _place_apart(each: _Judged) -> tuple[object, ...]:
    return (STANDINGS.index(each.standing), *_in_house(each))


def _in_house(each: _Judged) -> tuple[object, ...]:
    return (house_order(each.option.treatment), each.option.id)
