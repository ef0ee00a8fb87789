"""What changed between two versions of a protocol, in the words of the people who have to approve it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from vesicle.protocols.schema import Option, OptionRule

STRICTNESS = {"note": 0, "review": 1, "defer": 2, "exclude": 3}
GRADES = {"none": 0, "very-low": 1, "low": 2, "moderate": 3, "high": 4}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``kind`` is stable for machines, ``text`` is for people."""

    option: str
    kind: str
    subject: str
    text: str


def changes(before: Sequence[Option], after: Sequence[Option]) -> list[Change]:
    """Return every difference between two sets of options, in reading order; empty when they say the same."""
    old, new = {o.id: o for o in before}, {o.id: o for o in after}
    found = [
        Change(key, "option-removed", key, f"{old[key].label} is no longer there.") for key in old.keys() - new.keys()
    ]
    found += [Change(key, "option-added", key, f"{new[key].label} is new.") for key in new.keys() - old.keys()]
    found.sort(key=lambda change: change.option)
    for key in (key for key in new if key in old):
        found += _rules(key, old[key].rules, new[key].rules)
        found += _sections(key, old[key], new[key])
    return found


def _rules(option: str, before: Iterable[OptionRule], after: Iterable[OptionRule]) -> Iterator[Change]:
    old, new = {r.id: r for r in before}, {r.id: r for r in after}
    for id_ in old.keys() - new.keys():
        yield Change(option, "rule-removed", id_, f"Rule withdrawn: {old[id_].rule.clinician}")
    for id_, entry in new.items():
        if id_ not in old:
            yield Change(option, "rule-added", id_, f"Rule added ({entry.rule.effect}): {entry.rule.clinician}")
            continue
        was, now = old[id_].rule, entry.rule
        if was.effect != now.effect:
            word = "stricter" if STRICTNESS[now.effect] > STRICTNESS[was.effect] else "milder"
            yield Change(option, "rule-effect", id_, f"Rule {id_} is {word}: {was.effect} became {now.effect}.")
        if was.wait and now.wait and was.wait.days != now.wait.days:
            word = "longer" if now.wait.days > was.wait.days else "shorter"
            yield Change(
                option, "rule-wait", id_, f"Rule {id_} waits {word}: {was.wait.days} days became {now.wait.days}."
            )
        if was.when != now.when:
            yield Change(option, "rule-condition", id_, f"Rule {id_} applies under another condition.")
        if (was.patient, was.clinician) != (now.patient, now.clinician):
            yield Change(option, "rule-words", id_, f"Rule {id_} is worded differently.")


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
}
_WORD = {"claims": "Claim", "areas": "Area", "steps": "Step", "check_ins": "Check-in", "follow_ups": "Follow-up"}


def _sections(option: str, before: Option, after: Option) -> Iterator[Change]:
    for name in type(after.sections).model_fields:
        old, new = getattr(before.sections, name), getattr(after.sections, name)
        if old == new:
            continue
        if name in _NAMED:
            yield from _named(option, name, old, new)
        else:
            yield from _fields(option, name, old, new)


def _named(option: str, section: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Change]:
    key = _NAMED[section]
    old, new = {key(part): part for part in before}, {key(part): part for part in after}
    word = _WORD.get(section, section.replace("_", " ").removesuffix("s").capitalize())
    for name in old.keys() - new.keys():
        yield Change(option, f"{section}-removed", name, f"{word} withdrawn: {name}.")
    for name, part in new.items():
        if name not in old:
            yield Change(option, f"{section}-added", name, f"{word} added: {name}.")
            continue
        was = old[name]
        grade, grade_was = getattr(part, "grade", None), getattr(was, "grade", None)
        if grade != grade_was and grade and grade_was:
            rank = "up" if GRADES[grade] > GRADES[grade_was] else "down"
            yield Change(option, f"{section}-grade", name, f"{word} {name} is graded {rank}: {grade_was} to {grade}.")
        yield from _fields(option, f"{section} {name}", was, part, skip={"grade"})


def _fields(option: str, where: str, before: Any, after: Any, skip: Iterable[str] = ()) -> Iterator[Change]:
    """Compare leaf by leaf and say which leaf is different."""
    old, new = _leaves(before), _leaves(after)
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path) or path in skip:
            continue
        label = f"{where} {path}".replace("_", " ").strip()
        yield Change(option, "changed", label, f"{label}: {_said(old.get(path))} became {_said(new.get(path))}.")


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in _leaves(part, f"{path} {key}".strip()).items()}
    if isinstance(value, list | tuple):
        return {k: v for n, part in enumerate(value, 1) for k, v in _leaves(part, f"{path} {n}".strip()).items()}
    return {path: value}


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return f"“{text[:77]}…”" if len(text) > 78 else (f"“{text}”" if isinstance(value, str) else text)
