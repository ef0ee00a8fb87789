"""The same rules in a general rules engine (CEL), as the reference our own engine is compared with.

It does the same job as far as it can: three-valued, coming to the same verdict on every option (the benchmark checks
that it does). It gives no reasons, dates or next steps; those are in our time and not in its own. Every rule becomes
three expressions: it fires, somebody has to ask, an answer is missing; all of them are one program, compiled once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from vesicle.candidacy.domain import Answers, Catalogue, VerdictName
from vesicle.candidacy.domain.answers import ANSWERED, UNSURE
from vesicle.candidacy.domain.conditions import Facts
from vesicle.core.errors import Conflict
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays
from vesicle.protocols.schema.treatment import Option, OptionRule

Decide = Callable[[Answers, date], list[VerdictName]]
NEVER = "false"


class Expressions(NamedTuple):
    """A condition in CEL: where it holds, and where it is not known: somebody has to ask, or has not answered."""

    yes: str
    ask: str = NEVER
    never: str = NEVER
    open: str = NEVER

    @property
    def unknown(self) -> str:
        """Where it is not known."""
        return _or([self.ask, self.never, self.open])

    def where(self, unknown: str, yes: str) -> Expressions:
        """Return the same causes, kept to ``unknown``, beside another ``yes``."""
        return Expressions(yes, *(_and([unknown, part]) for part in self[1:]))


def compiled(options: Sequence[Option], catalogue: Catalogue) -> Decide:
    """Return a function that gives somebody's verdict on each option by CEL.

    Raises:
        Conflict: the engine is not installed; it comes with the packages for tests.
    """
    try:
        import cel
    except ImportError as missing:
        raise Conflict("The reference engine is not installed. Run `sh scripts/setup.sh test` first.") from missing
    writer = _Writer(catalogue)
    places: list[list[str]] = []
    expressions: list[str] = []
    for option in options:
        effects: list[str] = []
        for rule in (rule for rule in option.rules if rule.rule.effect != "note"):
            found = writer.rule(rule)
            expressions += [found.yes, found.ask, found.never]
            effects.append(rule.rule.effect)
        places.append(effects)
    elsewhere = [f"size(sites) > 0 && !sites.exists(s, s in {json.dumps(_sites(one, catalogue))})" for one in options]
    program = cel.compile(f"[{', '.join(f'({one})' for one in [*expressions, *elsewhere])}]")

    def decide(answers: Answers, on: date) -> list[VerdictName]:
        results = program.execute(cel.Context(variables=context_of(answers, on, catalogue)))
        found: list[VerdictName] = []
        start = 0
        for number, effects in enumerate(places):
            own = results[start : start + 3 * len(effects)]
            start += 3 * len(effects)
            found.append(_verdict(effects, own, results[len(expressions) + number]))
        return found

    return decide


def _sites(option: Option, catalogue: Catalogue) -> list[str]:
    return sorted(catalogue.sites_of(area.area for area in option.sections.areas))


def _verdict(effects: Sequence[str], results: Sequence[bool], is_elsewhere: bool) -> VerdictName:
    fired = {effect for effect, yes in zip(effects, results[::3], strict=True) if yes}
    if "exclude" in fired or is_elsewhere:
        return "unsuitable"
    if "defer" in fired:
        return "defer"
    if "review" in fired or any(results[1::3]):
        return "review"
    return "incomplete" if any(results[2::3]) else "suitable"


def context_of(answers: Answers, on: date, catalogue: Catalogue) -> dict[str, Any]:
    """Return one person's facts as CEL variables: answers, dates as day numbers, age, areas and sites."""
    facts = Facts(answers, on, catalogue)
    said = {question: sorted(given.values) for question, given in answers.given.items()}
    return {
        "said": said | {question: [UNSURE] for question in facts.named},
        "day": {question: day.toordinal() for question, day in facts.dates.items()},
        "doubted": sorted(facts.doubted),
        "on": on.toordinal(),
        "age": -1 if facts.age is None else facts.age,
        "areas": sorted(facts.areas),
        "sites": sorted(facts.sites),
    }


