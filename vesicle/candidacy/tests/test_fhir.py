"""The rules as exported to FHIR, run by an engine that is not ours, against ours: same verdicts for the same people."""

import copy
from collections import Counter
from functools import cache

import pytest

from vesicle.candidacy.domain import STRICTEST_FIRST, Answers, evaluate, standard_catalogue
from vesicle.candidacy.domain.explain import STILL_GOING_ON
from vesicle.candidacy.tests.fhir_people import population
from vesicle.candidacy.tests.fhir_reading import Judgment, Reader, compose, effect_of, response
from vesicle.protocols.bank import load_bank
from vesicle.protocols.fhir import export
from vesicle.protocols.library_files import load_library

PEOPLE = 2_000
OPTIONS = [option.id for option in load_library().options()]
ALWAYS = {"laser-resurfacing.antiviral-for-all"}
"""A note to everybody whose age is known."""
READER = Reader()


@cache
def exported(option_id: str):
    """The Questionnaire and the PlanDefinition of one option."""
    library = load_library()
    option = library.option(option_id)
    bundle = export(load_bank(), library.latest(option.treatment), (option,), option_id)
    questionnaire, plan = (entry["resource"] for entry in bundle["entry"])
    return questionnaire, plan


@cache
def judged(option_id: str):
    """Everybody made for one option: answers, day, response, and the actions that apply."""
    questionnaire, plan = exported(option_id)
    people = population(load_library().option(option_id), standard_catalogue(), PEOPLE // len(OPTIONS), seed=1)
    found = []
    for answers, on in people:
        answered = response(questionnaire, answers, on)
        found.append((answers, on, answered, READER.applicable(plan, answered)))
    return found


@cache
def alone(option_id: str, rule_id: str):
    """An option with one of its rules, so that no other rule hides what it does."""
    option = load_library().option(option_id)
    return option.model_copy(update={"rules": tuple(entry for entry in option.rules if entry.id == rule_id)})


def ours(option_id: str, answers: Answers, on, deferring) -> Judgment:
    """What our engine says, in the form of the reader's."""
    verdict = evaluate(load_library().option(option_id), answers, on)
    reasons = (*verdict.reasons, *verdict.other)
    fired = [reason for reason in (*reasons, *verdict.notes) if reason.why == "fired"]
    return Judgment(
        verdict.verdict,
        frozenset((rule, reason.effect) for reason in fired for rule in reason.rules),
        frozenset((rule, reason.effect) for reason in reasons if reason.why != "fired" for rule in reason.rules),
        frozenset({"incomplete"} if verdict.unasked else ()),
        {rule: our_wait(alone(option_id, rule), answers, on) for rule in deferring},
    )


def our_wait(option, answers, on):
    verdict = evaluate(option, answers, on)
    # Where the option is not given in the area, that decides and the wait is among the others.
    (reason,) = (each for each in (*verdict.reasons, *verdict.other) if each.effect == "defer")
    if reason.until and reason.until.event == STILL_GOING_ON:
        return (None,)  # the export has no day for what goes on, and no words
    return (reason.until.event, reason.until.days) if reason.until else (reason.earliest,)


def differences(option_id: str, people) -> list:
    """The people about whom the export and our engine do not agree in every point."""
    found = []
    for answers, on, answered, applicable in people:
        theirs = compose(applicable, answered)
        deferring = [rule for rule, effect in theirs.fired if effect == "defer"]
        mine = ours(option_id, answers, on, [rule for rule in deferring if rule in theirs.waits])
        if theirs != mine:
            found.append((answers.as_json(), on, theirs, mine))
    return found


def unnoticed(option_id: str, people, change) -> set[str]:
    """The actions that could be changed without a difference. ``change`` returns a changed copy, or ``None``."""
    found = set()
    actions = {action["id"]: action for _, _, _, applicable in people for action in applicable}
    for name, action in actions.items():
        changed = change(action)
        if changed is None:
            continue
        others = (
            (answers, on, answered, [changed if one is action else one for one in applicable])
            for answers, on, answered, applicable in people
            if any(one is action for one in applicable)
        )
        if not any(differences(option_id, [other]) for other in others):
            found.add(name)
    return found


def _with_another_effect(action):
    changed = copy.deepcopy(action)
    others = {"exclude": "review", "defer": "exclude", "review": "defer", "incomplete": "exclude", "note": "review"}
    changed["code"][0]["coding"][0]["code"] = others[effect_of(action)]
    return changed


def _duration(action):
    parts = (part for e in action.get("extension", ()) for part in e.get("extension", ()))
    return next((part["valueDuration"] for part in parts if part["url"] == "duration"), None)


def _waiting_longer(action):
    changed = copy.deepcopy(action)
    duration = _duration(changed)
    if duration is None:
        return None
    duration["value"] += 1
    return changed


@pytest.mark.parametrize("option_id", OPTIONS)
def test_the_export_and_our_engine_agree_on_everybody(option_id) -> None:
    # Verdicts, the rules behind them with their effects, what a provider has to ask, what is open, and the waits.
    people = judged(option_id)
    assert len(people) == PEOPLE // len(OPTIONS)
    assert differences(option_id, people) == []
    # That the comparison was worth something: over the ten options every verdict came up at least a hundred times,
    # and each rule was seen to fire and not to.
    verdicts = Counter(compose(applicable, answered).verdict for _, _, answered, applicable in people)
    assert min(verdicts[name] for name in STRICTEST_FIRST) >= 100 // len(OPTIONS), verdicts
    fired = Counter(action["id"] for _, _, _, applicable in people for action in applicable)
    rules = {entry.id for entry in load_library().option(option_id).rules}
    assert {rule for rule in rules if not 0 < fired[rule] < len(people)} <= ALWAYS
    # Nothing that the export says about a rule could be another without somebody being judged otherwise.
    assert unnoticed(option_id, people, _with_another_effect) == set()
    assert unnoticed(option_id, people, _waiting_longer) == set()


def test_every_option_is_compared() -> None:
    assert len(OPTIONS) == 10
    assert sum(PEOPLE // len(OPTIONS) for _ in OPTIONS) == PEOPLE
