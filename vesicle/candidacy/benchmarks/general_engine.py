"""The same rules in a general rules engine (CEL), as the reference our own engine is compared with.

What it does is less: it says which rules fire, and nothing of what is unknown, why, or from when. The comparison errs
in its favor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from vesicle.candidacy.domain import Answers, Catalogue
from vesicle.core.errors import Conflict
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays
from vesicle.protocols.schema.treatment import Option, OptionRule

Decide = Callable[[Answers, date], list[str]]


def compiled(options: Iterable[Option], catalogue: Catalogue) -> Decide:
    """Return a function that names the rules which fire for somebody, evaluated by CEL, each compiled once.

    Raises:
        Conflict: the engine is not installed; it comes with the packages for tests.
    """
    try:
        import cel
    except ImportError as missing:
        raise Conflict("The reference engine is not installed. Run `sh scripts/setup.sh test` first.") from missing
    programs = [(rule.id, cel.compile(expression_of(rule))) for option in options for rule in option.rules]

    def decide(answers: Answers, on: date) -> list[str]:
        context = context_of(answers, on, catalogue)
        return [name for name, program in programs if program.execute(context)]

    return decide


def context_of(answers: Answers, on: date, catalogue: Catalogue) -> dict[str, Any]:
    """Return one person's facts as CEL variables: answers, dates as day numbers, age and areas."""
    age = answers.age_on(on)
    return {
        "said": {question: sorted(given.values) for question, given in answers.given.items()},
        "day": {
            q: given.date.toordinal() for q, given in answers.given.items() if given.date and given.answer == "yes"
        },
        "on": on.toordinal(),
        "age": -1 if age is None else age,
        "areas": sorted(catalogue.areas_within(answers.areas)),
    }


def expression_of(rule: OptionRule) -> str:
    """Return a rule as one CEL expression that is true where it fires."""
    when = _condition(rule.rule.when)
    wait = rule.rule.wait
    if wait is None or wait.from_question is None:
        return when
    question = json.dumps(wait.from_question)
    return f"({when}) && {question} in day && day[{question}] + {wait.days} > on"


def _condition(condition: Condition) -> str:
    if isinstance(condition, AllOf):
        return " && ".join(f"({_condition(part)})" for part in condition.all)
    if isinstance(condition, AnyOf):
        return " || ".join(f"({_condition(part)})" for part in condition.any)
    if isinstance(condition, NotThis):
        return f"!({_condition(condition.not_)})"
    if isinstance(condition, AgeIs):
        return _age(condition.age.from_, condition.age.below)
    if isinstance(condition, AreaIs):
        return f"areas.exists(area, area in {json.dumps(list(condition.area))})"
    question = json.dumps(condition.question)
    if isinstance(condition, WithinDays):
        return f"{question} in day && on - day[{question}] <= {condition.within_days}"
    return f"{question} in said && said[{question}].exists(value, value in {json.dumps(list(condition.is_))})"


def _age(at_least: int | None, below: int | None) -> str:
    bounds: Mapping[str, int | None] = {">=": at_least, "<": below}
    return " && ".join(["age >= 0", *(f"age {sign} {bound}" for sign, bound in bounds.items() if bound is not None)])
