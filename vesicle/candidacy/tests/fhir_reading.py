"""A consumer of the FHIR export: it knows the exported resources, FHIRPath, and nothing of our engine or rules.

``response`` writes what somebody said as a QuestionnaireResponse to the exported Questionnaire. ``Reader`` evaluates
the exported conditions with fhirpathpy, an engine that is not ours, and composes the verdict as the PlanDefinition's
``usage`` says.

Where fhirpathpy (2.2.4) leaves the standard: it orders "2025-09" and "2025-09-02"; the standard gives nothing there.
The exported conditions look at whole dates alone, so it makes no difference to them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import fhirpathpy
from fhirpathpy.models import models

VERDICTS = {
    "no-verdict": "no verdict",
    "exclude": "unsuitable",
    "defer": "defer",
    "review": "review",
    "incomplete": "incomplete",
}
"""Strictest first, as the usage says."""
ASK, OPEN = ".ask-provider", ".not-answered"


@cache
def compiled(expression: str):
    return fhirpathpy.compile(expression, models["r4"])


@cache
def items_read(expression: str) -> tuple[str, ...]:
    """The linkIds of the items at the top of the response that an expression names."""
    return tuple(dict.fromkeys(re.findall(r"QuestionnaireResponse\.item\.where\(linkId = '([^']+)'\)", expression)))


def expression_of(action) -> str:
    (condition,) = action["condition"]
    assert condition["kind"] == "applicability"
    assert condition["expression"]["language"] == "text/fhirpath"
    return condition["expression"]["expression"]


def effect_of(action) -> str:
    return action["code"][0]["coding"][0]["code"]


# --- writing a response ---------------------------------------------------------------------------------


def response(questionnaire, answers, on: date):
    """Return what was said as a QuestionnaireResponse; questions that the Questionnaire does not ask are left out."""
    items = [_top(item, answers, on) for item in questionnaire["item"]]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{questionnaire['url']}|{questionnaire['version']}",
        "status": "completed",
        "item": [item for item in items if item],
    }


def _top(item, answers, on):
    name = item["linkId"]
    if name == "on":
        return {"linkId": name, "answer": [{"valueDate": on.isoformat()}]}
    if name == "areas":
        options = {option["valueCoding"]["code"]: option for option in item["answerOption"]}
        return {"linkId": name, "answer": [dict(options[area]) for area in answers.areas]} if answers.areas else None
    if item["type"] == "date":
        born = answers.date_of_birth
        return {"linkId": name, "answer": [{"valueDate": born.isoformat()}]} if born else None
    return _question(item, answers)


def _question(item, answers):
    name, said = item["linkId"], answers.given.get(item["linkId"])
    below = []
    for inner in item.get("item", ()):
        if inner["type"] == "display":
            continue
        if inner["linkId"] == f"{name}.date":
            if said and said.date:
                below.append({"linkId": inner["linkId"], "answer": [{"valueDate": said.date.isoformat()}]})
        elif inner["linkId"] == f"{name}.text":
            if said and said.text:
                below.append({"linkId": inner["linkId"], "answer": [{"valueString": said.text}]})
        elif found := _question(inner, answers):
            below.append(found)
    given = [] if said is None else list(_values(item, said))
    if not given and not below:
        return None
    # A follow-up answered without its parent stands below an answer that has no value.
    first, *others = given or [{}]
    return {"linkId": name, "answer": [first | ({"item": below} if below else {}), *others]}


def _values(item, said):
    if item["type"] == "text":
        yield {"valueString": said.text or "Something."}
        return
    options = {option["valueCoding"]["code"]: option["valueCoding"] for option in item["answerOption"]}
    for value in said.answer.split(","):
        yield {"valueCoding": options[value]}


# --- reading the plan -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judgment:
    """What is said about one response: the verdict, rules with their effects, effects of what is open, waits."""

    verdict: str
    fired: frozenset[tuple[str, str]]
    ask: frozenset[tuple[str, str]]
    unanswered: frozenset[str]
    waits: dict[str, tuple] = field(default_factory=dict)


@dataclass
class Reader:
    """Evaluates conditions. What an expression gave for the items it names is remembered for the next person.

    An expression is then run on a response that holds only the items it names. ``applies_to_all_of`` runs it on the
    response as it is; ``test_fhir`` compares the two.
    """

    remembered: dict[tuple, bool] = field(default_factory=dict)
    runs: int = 0

    def applicable(self, plan, answered) -> list[dict]:
        """Return the actions that apply, but for the checks of the whole response."""
        rules = [action for action in plan["action"] if effect_of(action) != "no-verdict"]
        by_name = {item["linkId"]: (item, json.dumps(item, sort_keys=True)) for item in answered["item"]}
        return [action for action in rules if self.applies(expression_of(action), by_name)]

    def applies(self, expression: str, by_name) -> bool:
        """Return whether the expression gives true for the items it names, which come with their text as JSON."""
        named = [by_name[name] for name in items_read(expression) if name in by_name]
        key = (expression, *(text for _, text in named))
        found = self.remembered.get(key)
        if found is None:
            part = {"resourceType": "QuestionnaireResponse", "item": [item for item, _ in named]}
            found = self.remembered[key] = self.applies_to_all_of(expression, part)
        return found

    def applies_to_all_of(self, expression: str, answered) -> bool:
        """Return whether the expression gives true; false and nothing are both no."""
        self.runs += 1
        result = compiled(expression)(answered)
        assert result in ([], [True], [False]), (expression, result)
        return result == [True]


def compose(applicable, answered) -> Judgment:
    """Return the verdict of the actions that apply, as the PlanDefinition's usage tells a reader to."""
    effects = {effect_of(action) for action in applicable}
    name = next((name for effect, name in VERDICTS.items() if effect in effects), "suitable")
    rules = [action for action in applicable if not action["id"].endswith((ASK, OPEN))]
    return Judgment(
        name,
        frozenset((action["id"], effect_of(action)) for action in rules),
        frozenset((a["id"].removesuffix(ASK), effect_of(a)) for a in applicable if a["id"].endswith(ASK)),
        frozenset(effect_of(action) for action in applicable if action["id"].endswith(OPEN)),
        {action["id"]: wait for action in rules if (wait := wait_of(action, answered))},
    )


def wait_of(action, answered):
    """Return what a deferral waits for: (event, days), or the first day after it; ``None`` in place of an open end."""
    given = next((e["extension"] for e in action.get("extension", ()) if e["url"].endswith("/wait")), None)
    if given is None:
        return None
    parts = {part["url"]: part for part in given}
    days = parts["duration"]["valueDuration"]["value"]
    if "event" in parts:
        return parts["event"]["valueString"], days
    question = parts["fromQuestion"]["valueString"]
    still = _find(answered["item"], f"{question}.NOW")
    if still and still["answer"][0]["valueCoding"]["code"] == "yes":
        return (None,)
    day = _find(answered["item"], f"{question}.date")["answer"][0]["valueDate"]
    return (date.fromisoformat(day) + timedelta(days=days),)


def _find(items, link_id):
    for item in items:
        if item["linkId"] == link_id:
            return item
        for answer in item.get("answer", ()):
            if found := _find(answer.get("item", ()), link_id):
                return found
    return None
