"""What changed between two versions of a treatment, in the words of the people who have to approve it.

A signature rests on these words, so nothing may be left out: two protocols that say the same give no difference, and
any two that do not give at least one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from vesicle.protocols.difference_words import (
    capital,
    condition_words,
    days_words,
    entry_name,
    label,
    need_words,
    prerequisite_words,
    rule_name,
    said,
)
from vesicle.protocols.schema import SECTION_NAMES, Option, OptionRule, Protocol
from vesicle.protocols.schema.sections import Prerequisite

STRICTNESS = {"note": 0, "review": 1, "defer": 2, "exclude": 3}
GRADES = {"none": 0, "very-low": 1, "low": 2, "moderate": 3, "high": 4}


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
        for change in _compare(after.id, label(name), _plain(getattr(before, name)), _plain(getattr(after, name)))
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
            yield Change(option, "rule-removed", id_, f"Rule withdrawn ({entry.rule.effect}): {entry.rule.clinician}")
    for id_, entry in new.items():
        if id_ in old:
            yield from _rule(option, old[id_], entry)
        else:
            yield Change(option, "rule-added", id_, f"Rule added ({entry.rule.effect}): {entry.rule.clinician}")


def _rule(option: str, before: OptionRule, after: OptionRule) -> Iterator[Change]:
    id_, was, now = after.id, before.rule, after.rule
    name = rule_name(id_, now)
    if was.effect != now.effect:
        word = "stricter" if STRICTNESS[now.effect] > STRICTNESS[was.effect] else "milder"
        yield Change(option, "rule-effect", id_, f"{name} is {word}: {was.effect} became {now.effect}.")
    if was.wait and now.wait and was.wait.days != now.wait.days:
        more = now.wait.days - was.wait.days
        word = f"{days_words(abs(more))} {'longer' if more > 0 else 'shorter'}"
        text = f"{name} waits {word}: {days_words(was.wait.days)} became {days_words(now.wait.days)}."
        yield Change(option, "rule-wait", id_, text)
    if was.when != now.when:
        words = f"{name} applied when {condition_words(was.when)}; it applies when {condition_words(now.when)}."
        yield Change(option, "rule-condition", id_, words)
    skip = {"id", "effect", "when"}
    old, new = (_plain(rule.model_dump(mode="json", exclude=skip)) for rule in (was, now))
    if was.wait and now.wait:
        old["wait"].pop("days")
        new["wait"].pop("days")
    for change in _compare(option, name, old, new):
        yield Change(option, "rule-words", id_, change.text)
    if before.origin != after.origin:
        yield Change(option, "rule-origin", id_, f"{name} came from {before.origin}; it comes from {after.origin}.")


_NAMED: Mapping[str, Callable[[Any], str]] = {
    "claims": lambda part: part.id,
    "benefits": lambda part: part.id,
    "concerns": lambda part: part.concern,
    "areas": lambda part: part.area,
    "steps": lambda part: part.id,
    "exam": lambda part: part.id,
    "products": lambda part: part.id,
    "equipment": lambda part: part.kind,
    "involves": lambda part: part.kind,
    "prerequisites": lambda part: part.id,
    "check_ins": lambda part: f"day {part.day}",
    "follow_ups": lambda part: f"week {part.week}",
    "aftercare": lambda part: (
        f"day {part.from_day}" if part.from_day == part.to_day else f"days {part.from_day} to {part.to_day}"
    ),
    "course": lambda part: part.label,
    "alternatives": lambda part: part.option,
    "questions": lambda part: part.question,
    "regulation": lambda part: part.jurisdiction,
}
_WORD = {
    "claims": "Claim",
    "benefits": "Benefit",
    "concerns": "Concern",
    "areas": "Area",
    "steps": "Step",
    "exam": "Exam item",
    "involves": "Involves",
    "prerequisites": "Visit before",
    "products": "Product",
    "equipment": "Device",
    "check_ins": "Check-in of",
    "follow_ups": "Follow-up of",
    "aftercare": "Aftercare for",
    "course": "Expected course,",
    "alternatives": "Alternative",
    "questions": "Question",
    "regulation": "Regulation in",
}
"""How an entry of a section is called, before its name."""


def _sections(option: str, before: Option, after: Option) -> Iterator[Change]:
    for name in SECTION_NAMES:
        old, new = getattr(before.sections, name), getattr(after.sections, name)
        if old == new:
            continue
        if name in _NAMED and _has_own_names(old, _NAMED[name]) and _has_own_names(new, _NAMED[name]):
            yield from _named(option, name, old, new)
        else:
            yield from _compare(option, label(name), _plain(old), _plain(new))


def _has_own_names(parts: Sequence[Any], name: Callable[[Any], str]) -> bool:
    return len({name(part) for part in parts}) == len(parts)


def _named(option: str, section: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    name_of = _NAMED[section]
    old, new = {name_of(part): part for part in before}, {name_of(part): part for part in after}
    word = _WORD.get(section) or capital(label(section).removesuffix("s"))
    for name, part in old.items():
        if name not in new:
            text = f"{word} withdrawn: {_entry(section, name, part)}."
            yield Change(option, f"{section}-removed", name, text)
    for name, part in new.items():
        shown = entry_name(section, name)
        if name not in old:
            grade = f" (graded {part.grade})" if hasattr(part, "grade") else ""
            yield Change(option, f"{section}-added", name, f"{word} added{grade}: {_entry(section, name, part)}.")
            continue
        was, now = _plain(old[name]), _plain(part)
        grade_was, grade = was.pop("grade", None), now.pop("grade", None)
        if grade != grade_was:
            rank = "up" if GRADES[grade] > GRADES[grade_was] else "down"
            yield Change(option, f"{section}-grade", name, f"{word} {shown} is graded {rank}: {grade_was} to {grade}.")
        yield from _minutes(option, shown, was, now)
        if isinstance(part, Prerequisite):
            yield from _who_needs(option, f"{word} {shown}", old[name], part)
            was.pop("when", None)
            now.pop("when", None)
        yield from _compare(option, f"{word} {shown}", was, now)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(option, f"{section}-order", section, f"{capital(label(section))}: in another order.")


def _who_needs(option: str, where: str, before: Prerequisite, after: Prerequisite) -> Iterator[Change]:
    """Say for whom a visit has to come first, if that changed."""
    was, now = ("for everybody" if one.when is None else f"if {condition_words(one.when)}" for one in (before, after))
    if before.when != after.when:
        yield Change(option, "changed", where, f"{where} was needed {was}; it is needed {now}.")


def _entry(section: str, name: str, part: Any) -> str:
    """Return an entry that came or went: a claim by its wording, a visit by its sentence, an area by its name."""
    if isinstance(part, Prerequisite):
        return f"{prerequisite_words(part).rstrip('.')} ({name})"
    words = next((getattr(part, key) for key in ("wording", "title") if hasattr(part, key)), "")
    return f"{said(words)} ({name})" if words else entry_name(section, name)


def _minutes(option: str, shown: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    """Say how much longer something takes, and take it out of what is still to be compared."""
    old, new = was.get("minutes"), now.get("minutes")
    if isinstance(old, int) and isinstance(new, int) and old != new:
        more = "longer" if new > old else "less"
        verb = "take" if shown.endswith("s") else "takes"
        text = f"{shown} {verb} {abs(new - old)} minutes {more}: {old} became {new}."
        yield Change(option, "minutes", shown, text)
        del was["minutes"], now["minutes"]


def _compare(option: str, where: str, old: Any, new: Any) -> Iterator[Change]:
    """Go down to what is different, and say it there."""
    if old == new:
        return
    if isinstance(old, dict) or isinstance(new, dict):
        was, now = old or {}, new or {}
        for key in dict.fromkeys([*was, *now]):
            yield from _compare(option, f"{where}, {label(key)}", was.get(key), now.get(key))
    elif isinstance(old, list) or isinstance(new, list):
        told = list(_lists(option, where, old or [], new or []))
        yield from told or [
            Change(option, "changed", where, f"{capital(where)}: the same is said another number of times.")
        ]
    else:
        yield Change(option, "changed", where, f"{capital(where)}: {said(old, new)} became {said(new, old)}.")


_KEYS = ("id", "risk", "jurisdiction", "label", "question", "kind", "text")
"""Fields that name an entry of a list, best first."""


def _lists(option: str, where: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    key = next((key for key in _KEYS if _are_keyed(before, key) and _are_keyed(after, key)), None)
    if key is None and any(isinstance(part, dict | list) for part in (*before, *after)):
        for index in range(max(len(before), len(after))):
            old, new = (side[index] if index < len(side) else None for side in (before, after))
            yield from _compare(option, f"{where}, {index + 1}", old, new)
        return
    old, new = ({part[key] if key else part: part for part in side} for side in (before, after))
    for name in old:
        if name not in new:
            yield Change(option, "changed", where, f"{capital(where)}: {_said_entry(where, key, name)} withdrawn.")
    for name, part in new.items():
        if name not in old:
            yield Change(option, "changed", where, f"{capital(where)}: {_said_entry(where, key, name)} added.")
        elif key:
            yield from _compare(
                option, f"{where}, {entry_name(key, name)}" if key != "text" else where, old[name], part
            )
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(option, "changed", where, f"{capital(where)}: in another order.")


def _said_entry(where: str, key: str | None, name: str) -> str:
    if where.endswith(f", {label('needs')}"):
        return need_words(name)
    shown = entry_name(key or "", name)
    return said(name) if shown == name else f"{said(shown)} ({name})"


def _are_keyed(parts: list[Any], key: str) -> bool:
    names = [part.get(key) for part in parts if isinstance(part, dict)]
    return len(names) == len(parts) and None not in names and len(set(names)) == len(names)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
