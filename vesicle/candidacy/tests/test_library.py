"""Every rule of the shipped protocols, seen to fire and seen not to, in cases made from its own condition."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest

from vesicle.candidacy.domain import Answer, Answers, evaluate, evaluate_all, standard_catalogue
from vesicle.candidacy.tests import made_from_rules
from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema.rules import AgeIs, AreaIs, WithinDays, questions_of

ON = date(2026, 12, 1)
BORN = date(1990, 5, 1)
STRICTNESS = {"exclude": "unsuitable", "defer": "defer", "review": "review"}


@pytest.fixture(scope="module")
def catalogue():
    return standard_catalogue()


@pytest.fixture(scope="module")
def healthy(catalogue) -> Answers:
    """Somebody of 36 who has answered every question and whom nothing speaks against."""
    return Answers(made_from_rules.healthy(catalogue), BORN)


def people_for(rule, healthy, catalogue) -> Iterator[Answers]:
    """Yield everybody who differs from the healthy person in what the rule looks at, and in nothing else."""
    days = {0, 400}
    if rule.wait and rule.wait.from_question:
        days |= {rule.wait.days - 1, rule.wait.days}
    ages, areas = {36}, {("full-face",)}
    for part in made_from_rules.leaves(rule.when):
        if isinstance(part, WithinDays):
            days |= {part.within_days, part.within_days + 1}
        elif isinstance(part, AgeIs):
            bounds = {bound for bound in (part.age.from_, part.age.below) if bound is not None}
            ages |= {age for bound in bounds for age in (bound - 1, bound)}
        elif isinstance(part, AreaIs):
            areas |= {(area,) for area in part.area}
    looked_at = questions_of(rule.when) | (
        {rule.wait.from_question} if rule.wait and rule.wait.from_question else set()
    )
    looked_at -= {"SCR-AGE"}
    looked_at |= {catalogue.asked[question].parent for question in looked_at} - {""}
    questions = sorted(looked_at)
    choices = [list(said_to(catalogue.asked[question], sorted(days))) for question in questions]
    for age, area, *said in product(sorted(ages), sorted(areas), *choices):
        given = {**healthy.given, **{q: answer for q, answer in zip(questions, said, strict=True) if answer}}
        yield Answers(given, None, age, area)


def said_to(entry, days) -> Iterator[Answer | None]:
    values = [value for value in entry.values if value != "unsure"] or ["answered"]
    for value in values:
        if value == "yes" and entry.dated:
            yield from (Answer("yes", ON + timedelta(days=d if entry.future else -d)) for d in days if d >= 0)
        else:
            yield Answer(value)


def told(verdict) -> set[str]:
    return {name for reason in (*verdict.reasons, *verdict.other, *verdict.notes) for name in reason.rules}


def test_a_healthy_adult_is_suitable_for_every_option(healthy, catalogue) -> None:
    verdicts = evaluate_all(load_library().options(), healthy, ON, catalogue=catalogue)
    assert {v.option: (v.verdict, told(v) - told_as_notes(v)) for v in verdicts} == {
        v.option: ("suitable", set()) for v in verdicts
    }


def told_as_notes(verdict) -> set[str]:
    return {name for reason in verdict.notes for name in reason.rules}


def test_every_rule_of_every_option_fires_for_somebody_and_not_for_somebody_else(healthy, catalogue) -> None:
    faults = []
    for option in load_library().options():
        for settled in option.rules:
            cases = {}
            for person in people_for(settled.rule, healthy, catalogue):
                verdict = evaluate(option, person, ON, catalogue=catalogue)
                cases.setdefault(settled.id in told(verdict), verdict)
                if len(cases) == 2:
                    break
            if set(cases) != {True, False}:
                faults.append(f"{option.id} {settled.id}: {'never fires' if False in cases else 'always fires'}")
                continue
            faults += [f"{option.id} {problem}" for problem in wrong_with(settled, cases[True])]
    assert faults == []


def wrong_with(settled, verdict) -> Iterator[str]:
    """Yield what is wrong with the verdict of a case in which the rule fires."""
    effect = settled.rule.effect
    ranks = ("unsuitable", "defer", "review", "incomplete", "suitable")
    if effect != "note" and ranks.index(verdict.verdict) > ranks.index(STRICTNESS[effect]):
        yield f"{settled.id} fires with the effect {effect}, yet the verdict is {verdict.verdict}"
    reason = next(r for r in (*verdict.reasons, *verdict.other, *verdict.notes) if settled.id in r.rules)
    if reason.why == "fired" and reason.effect != effect:
        yield f"{settled.id} fires with the effect {reason.effect} instead of {effect}"


def test_every_wait_that_runs_from_a_date_ends_exactly_on_its_day(healthy, catalogue) -> None:
    faults = []
    for option in load_library().options():
        for settled in option.rules:
            wait = settled.rule.wait
            if not wait or not wait.from_question or wait.days == 0:
                continue
            for person in people_for(settled.rule, healthy, catalogue):
                verdict = evaluate(option, person, ON, catalogue=catalogue)
                if verdict.verdict == "defer" and verdict.earliest and settled.id in told(verdict):
                    before = evaluate(option, person, verdict.earliest - timedelta(days=1), catalogue=catalogue)
                    after = evaluate(option, person, verdict.earliest, catalogue=catalogue)
                    if before.verdict != "defer" or after.verdict == "defer":
                        faults.append(f"{option.id} {settled.id}: {verdict.earliest}")
    assert faults == []


def test_the_same_licenses_can_clear_whatever_comes_together() -> None:
    for option in load_library().options():
        exam = set(option.sections.qualifications.exam_by)
        for settled in option.rules:
            if settled.rule.cleared_by:
                exam &= set(settled.rule.cleared_by)
        assert exam, f"no license may clear everything in {option.id}"
