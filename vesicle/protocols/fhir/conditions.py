"""A rule as three FHIRPath expressions: whether it fires, whether a provider has to ask, whether an answer is open.

FHIRPath's empty collection is the third truth value, and its `and`, `or` and `not` follow the tables that our engine
uses. What made a rule undecided is told apart by the other two expressions: somebody was asked and could not say (a
provider asks), or nobody has answered yet. A question that the bank calls optional is neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vesicle.protocols.bank import Bank
from vesicle.protocols.fhir.paths import (
    AREAS,
    BORN,
    UNSURE,
    Paths,
    any_of,
    days_after,
    days_before,
    one_of,
    years_before,
)
from vesicle.protocols.schema.rules import (
    AgeIs,
    AllOf,
    Answered,
    AnyOf,
    AreaIs,
    Condition,
    NotThis,
    Rule,
    Wait,
    WithinDays,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """When something is undecided: because a provider has to ask, or an answer is open. Empty text means never."""

    provider: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Expressions:
    """A rule in FHIRPath. `fires` gives true, false or nothing; the doubts give true only where it gives nothing."""

    fires: str
    doubt: Doubt


class Conditions:
    """Turns conditions over the questions and areas of one bank into FHIRPath."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._paths = Paths(bank)

    def of_rule(self, rule: Rule) -> Expressions:
        """Return a rule, its wait included."""
        wait = rule.wait
        if wait is None or wait.from_question is None:
            return Expressions(self.fires(rule.when), self._doubt_if_open(rule.when))
        fires = f"({self.fires(rule.when)} and {self._waits(wait.from_question, wait)})"
        own = self._doubt_about_wait(wait.from_question)
        if isinstance(rule.when, Answered) and rule.when.question == wait.from_question:
            # In doubt for no other reasons than the wait; and without an answer nothing can be decided anyway.
            return Expressions(fires, Doubt(_only_where_open(fires, own).provider, own.answer))
        return Expressions(fires, _only_where_open(fires, _united((self._doubt_if_open(rule.when), own))))

    def not_offered(self, offered: Iterable[str]) -> Expressions:
        """Return the rule that an option is not given in any of the areas asked for; `offered` are those it has."""
        elsewhere = self._elsewhere(offered)
        fires = f"{AREAS}.all($this in {one_of(elsewhere)})" if elsewhere else "false"
        return Expressions(f"iif({AREAS}.exists(), {fires}, false)", Doubt())

    def offered_in_part(self, offered: Iterable[str]) -> Expressions:
        """Return the note that an option is given in some of the areas asked for, and not in others."""
        among = one_of(elsewhere) if (elsewhere := self._elsewhere(offered)) else ""
        some = f"({AREAS}.where($this in {among}).exists() and {AREAS}.all($this in {among}).not())"
        return Expressions(some if among else "false", Doubt())

    def _elsewhere(self, offered: Iterable[str]) -> list[str]:
        sites = {site for area in offered for site in self._bank.area(area).sites}
        return [area.id for area in self._bank.areas.values() if sites.isdisjoint(area.sites)]

    def fires(self, condition: Condition) -> str:
        """Return `condition` as FHIRPath that gives true, false, or nothing where it is not known."""
        if isinstance(condition, AllOf):
            return _joined(" and ", [self.fires(part) for part in condition.all])
        if isinstance(condition, AnyOf):
            return _joined(" or ", [self.fires(part) for part in condition.any])
        if isinstance(condition, NotThis):
            return f"({self.fires(condition.not_)}).not()"
        if isinstance(condition, AgeIs):
            return self._age(condition)
        if isinstance(condition, AreaIs):
            return f"iif({AREAS}.exists(), {any_of(self._treated(area) for area in condition.area)})"
        if isinstance(condition, WithinDays):
            return f"({self._paths.answered(condition.question, ['yes'])} and {self._within(condition)})"
        return self._paths.answered(condition.question, condition.is_)

    def _age(self, condition: AgeIs) -> str:
        band = condition.age
        parts = []
        if band.from_ is not None:
            parts.append(f"({BORN} <= {years_before(band.from_)})")
        if band.below is not None:
            parts.append(f"({BORN} > {years_before(band.below)})")
        return _joined(" and ", parts)

    def _treated(self, area: str) -> str:
        """Return whether an area is treated: each of its sites belongs to one of the areas that were chosen."""
        covering = {
            frozenset(other.id for other in self._bank.areas.values() if site in other.sites)
            for site in self._bank.area(area).sites
        }
        # Whoever chose from the smaller list has chosen from the larger one, too.
        needed = [one for one in covering if not any(other < one for other in covering)]
        parts = [f"{AREAS}.where($this in {one_of(one)}).exists()" for one in sorted(needed, key=sorted)]
        return _joined(" and ", parts)

    def _within(self, condition: WithinDays) -> str:
        paths, question, days = self._paths, condition.question, condition.within_days
        asks = paths.entry(question).asks_date
        if asks is not None and asks.tense == "future":
            day = paths.day(question)
            return f"(({day} >= {days_before(days)}) and ({day} <= {days_after(days)}))"
        return paths.runs(question, f">= {days_before(days)}")

    def _waits(self, question: str, wait: Wait) -> str:
        return self._paths.runs(question, f"> {days_before(wait.days)}", outcome_still=wait.days > 0)

    # --- why something is not known ---------------------------------------------------------------------

    def _doubt_if_open(self, condition: Condition) -> Doubt:
        """Return the doubts about `condition`; what they say counts only where it gives nothing, and says so."""
        if isinstance(condition, NotThis):
            return self._doubt_if_open(condition.not_)
        if isinstance(condition, AllOf | AnyOf):
            parts = condition.all if isinstance(condition, AllOf) else condition.any
            return _only_where_open(self.fires(condition), _united(self._doubt_if_open(part) for part in parts))
        if isinstance(condition, AgeIs):
            return Doubt(answer=f"{BORN}.empty()")
        if isinstance(condition, AreaIs):
            return Doubt(answer=f"{AREAS}.empty()")
        if isinstance(condition, WithinDays):
            return self._doubt_about_answer(condition.question, frozenset(), self._undated(condition))
        return self._doubt_about_answer(condition.question, frozenset(condition.is_), "")

    def _undated(self, condition: WithinDays) -> str:
        paths, question = self._paths, condition.question
        no_date = f"(({paths.value(question)} = 'yes') and {paths.day(question)}.empty())"
        still = paths.still(question)
        if not still:
            return no_date
        lies = f"({paths.day(question)} < {days_before(condition.within_days)})"
        return any_of([no_date, f"(({still} = '{UNSURE}') and {lies})"])

    def _doubt_about_answer(self, question: str, wanted: frozenset[str], more: str) -> Doubt:
        paths = self._paths
        entry, value, parent = paths.entry(question), paths.value(question), paths.parent(question)
        unsure = f"({value} = '{UNSURE}')" if entry.unsure and UNSURE not in wanted else ""
        if parent is None:
            return Doubt(any_of([unsure, more]), f"{value}.empty()" if entry.required else "")
        above = paths.value(parent.id)
        never = f"({above}.exists() and {value}.empty())" if entry.required else ""
        provider = any_of([paths.parent_unsure(question), unsure, never, more])
        off = paths.leads_nowhere(question)
        return Doubt(f"iif({off}, false, {provider})" if off and provider else provider, self._open(question))

    def _doubt_about_wait(self, question: str) -> Doubt:
        """Return the doubts about the date that starts a wait: it is missing, or it may still be going on."""
        paths = self._paths
        value, day, still, parent = (
            paths.value(question),
            paths.day(question),
            paths.still(question),
            paths.parent(question),
        )
        alone = paths.says_nothing(question)
        said = f"({value}.exists() and {alone}.not())" if alone else f"{value}.exists()"
        if parent is not None:
            above = f"{paths.value(parent.id)}.exists()" if paths.entry(question).required else ""
            said = any_of([said, above, paths.leads_nowhere(question), paths.parent_unsure(question)])
        doubted = f"({still} = '{UNSURE}')" if still else "false"
        return Doubt(f"iif({day}.exists(), {doubted}, {said})", self._open(question))

    def _open(self, question: str) -> str:
        """Return when nobody has answered `question`, nor for a follow-up its parent; empty text if it may stay so."""
        paths, parent = self._paths, self._paths.parent(question)
        value = paths.value(question)
        if parent is None:
            return f"{value}.empty()" if paths.entry(question).required else ""
        if not parent.required:
            return ""
        no_answer = any_of([f"{value}.empty()", paths.says_nothing(question)])
        return f"({paths.value(parent.id)}.empty() and {no_answer})"


def _joined(word: str, parts: list[str]) -> str:
    return f"({word.join(parts)})" if len(parts) > 1 else parts[0]


def _united(doubts: Iterable[Doubt]) -> Doubt:
    several = list(doubts)
    return Doubt(any_of(doubt.provider for doubt in several), any_of(doubt.answer for doubt in several))


def _only_where_open(fires: str, doubt: Doubt) -> Doubt:
    guard = f"({fires}).empty() and "
    return Doubt(
        f"({guard}{doubt.provider})" if doubt.provider else "", f"({guard}{doubt.answer})" if doubt.answer else ""
    )
