"""The words a comparison is said in: conditions, fields, entries and values as clinicians know them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from vesicle.protocols.bank import load_bank
from vesicle.protocols.needs import parse_need
from vesicle.protocols.schema import Rule
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays
from vesicle.protocols.schema.sections import Prerequisite

QUOTED = 140
"""Longest stretch of a text that is repeated; of a longer one, the part from where the two differ."""

NAMED_RULE = 60
"""Longest stretch of a rule's own words that names it."""

_FIELDS: Mapping[str, str] = {
    "min": "from",
    "max": "to",
    "refs": "sources",
    "basis": "where it comes from",
    "do_not": "leave",
    "gaps": "what nobody knows yet",
    "check_ins": "check-ins",
    "follow_ups": "follow-ups",
    "course": "what is normal afterwards",
    "timing": "the appointment",
    "prerequisites": "visits before",
    "first_time": "only the first time",
    "min_days_before": "days before, at least",
    "valid_days": "days it counts",
    "cleared_by": "who may clear it",
    "exam_by": "who may examine",
    "perform": "who may do it",
    "patient": "said to the patient",
    "clinician": "said to the clinician",
    "question": "question",
    "without_rules": "rules left out",
    "per_session": "per session",
}
"""Fields whose own name says too little."""


def condition_words(condition: Condition) -> str:
    """Return a rule's condition for a clinician: ``Pregnant now (SCR-PREG) is yes``.

    Questions and answers are said as the bank says them, with the question's id behind it.
    """
    if isinstance(condition, AllOf):
        return "(" + " and ".join(condition_words(part) for part in condition.all) + ")"
    if isinstance(condition, AnyOf):
        return "(" + " or ".join(condition_words(part) for part in condition.any) + ")"
    if isinstance(condition, NotThis):
        return f"not {condition_words(condition.not_)}"
    if isinstance(condition, AgeIs):
        low, high = condition.age.from_, condition.age.below
        parts = [f"at least {low}"] if low is not None else []
        return "the age is " + " and ".join([*parts, *([f"below {high}"] if high is not None else [])])
    if isinstance(condition, AreaIs):
        areas = load_bank().areas
        return "the area is " + " or ".join(areas[one].name if one in areas else one for one in condition.area)
    if isinstance(condition, WithinDays):
        return f"{question_words(condition.question)} was at most {days_words(condition.within_days)} ago"
    answers = " or ".join(answer_words(condition.question, one) for one in condition.is_)
    return f"{question_words(condition.question)} is {answers}"


def prerequisite_words(visit: Prerequisite) -> str:
    """Return a visit that has to come first, in a sentence: ``A patch test at least 7 days before, counted for …``."""
    name = f"A {visit.visit.replace('-', ' ')}"
    before = f" at least {days_words(visit.min_days_before)} before" if visit.min_days_before else " first"
    counts = f"; it counts for {days_words(visit.valid_days)}" if visit.valid_days else ""
    first = " the first time" if visit.first_time else ""
    who = f" if {bare_words(visit.when)}" if visit.when is not None else ""
    also = f"; one made for {' or '.join(visit.also_made_for)} counts too" if visit.also_made_for else ""
    return f"{name}{before}{first}{who}{counts}{also}."


def need_words(need: str) -> str:
    """Return what a phase needs: ``device “centrifuge”``, ``room “laser” or any room``; as written where it is none."""
    try:
        found = parse_need(need)
    except ValueError:
        return f"“{need}”"
    if len(found) == 1 and found[0][1] is None:
        return {"device": "a device of every kind listed"}.get(found[0][0], f"a {found[0][0]}")
    return " or ".join(f"{kind} “{name}”" if name else f"any {kind}" for kind, name in found)


def bare_words(condition: Condition) -> str:
    """Return a condition as ``condition_words`` does, without brackets around the whole of it."""
    words = condition_words(condition)
    return words.removeprefix("(").removesuffix(")") if isinstance(condition, AllOf | AnyOf) else words


def question_words(question_id: str) -> str:
    """Return a question as clinicians know it, with its id."""
    question = load_bank().asked.get(question_id)
    return f"{question.clinician} ({question_id})" if question else question_id


def answer_words(question_id: str, answer: str) -> str:
    """Return an answer in its own words; of an unknown question or answer, as it is written."""
    question = load_bank().asked.get(question_id)
    found = next((one.label for one in question.choices if one.value == answer), "") if question else ""
    return found or ("not sure" if answer == "unsure" else answer)


def days_words(days: int) -> str:
    """Return a number of days: ``1 day``, ``30 days``."""
    return f"{days} day" if days == 1 else f"{days} days"


def rule_name(rule_id: str, rule: Rule) -> str:
    """Return a rule by its id and its own words: ``Rule prp.pregnancy (“Pregnant now”)``."""
    words = rule.clinician if len(rule.clinician) <= NAMED_RULE else f"{rule.clinician[:NAMED_RULE].rstrip()}…"
    return f"Rule {rule_id} (“{words.rstrip('.')}”)"


def label(name: str) -> str:
    """Return the name of a field in words."""
    return _FIELDS.get(name) or name.replace("_", " ")


def entry_name(section: str, name: str) -> str:
    """Return what an entry of a section is called: an area, a concern or a country by its name."""
    bank = load_bank()
    lists: Mapping[str, Mapping[str, Any]] = {
        "areas": bank.areas,
        "concerns": bank.concerns,
        "regulation": bank.jurisdictions,
        "risk": bank.consent_risks,
        "jurisdiction": bank.jurisdictions,
    }
    found = lists.get(section, {}).get(name)
    return str(found.name) if found else name


def said(value: Any, other: Any = None) -> str:
    """Return a value in words; of a long text the part that differs from ``other``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    bank = load_bank()
    known = bank.red_flags.get(value) or bank.measures.get(value)
    if known is not None:
        return f"“{known.name}” ({value})"
    text = value
    if len(text) > QUOTED and isinstance(other, str):
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))
        start = text.rfind(" ", 0, max(same - 20, 0)) + 1
        text = f"…{text[start:]}" if start else text
    return f"“{text}”" if len(text) <= QUOTED else f"“{text[:QUOTED].rstrip()}…”"


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return f"{text[:1].upper()}{text[1:]}"
