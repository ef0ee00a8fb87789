"""Rules that no protocol has yet, exported and run by an engine that is not ours: the export knows the whole format."""

import random
from datetime import date, timedelta

from vesicle.candidacy.domain import Answer, Answers, evaluate, standard_catalogue
from vesicle.candidacy.tests.fhir_reading import Reader, response
from vesicle.candidacy.tests.handmade import ON, option, rule
from vesicle.protocols.bank import load_bank
from vesicle.protocols.fhir.conditions import Conditions
from vesicle.protocols.fhir.questionnaire import questionnaire
from vesicle.protocols.library_files import load_library

QUESTIONS = (
    "SCR-PREG",  # its date lies ahead
    "SCR-INFECT",
    "SCR-ISO",
    "SCR-ISO.NOW",  # outweighs the date of its parent
    "SCR-RESURF",
    "SCR-RESURF.KIND",
    "SCR-ALL-PROD",
    "SCR-ALL-PROD.SOURCES",  # several answers
    "SCR-IMMUNO",
    "SCR-IMMUNO.STEROID",  # a follow-up with a date
    "SCR-FITZ",
    "SCR-BIOLOGIC-OK",
    "SCR-BIOLOGIC-OK.DECLINED",  # asked after "no" and after "not sure"
    "SCR-EXPECT",  # words, and optional
    "SCR-EXPECT.WORRY",  # asked after any words, and optional
)
DATED = ("SCR-PREG", "SCR-ISO", "SCR-RESURF", "SCR-IMMUNO.STEROID")
AREAS = ("full-face", "neck", "face-neck", "scalp", "forehead", "decollete", "face-neck-decollete")
DAYS_AGO = (0, 1, 13, 14, 15, 90)
DECIDES = {"exclude": "unsuitable", "defer": "defer", "review": "review"}


def any_condition(chance: random.Random, depth: int = 2):
    """Return a condition of the file format: any kind, nested ones included."""
    kind = chance.random()
    if depth and kind < 0.25:
        parts = [any_condition(chance, depth - 1) for _ in range(chance.randint(1, 3))]
        return {chance.choice(("all", "any")): parts}
    if depth and kind < 0.35:
        return {"not": any_condition(chance, depth - 1)}
    if kind < 0.42:
        return {"age": chance.choice(({"below": 18}, {"from": 18, "below": 22}, {"from": 40}, {"from": 0}))}
    if kind < 0.5:
        return {"area": chance.sample(AREAS, chance.randint(1, 3))}
    if kind < 0.68:
        return {"question": chance.choice(DATED), "within_days": 14}
    question = chance.choice(QUESTIONS)
    values = standard_catalogue().asked[question].values or ("answered", "other")
    return {"question": question, "is": chance.sample(values, chance.randint(1, 2))}


def any_rule(chance: random.Random, number: int):
    effect = chance.choice(("exclude", "defer", "defer", "review"))
    if effect != "defer":
        return rule(f"r{number}", any_condition(chance), effect)
    start = chance.choice(({"event": "it is over"}, {"from_question": chance.choice(DATED)}))
    return rule(f"r{number}", any_condition(chance), effect, wait={"days": chance.choice((0, 14)), **start})


def any_person(chance: random.Random) -> Answers:
    """Return somebody who answered some questions: follow-ups without their parents, dates where none counts."""
    given = {}
    for question in QUESTIONS:
        entry = standard_catalogue().asked[question]
        if chance.random() < 0.3:
            continue
        if entry.kind == "text":
            given[question] = Answer("answered", None, "Words.")
            continue
        known = [value for value in entry.values if value != "unsure"]
        count = chance.randint(1, 2) if entry.kind == "multi-choice" else 1
        value = "unsure" if chance.random() < 0.2 else ",".join(sorted(chance.sample(known, count)))
        if question in ("SCR-ISO", "SCR-IMMUNO", "SCR-IMMUNO.STEROID", "SCR-PREG") and chance.random() < 0.6:
            value = "yes"
        day = None
        if entry.dated and chance.random() < 0.8:
            ago = chance.choice(DAYS_AGO)
            day = ON + timedelta(days=ago) if entry.future else ON - timedelta(days=ago)
        given[question] = Answer(value, day)
    born = chance.choice((None, *(date(2026 - age, 12, day) for age in (18, 22, 40) for day in (1, 2))))
    return Answers(given, born, None, tuple(chance.sample(AREAS, chance.randint(1, 2))))


def compare(rules: int, people: int, seed: int) -> dict[str, int]:
    """Judge people by single rules in both engines. Returns how often each verdict came up; fails at a difference."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    bank, counted = load_bank(), dict.fromkeys((*DECIDES.values(), "incomplete", "suitable"), 0)
    asked = questionnaire(bank, load_library().latest("prp"), "prp", "everything", QUESTIONS)
    asked["item"].append({"linkId": "SCR-AGE", "type": "date"})
    conditions, reader = Conditions(bank), Reader()
    for number in range(rules):
        entry = any_rule(chance, number)
        said = conditions.of_rule(entry.rule)
        for answers in (any_person(chance) for _ in range(people)):
            answered = response(asked, answers, ON)
            holds = {
                expression: reader.applies_to_all_of(expression, answered)
                for expression in (said.fires, said.doubt.provider, said.doubt.answer)
                if expression
            }
            provider, is_open = holds.get(said.doubt.provider, False), holds.get(said.doubt.answer, False)
            effects = {"review": provider, "incomplete": is_open}
            if holds[said.fires]:
                effects[DECIDES[entry.rule.effect]] = True
            mine = evaluate(option(entry), answers, ON)
            theirs = next((name for name in counted if effects.get(name)), "suitable")
            assert theirs == mine.verdict, (entry.rule, answers, theirs, mine, said)
            assert is_open == bool(mine.unasked), (entry.rule, answers, mine, said)
            counted[theirs] += 1
    return counted


def test_any_rule_means_the_same_in_the_export() -> None:
    counted = compare(rules=30, people=6, seed=3)
    assert min(counted.values()) >= 5, counted
