"""Conditions in three-valued logic: each is compiled once to a function from a person's facts to no, yes or unknown.

Kleene's tables: a conjunction is no as soon as one part is no, yes when all are, otherwise unknown; a disjunction the
other way round; the negation of unknown is unknown. Only where the answer is unknown does anybody ask why
(``Compiled.why``), which keeps the common case fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vesicle.candidacy.domain.answers import ANSWERED, UNSURE, Answers
from vesicle.candidacy.domain.catalogue import AGE, AREAS, Asked, Catalogue
from vesicle.candidacy.domain.medicine_index import standard_medicines
from vesicle.candidacy.domain.medicines import doubts
from vesicle.core.errors import Invalid
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays

NO, YES, UNKNOWN = 0, 1, 2
STILL = ".NOW"
"""How follow-ups end that ask whether what is dated by their parent still goes on."""
Test = Callable[["Facts"], int]
Kind = Literal["unsure", "undated", "follow-up", "unanswered", "optional", "named"]

FOR_A_PROVIDER: frozenset[Kind] = frozenset({"unsure", "undated", "follow-up", "named"})
"""Unknown after the person was asked: somebody has to talk with them. The rest is simply not answered yet."""

STILL_OPEN: frozenset[Kind] = frozenset({"undated", "follow-up", "unanswered"})
"""What an answer could still settle."""


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why something is unknown, and which question would settle it.

    ``named``: a medicine named in the words beside ``source`` speaks against the answer; ``words`` say which.
    """

    question: str
    kind: Kind
    words: str = ""
    source: str = ""


Doubt = tuple[str, str]
"""The medicine somebody named, in words, and the question beside which they wrote it."""

State = frozenset[str] | Cause
"""The values somebody chose (none where a question does not apply to them), or why that is not known."""


def doubts_about(answers: Answers, catalogue: Catalogue) -> dict[str, Doubt]:
    """Return the answers that a medicine named in somebody's own words speaks against, and what they named.

    Nothing is read into the words: such an answer counts as not known until a provider has asked. A question never
    answered stays unanswered.
    """
    if catalogue.engine < 2:
        return {}
    found = doubts(answers, standard_medicines())
    return {
        question: (mention.in_words, mention.question)
        for question, mention in found.items()
        if question in answers.given and not answers.given[question].is_unsure
    }


class Facts:
    """One person on one day, as conditions look at them. Raises ``Invalid`` for a date that cannot be.

    ``named`` are the answers in doubt because of a named medicine; by default they are read from the answers' words.
    """

    __slots__ = (
        "_states",
        "age",
        "areas",
        "catalogue",
        "dates",
        "doubted",
        "ended",
        "given",
        "named",
        "on",
        "sites",
        "still",
    )

    def __init__(
        self, answers: Answers, on: date, catalogue: Catalogue, named: Mapping[str, Doubt] | None = None
    ) -> None:
        self.on = on
        self.catalogue = catalogue
        self.given = answers.given
        self.named = doubts_about(answers, catalogue) if named is None else named
        self.age = answers.age_on(on)
        self.areas = catalogue.areas_within(answers.areas)
        self.sites = catalogue.sites_of(answers.areas)
        self.dates: dict[str, date] = {}
        self.ended: dict[str, date] = {}
        self._states: dict[str, State] = {}
        for question, said in answers.given.items():
            if said.date is not None and said.answer == "yes":
                known = catalogue.asked.get(question)
                if said.date > on and not (known and known.future):
                    message = f"{question}: {said.date} lies after {on}. Give a date that has been, or leave it out."
                    raise Invalid(message, fields={question: message})
                self.dates[question] = said.date
            if said.ended is not None and said.answer == "no":
                known = catalogue.asked.get(question)
                if known is not None and known.may_end:
                    self.ended[question] = said.ended
        self.still: set[str] = set()
        self.doubted: set[str] = set()
        self._look_at_what_goes_on()

    def _look_at_what_goes_on(self) -> None:
        """Let "yes, still" outweigh the date beside it: somebody may have given the day on which it began."""
        for question, said in self.given.items():
            if not question.endswith(STILL):
                continue
            known = self.catalogue.asked.get(question)
            if known is None or known.parent not in self.dates:
                continue
            if said.answer == "yes":
                self.still.add(known.parent)
                self.dates[known.parent] = self.on
            elif said.is_unsure:
                self.doubted.add(known.parent)

    def state(self, question: str) -> State:
        """Return what is known about ``question``."""
        found = self._states.get(question)
        if found is None:
            found = self._states[question] = self._look_up(question)
        return found

    def _look_up(self, question: str) -> State:
        known = self.catalogue.asked.get(question)
        said = self.given.get(question)
        if known is not None and known.parent:
            parent = self.given.get(known.parent)
            if parent is not None and not leads_to(parent.answer, known.when):
                doubt = self.named.get(known.parent)
                if not parent.is_unsure and doubt is None:
                    # What was said earlier, under another answer to the parent, no longer counts.
                    return frozenset()
                if said is None or self._says_nothing_alone(known, said.answer) or self.catalogue.engine < 2:
                    return Cause(known.parent, "named", *doubt) if doubt else Cause(known.parent, "unsure")
            if parent is None and (said is None or self._says_nothing_alone(known, said.answer)):
                asked_first = self.catalogue.asked.get(known.parent)
                return Cause(known.parent, "unanswered" if not asked_first or asked_first.required else "optional")
            if said is None:
                return Cause(question, "follow-up" if known.required else "optional")
        if said is None:
            return Cause(question, "unanswered" if known is None or known.required else "optional")
        if question in self.named:
            return Cause(question, "named", *self.named[question])
        return Cause(question, "unsure") if said.is_unsure else said.values

    def _says_nothing_alone(self, follow_up: Asked, answer: str) -> bool:
        """Return whether "no" may mean that the parent does not hold: without diabetes none is well controlled."""
        return answer == "no" and ANSWERED not in follow_up.when and self.catalogue.engine > 1


