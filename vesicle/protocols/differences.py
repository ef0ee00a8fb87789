"""What changed between two versions of a treatment, in the words of the people who have to approve it.

A signature rests on these words, so nothing may be left out: two protocols that say the same give no difference, and
any two that do not give at least one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from pydantic import BaseModel

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import SECTION_NAMES, Option, OptionRule, Protocol
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays

STRICTNESS = {"note": 0, "review": 1, "defer": 2, "exclude": 3}
GRADES = {"none": 0, "very-low": 1, "low": 2, "moderate": 3, "high": 4}
QUOTED = 140
"""Longest stretch of a text that is repeated; of a longer one, the part from where the two differ."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``option`` says where; ``kind`` is stable for machines, ``text`` is for people."""

    option: str
    kind: str
    subject: str
    text: str


def identity_changes(before: Protocol, after: Protocol) -> list[Change]:
    """Return every difference in what a treatment says of itself as a whole: title, tagline, synonyms, overview.

    Version and release date are left out; they tell which two are compared.
    """
    names = ("id", "title", "tagline", "synonyms", "not_the_same_as", "overview")
    return [
        change
        for name in names
        for change in _compare(after.id, _label(name), _plain(getattr(before, name)), _plain(getattr(after, name)))
    ]


def changes(before: Sequence[Option], after: Sequence[Option]) -> list[Change]:
    """Return every difference between two sets of options, in reading order; empty when they say the same."""
    old, new = {o.id: o for o in before}, {o.id: o for o in after}
    found = [
        Change(key, "option-removed", key, f"{old[key].label} is no longer there.") for key in old if key not in new
    ]
    found += [Change(key, "option-added", key, f"{new[key].label} is new.") for key in new if key not in old]
    for key in (key for key in new if key in old):
        found += _compare(key, "name", old[key].name, new[key].name)
        found += _rules(key, old[key].rules, new[key].rules)
        found += _sections(key, old[key], new[key])
    return found


def _rules(option: str, before: Iterable[OptionRule], after: Iterable[OptionRule]) -> Iterator[Change]:
    old, new = {r.id: r for r in before}, {r.id: r for r in after}
    for id_, entry in old.items():
        if id_ not in new:
            yield Change(option, "rule-removed", id_, f"Rule withdrawn: {entry.rule.clinician}")
    for id_, entry in new.items():
        if id_ in old:
            yield from _rule(option, old[id_], entry)
        else:
            yield Change(option, "rule-added", id_, f"Rule added ({entry.rule.effect}): {entry.rule.clinician}")


def _rule(option: str, before: OptionRule, after: OptionRule) -> Iterator[Change]:
    id_, was, now = after.id, before.rule, after.rule
    if was.effect != now.effect:
        word = "stricter" if STRICTNESS[now.effect] > STRICTNESS[was.effect] else "milder"
        yield Change(option, "rule-effect", id_, f"Rule {id_} is {word}: {was.effect} became {now.effect}.")
    if was.wait and now.wait and was.wait.days != now.wait.days:
        word = "longer" if now.wait.days > was.wait.days else "shorter"
        yield Change(option, "rule-wait", id_, f"Rule {id_} waits {word}: {was.wait.days} days became {now.wait.days}.")
    if was.when != now.when:
        words = f"Rule {id_} applied when {condition_words(was.when)}; it applies when {condition_words(now.when)}."
        yield Change(option, "rule-condition", id_, words)
    skip = {"id", "effect", "when"}
    old, new = (_plain(rule.model_dump(mode="json", exclude=skip)) for rule in (was, now))
    if was.wait and now.wait:
        old["wait"].pop("days")
        new["wait"].pop("days")
    for change in _compare(option, f"Rule {id_}", old, new):
        yield Change(option, "rule-words", id_, change.text)
    if before.origin != after.origin:
        yield Change(option, "rule-origin", id_, f"Rule {id_} came from {before.origin}; it comes from {after.origin}.")


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


_NAMED: Mapping[str, Callable[[Any], str]] = {
    "claims": lambda part: part.id,
    "benefits": lambda part: part.id,
    "concerns": lambda part: part.concern,
    "areas": lambda part: part.area,
    "steps": lambda part: part.id,
    "products": lambda part: part.id,
    "equipment": lambda part: part.kind,
    "check_ins": lambda part: f"day {part.day}",
    "follow_ups": lambda part: f"week {part.week}",
    "aftercare": lambda part: f"days {part.from_day} to {part.to_day}",
    "course": lambda part: part.label,
    "alternatives": lambda part: part.option,
    "questions": lambda part: part.question,
    "regulation": lambda part: part.jurisdiction,
}
_WORD = {"claims": "Claim", "areas": "Area", "steps": "Step", "check_ins": "Check-in", "follow_ups": "Follow-up"}


