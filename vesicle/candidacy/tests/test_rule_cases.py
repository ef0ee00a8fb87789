"""Every rule held to a written table of cases, and the table held to every small change of every rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from vesicle.candidacy.domain import evaluate, standard_catalogue
from vesicle.candidacy.tests.rule_table import ON, lines
from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema.rules import (
    AgeIs,
    AllOf,
    Answered,
    AnyOf,
    AreaIs,
    Condition,
    Effect,
    NotThis,
    Rule,
    Wait,
    WithinDays,
)
from vesicle.protocols.schema.treatment import Option, OptionRule

EFFECTS: tuple[Effect, ...] = get_args(Effect)
STRICTNESS = {"exclude": 0, "defer": 1, "review": 2}
RANKS = ("unsuitable", "defer", "review", "incomplete", "suitable")


def own_rules() -> Iterator[tuple[Option, OptionRule]]:
    """Yield each rule of each option that comes from the option's own protocol."""
    for option in load_library().options():
        for settled in option.rules:
            if settled.id.partition(".")[0] == option.treatment:
                yield option, settled


LINES = {(option, line.rule): line for line in lines() for option in line.options}


def test_the_table_has_each_rule_of_each_option_exactly_once_and_no_rule_that_does_not_exist():
    written = [(option, line.rule) for line in lines() for option in line.options]
    assert len(written) == len(set(written))
    assert set(written) == {(option.id, settled.id) for option, settled in own_rules()}


def test_every_line_names_its_source_and_has_a_case_that_fires_and_one_that_does_not():
    for line in lines():
        assert line.source, line.rule
        assert {"fires", "silent"} <= {case.outcome for case in line.cases}, line.rule
        assert (line.effect == "defer") == (line.wait is not None), line.rule


def test_every_rule_does_in_every_case_what_the_table_says():
    assert [
        one for option, settled in own_rules() for one in LINES[option.id, settled.id].disagreements(option, settled)
    ] == []


def test_effect_and_wait_are_those_of_the_table():
    for option, settled in own_rules():
        line, wait = LINES[option.id, settled.id], settled.rule.wait
        after = "" if wait is None else wait.from_question or "an event"
        written = (line.effect, line.wait, line.after)
        assert (settled.rule.effect, wait.days if wait else None, after) == written, (option.id, settled.id)


def test_among_all_rules_of_its_option_a_rule_that_fires_is_told_and_never_loosened():
    catalogue = standard_catalogue()
    for option, settled in own_rules():
        line = LINES[option.id, settled.id]
        for case in line.cases:
            verdict = evaluate(option, case.person, ON, catalogue=catalogue)
            told = {name for reason in (*verdict.reasons, *verdict.other, *verdict.notes) for name in reason.rules}
            assert (settled.id in told) == (case.outcome != "silent"), (option.id, settled.id, case)
            effect = "review" if case.outcome == "unknown" else line.effect
            if case.outcome != "silent" and effect in STRICTNESS:
                assert RANKS.index(verdict.verdict) <= STRICTNESS[effect], (option.id, settled.id, case)


def test_a_combined_option_takes_every_rule_of_the_other_treatment_as_it_is():
    options = {option.id: option for option in load_library().options()}
    plain = {settled.id: settled.rule for settled in options["microneedling/standard"].rules}
    for name in ("exosome-therapy/microneedling", "prp/microneedling"):
        taken = {s.id: s.rule for s in options[name].rules if s.id.startswith("microneedling.")}
        assert taken == plain


SAME_THING = {
    # The whole face is among the areas of either, so naming them again changes nothing.
    ("exosome-therapy.cold-sore-face", "without face-neck"),
    ("exosome-therapy.cold-sore-face", "without face-neck-decollete"),
    # Whether a doctor prescribed it is asked only after a yes, so the yes is said twice.
    ("prp.pain-reliever", "without SCR-NSAID"),
    ("prp.pain-reliever", "SCR-NSAID also no"),
}
"""Changes that nobody can notice, because the changed rule says exactly what it said before."""


# --- what if somebody changed a rule by mistake? -----------------------------------------------------------


def test_no_change_of_an_effect_a_wait_or_a_condition_passes_the_table():
    missed = []
    for option, settled in own_rules():
        line = LINES[option.id, settled.id]
        for what, changed in mutants(settled.rule):
            if not any(line.disagreements(option, settled.model_copy(update={"rule": changed}))):
                missed.append((settled.id, what))
    assert set(missed) == SAME_THING


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield ``rule`` with one mistake in it, each kind of mistake once."""
    for effect in EFFECTS:
        if effect != rule.effect:
            wait = Wait(days=1, event="something has happened") if effect == "defer" else None
            yield f"effect {effect}", rule.model_copy(update={"effect": effect, "wait": wait})
    if rule.wait:
        for days in (rule.wait.days - 1, rule.wait.days + 1):
            yield f"wait {days}", rule.model_copy(update={"wait": rule.wait.model_copy(update={"days": days})})
    yield "condition flipped", rule.model_copy(update={"when": NotThis.model_validate({"not": rule.when})})
    for what, condition in changed_conditions(rule.when):
        yield what, rule.model_copy(update={"when": condition})


def changed_conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield ``condition`` with a limit moved by one, or with one of its parts, answers or areas left out."""
    if isinstance(condition, WithinDays):
        for days in (condition.within_days - 1, condition.within_days + 1):
            yield f"within {days} days", condition.model_copy(update={"within_days": days})
    elif isinstance(condition, AgeIs):
        band = condition.age
        limits: dict[str, int | None] = {"from_": band.from_, "below": band.below}
        for field, limit in limits.items():
            for moved in (limit - 1, limit + 1) if limit else ():
                age = band.model_copy(update={field: moved})
                yield f"age {field} {moved}", condition.model_copy(update={"age": age})
    elif isinstance(condition, Answered):
        yield from _one_left_out(condition, "is_", condition.is_)
        for value in standard_catalogue().asked[condition.question].values:
            if value not in condition.is_ and value != "unsure":
                more = condition.model_copy(update={"is_": (*condition.is_, value)})
                yield f"{condition.question} also {value}", more
    elif isinstance(condition, AreaIs):
        yield from _one_left_out(condition, "area", condition.area)
    elif isinstance(condition, AllOf | AnyOf):
        field = "all" if isinstance(condition, AllOf) else "any"
        parts: tuple[Condition, ...] = condition.all if isinstance(condition, AllOf) else condition.any
        yield from _one_left_out(condition, field, parts)
        for number, part in enumerate(parts):
            for what, changed in changed_conditions(part):
                with_it = (*parts[:number], changed, *parts[number + 1 :])
                yield what, condition.model_copy(update={field: with_it})


def _one_left_out(condition: Any, field: str, values: tuple[Any, ...]) -> Iterator[tuple[str, Condition]]:
    for number, value in enumerate(values) if len(values) > 1 else ():
        left_out = getattr(value, "question", value)
        yield f"without {left_out}", condition.model_copy(update={field: values[:number] + values[number + 1 :]})