def leads_to(answer: str, when: frozenset[str]) -> bool:
    """Return whether ``answer`` to the parent leads to a follow-up that is asked after the answers in ``when``."""
    return ANSWERED in when or not when.isdisjoint(answer.split(","))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition as two functions: what it is for somebody, and why that is unknown (asked only where it is)."""

    test: Test
    why: Callable[[Facts], frozenset[Cause]]


def compile_condition(condition: Condition) -> Compiled:
    """Return ``condition`` ready to run."""
    if isinstance(condition, AllOf):
        return _all([compile_condition(part) for part in condition.all])
    if isinstance(condition, AnyOf):
        return _any([compile_condition(part) for part in condition.any])
    if isinstance(condition, NotThis):
        return _not(compile_condition(condition.not_))
    if isinstance(condition, AgeIs):
        return _age(condition.age.from_, condition.age.below)
    if isinstance(condition, AreaIs):
        return _area(frozenset(condition.area))
    if isinstance(condition, WithinDays):
        return _within(condition.question, condition.within_days)
    return _answered(condition.question, frozenset(condition.is_))


def _all(parts: list[Compiled]) -> Compiled:
    tests = [part.test for part in parts]

    def test(facts: Facts) -> int:
        result = YES
        for part in tests:
            value = part(facts)
            if value == NO:
                return NO
            if value == UNKNOWN:
                result = UNKNOWN
        return result

    return Compiled(test if len(parts) > 1 else tests[0], _why_of(parts))


def _any(parts: list[Compiled]) -> Compiled:
    tests = [part.test for part in parts]

    def test(facts: Facts) -> int:
        result = NO
        for part in tests:
            value = part(facts)
            if value == YES:
                return YES
            if value == UNKNOWN:
                result = UNKNOWN
        return result

    return Compiled(test if len(parts) > 1 else tests[0], _why_of(parts))


def _why_of(parts: list[Compiled]) -> Callable[[Facts], frozenset[Cause]]:
    return lambda facts: frozenset().union(*(part.why(facts) for part in parts if part.test(facts) == UNKNOWN))


def _not(part: Compiled) -> Compiled:
    opposite = (YES, NO, UNKNOWN)
    return Compiled(lambda facts: opposite[part.test(facts)], part.why)


def _age(at_least: int | None, below: int | None) -> Compiled:
    low, high = at_least or 0, 1_000 if below is None else below
    why = frozenset({Cause(AGE, "unanswered")})
    return Compiled(
        lambda facts: UNKNOWN if facts.age is None else YES if low <= facts.age < high else NO, lambda facts: why
    )


def _area(wanted: frozenset[str]) -> Compiled:
    why = frozenset({Cause(AREAS, "unanswered")})
    return Compiled(
        lambda facts: UNKNOWN if not facts.areas else NO if facts.areas.isdisjoint(wanted) else YES, lambda facts: why
    )


def _within(question: str, days: int) -> Compiled:
    def test(facts: Facts) -> int:
        state = facts.state(question)
        if isinstance(state, Cause):
            return UNKNOWN
        if "yes" not in state:
            return NO
        day = facts.dates.get(question)
        if day is None:
            return UNKNOWN
        return YES if abs((facts.on - day).days) <= days else UNKNOWN if question in facts.doubted else NO

    return Compiled(test, lambda facts: frozenset({why_undated(question, facts)}))


def _answered(question: str, wanted: frozenset[str]) -> Compiled:
    def test(facts: Facts) -> int:
        state = facts.state(question)
        if isinstance(state, Cause):
            return YES if UNSURE in wanted and state == Cause(question, "unsure") else UNKNOWN
        return NO if state.isdisjoint(wanted) else YES

    return Compiled(test, lambda facts: frozenset({why_undated(question, facts)}))


def why_undated(question: str, facts: Facts) -> Cause:
    """Return why the answer to ``question``, or its date, is not known."""
    state = facts.state(question)
    if isinstance(state, Cause):
        return state
    return Cause(f"{question}{STILL}", "unsure") if question in facts.doubted else Cause(question, "undated")