def _sections(option: str, before: Option, after: Option) -> Iterator[Change]:
    for name in SECTION_NAMES:
        old, new = getattr(before.sections, name), getattr(after.sections, name)
        if old == new:
            continue
        if name in _NAMED and _has_own_names(old, _NAMED[name]) and _has_own_names(new, _NAMED[name]):
            yield from _named(option, name, old, new)
        else:
            yield from _compare(option, _label(name), _plain(old), _plain(new))


def _has_own_names(parts: Sequence[Any], name: Callable[[Any], str]) -> bool:
    return len({name(part) for part in parts}) == len(parts)


def _named(option: str, section: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    name_of = _NAMED[section]
    old, new = {name_of(part): part for part in before}, {name_of(part): part for part in after}
    word = _WORD.get(section, _label(section).removesuffix("s").capitalize())
    for name in old:
        if name not in new:
            yield Change(option, f"{section}-removed", name, f"{word} withdrawn: {name}.")
    for name, part in new.items():
        if name not in old:
            yield Change(option, f"{section}-added", name, f"{word} added: {name}.")
            continue
        was, now = _plain(old[name]), _plain(part)
        grade_was, grade = was.pop("grade", None), now.pop("grade", None)
        if grade != grade_was:
            rank = "up" if GRADES[grade] > GRADES[grade_was] else "down"
            yield Change(option, f"{section}-grade", name, f"{word} {name} is graded {rank}: {grade_was} to {grade}.")
        yield from _compare(option, f"{_label(section)} {name}", was, now)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(option, f"{section}-order", section, f"{_label(section).capitalize()}: in another order.")


def _compare(option: str, where: str, old: Any, new: Any) -> Iterator[Change]:
    """Go down to what is different, and say it there."""
    if old == new:
        return
    if isinstance(old, dict) or isinstance(new, dict):
        was, now = old or {}, new or {}
        for key in dict.fromkeys([*was, *now]):
            yield from _compare(option, f"{where} {_label(key)}", was.get(key), now.get(key))
    elif isinstance(old, list) or isinstance(new, list):
        told = list(_lists(option, where, old or [], new or []))
        yield from told or [Change(option, "changed", where, f"{where}: the same is said another number of times.")]
    else:
        said, says = _said(old, new), _said(new, old)
        yield Change(option, "changed", where, f"{where}: {said} became {says}.")


_KEYS = ("id", "risk", "jurisdiction", "label", "question", "kind", "text")
"""Fields that name an entry of a list, best first."""


def _lists(option: str, where: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    key = next((key for key in _KEYS if _are_keyed(before, key) and _are_keyed(after, key)), None)
    if key is None and any(isinstance(part, dict | list) for part in (*before, *after)):
        for index in range(max(len(before), len(after))):
            old, new = (side[index] if index < len(side) else None for side in (before, after))
            yield from _compare(option, f"{where} {index + 1}", old, new)
        return
    old, new = ({part[key] if key else part: part for part in side} for side in (before, after))
    for name in old:
        if name not in new:
            yield Change(option, "changed", where, f"{where}: {_said(name)} withdrawn.")
    for name, part in new.items():
        if name not in old:
            yield Change(option, "changed", where, f"{where}: {_said(name)} added.")
        elif key:
            yield from _compare(option, f"{where} {name}" if key != "text" else where, old[name], part)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(option, "changed", where, f"{where}: in another order.")


def _are_keyed(parts: list[Any], key: str) -> bool:
    names = [part.get(key) for part in parts if isinstance(part, dict)]
    return len(names) == len(parts) and None not in names and len(set(names)) == len(names)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _label(name: str) -> str:
    return name.replace("_", " ")


def _said(value: Any, other: Any = None) -> str:
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return (
            str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
        )
    text = value
    if len(text) > QUOTED and isinstance(other, str):
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))
        start = text.rfind(" ", 0, max(same - 20, 0)) + 1
        text = f"…{text[start:]}" if start else text
    return f"“{text}”" if len(text) <= QUOTED else f"“{text[:QUOTED].rstrip()}…”"