class _Writer:
    """Writes rules over one catalogue's questions as CEL."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._asked = catalogue.asked

    def rule(self, rule: OptionRule) -> Expressions:
        """Return a rule, its wait included."""
        when = self._condition(rule.rule.when)
        wait = rule.rule.wait
        if wait is None or wait.from_question is None:
            return when
        question = json.dumps(wait.from_question)
        dated, doubted = f"{question} in day", f"{question} in doubted"
        running = f"({dated} && day[{question}] + {wait.days} > on)"
        possible = _or([when.yes, when.unknown])
        over_in_doubt = _and([possible, _or([f"!({dated})", _and([f"!{running}", doubted])])])
        unknown = _or([over_in_doubt, _and([running, when.unknown])])
        own = self._answered(wait.from_question, ["yes"])
        undated = _or([f"!({dated})", doubted])
        causes = Expressions(
            NEVER,
            _or([when.ask, _and([undated, _or([own.ask, f"!({_or([own.never, own.open])})"])])]),
            _or([when.never, _and([undated, own.never])]),
            _or([when.open, _and([undated, own.open])]),
        )
        return causes.where(unknown, _and([running, when.yes]))

    def _condition(self, condition: Condition) -> Expressions:
        if isinstance(condition, AllOf):
            parts = [self._condition(part) for part in condition.all]
            yes = _and([part.yes for part in parts])
            possible = _and([_or([part.yes, part.unknown]) for part in parts])
            return _causes(parts).where(_and([possible, f"!({yes})"]), yes)
        if isinstance(condition, AnyOf):
            parts = [self._condition(part) for part in condition.any]
            yes = _or([part.yes for part in parts])
            return _causes(parts).where(f"!({yes})", yes)
        if isinstance(condition, NotThis):
            part = self._condition(condition.not_)
            return part._replace(yes=f"!({_or([part.yes, part.unknown])})")
        if isinstance(condition, AgeIs):
            bounds = {">=": condition.age.from_ or 0, "<": condition.age.below}
            holds = [f"age {sign} {bound}" for sign, bound in bounds.items() if bound is not None]
            return Expressions(_and(holds), never="age < 0")
        if isinstance(condition, AreaIs):
            wanted = json.dumps(list(condition.area))
            return Expressions(f"areas.exists(area, area in {wanted})", never="size(areas) == 0")
        if isinstance(condition, WithinDays):
            return self._within(condition.question, condition.within_days)
        return self._answered(condition.question, condition.is_)

    def _within(self, question: str, days: int) -> Expressions:
        state = self._answered(question, ["yes"])
        name = json.dumps(question)
        recent = f"({name} in day && on - day[{name}] <= {days} && day[{name}] - on <= {days})"
        not_told = _and([state.yes, f"!{recent}", _or([f"!({name} in day)", f"{name} in doubted"])])
        return state._replace(yes=_and([state.yes, recent]), ask=_or([state.ask, not_told]))

    def _answered(self, question: str, wanted: Iterable[str]) -> Expressions:
        known = self._asked.get(question)
        values = sorted(set(wanted))
        has, given = self._has(question, values), _given(question)
        unsure = NEVER if UNSURE in values else self._has(question, [UNSURE])
        if known is None or not known.parent:
            missing = f"!({given})"
            is_optional = known is not None and not known.required
            return Expressions(has, unsure, NEVER if is_optional else missing, missing if is_optional else NEVER)
        parent = self._asked.get(known.parent)
        above = _given(known.parent)
        always = ANSWERED in known.when
        leads = above if always else self._has(known.parent, sorted(known.when))
        alone = given if always else _and([given, f"!({self._has(question, ['no'])})"])
        in_doubt = _and([self._has(known.parent, [UNSURE]), f"!({leads})"])
        counts = _or([_and([leads, given]), _and([_or([f"!({above})", in_doubt]), alone])])
        open_here = _and([leads, f"!({given})"])
        no_parent = _and([f"!({above})", f"!({alone})"])
        parent_required = parent is None or parent.required
        ask = [_and([in_doubt, f"!({alone})"]), _and([counts, unsure]), open_here if known.required else NEVER]
        optional = [NEVER if parent_required else no_parent, NEVER if known.required else open_here]
        return Expressions(_and([counts, has]), _or(ask), no_parent if parent_required else NEVER, _or(optional))

    def _has(self, question: str, values: Sequence[str]) -> str:
        name = json.dumps(question)
        return f"({name} in said && said[{name}].exists(v, v in {json.dumps(list(values))}))"


def _causes(parts: Sequence[Expressions]) -> Expressions:
    ask, never, open_ = ([part[place] for part in parts] for place in (1, 2, 3))
    return Expressions(NEVER, _or(ask), _or(never), _or(open_))


def _given(question: str) -> str:
    return f"{json.dumps(question)} in said"


def _and(parts: Iterable[str]) -> str:
    several = list(parts)
    return NEVER if NEVER in several else " && ".join(f"({part})" for part in several)


def _or(parts: Iterable[str]) -> str:
    several = [part for part in dict.fromkeys(parts) if part != NEVER]
    return " || ".join(f"({part})" for part in several) if several else NEVER
