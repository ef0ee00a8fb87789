"""Lays a piece of text into fields: names, values, choices, and what is wrong beside each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vesicle.protocols.editor import conditions
from vesicle.protocols.editor.shape import Shape, value_words
from vesicle.protocols.editor.vocabulary import Choices, choices_for, citation

SPARE = 1
"""Empty rows below a list of lines."""
MOST_TICKS = 40
"""A shared list up to this length is shown as boxes to tick; of a longer one, keys are typed with suggestions."""
ENTRY_NAMES = (
    *("title", "name", "label", "wording", "question", "purpose", "risk", "concern", "jurisdiction"),
    *("option", "area", "visit", "text", "id"),
)
"""Fields that name an entry of a list, best first."""


NEW = "New"


@dataclass(slots=True)
class Choice:
    """One value of a select or one box to tick."""

    value: str
    label: str
    is_chosen: bool


@dataclass(slots=True)
class Control:
    """A field with its name in the form, its way in the text, and what is wrong with it."""

    kind: str
    name: str
    path: str
    label: str
    help: str = ""
    needed: bool = False
    value: Any = ""
    shape: Shape | None = None
    choices: list[Choice] = field(default_factory=list)
    parts: list[Control] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    suggestions: str = ""
    negated: bool = False
    summary: str = ""
    problem: str = ""

    @property
    def id(self) -> str:
        """The id of its element."""
        return f"id_{self.name.replace('.', '-')}"

    @property
    def has_problem(self) -> bool:
        """Whether anything in it has a problem."""
        return any(one.problem for one in self.walk())

    @property
    def rows(self) -> int:
        """How many lines a text takes, for the height of its box."""
        return max(2, min(12, len(str(self.value)) // 70 + 1))

    @property
    def row_kinds(self) -> list[tuple[str, str]]:
        """What can be added to a group of conditions: the kind and its name."""
        return [(kind, words) for kind, (words, _) in conditions.ROWS.items()]

    def walk(self) -> Iterator[Control]:
        """Yield the control and everything in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def control(shape: Shape, name: str, value: Any, options: Collection[str], *, path: str | None = None) -> Control:
    """Return the control of a field that stands at ``name`` in the text. ``options`` are all there are."""
    way = path if path is not None else name
    made = Control(shape.kind, name, way, shape.label, shape.help, shape.needed and not shape.made, shape=shape)
    match shape.kind:
        case "group":
            inner = value if isinstance(value, dict) else {}
            made.parts = [
                control(part, f"{name}.{part.key}", inner.get(part.key), options, path=f"{way}.{part.key}")
                for part in shape.parts
            ]
        case "list":
            made.parts = [_entry(shape, f"{name}.{i}", one, options, f"{way}.{i}") for i, one in enumerate(value or ())]
        case "condition":
            return conditions.root_control(made, value)
        case "kept":
            made.value = json.dumps(value) if value is not None else ""
        case "flag":
            made.value = bool(shape.default if value is None else value)
        case _:
            _fill(made, shape, value, _vocabulary(way, shape, options))
    return made


def _entry(shape: Shape, name: str, value: Any, options: Collection[str], path: str) -> Control:
    group = Shape(shape.key, "group", shape.label.removesuffix("s"), parts=shape.parts)
    made = control(group, name, value, options, path=path)
    inner = value if isinstance(value, dict) else {}
    said = next((str(inner[key]) for key in ENTRY_NAMES if inner.get(key)), "")
    words = [
        _time_words(inner),
        _named(made, said),
        f"{inner['minutes']} min" if inner.get("minutes") else "",
        _before_words(inner),
    ]
    made.summary = _short(", ".join(word for word in words if word) or NEW)
    return made


def _time_words(inner: Mapping[str, Any]) -> str:
    """Return when an entry holds: ``Days 1 to 3``, ``Day 2``, ``Week 4``; empty for one that is not about a time."""
    if "from_day" in inner:
        first, last = inner["from_day"], inner.get("to_day")
        return f"Day {first}" if first == last else f"Days {first} to {last}"
    return next((f"{key.capitalize()} {inner[key]}" for key in ("day", "week") if key in inner), "")


def _before_words(inner: Mapping[str, Any]) -> str:
    """Return how long before the treatment a visit is; empty for an entry that is no such visit."""
    return f"{inner['min_days_before']} days before" if inner.get("min_days_before") else ""


def _named(entry: Control, said: str) -> str:
    """Return the name of what an entry chose from a shared list, instead of its key."""
    for part in entry.parts:
        for choice in part.choices:
            if choice.is_chosen and choice.value == said:
                return choice.label
    return said


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88].rstrip()}…"


def _vocabulary(path: str, shape: Shape, options: Collection[str]) -> Choices | None:
    *group, key = (int(part) if part.isdecimal() else part for part in path.split("."))
    if shape.values:
        return tuple((value, value_words(value)) for value in shape.values)
    return choices_for(tuple(group), str(key), options)


def _fill(made: Control, shape: Shape, value: Any, known: Choices | None) -> None:
    if shape.kind in ("lines", "ticks"):
        _fill_several(made, [str(one) for one in value or ()], known)
    elif known is not None:
        made.kind = "choice"
        given = "" if value is None else str(value)
        chosen = given or ("" if shape.default is None else str(shape.default))
        made.value = chosen
        made.choices = [Choice(key, label, key == chosen) for key, label in known]
        if chosen and not any(choice.is_chosen for choice in made.choices):
            made.choices.append(Choice(chosen, chosen, True))
    else:
        shown = shape.default if value is None and shape.kind in ("whole", "number") else value
        made.value = "" if shown is None else f"{shown:g}" if isinstance(shown, float) else str(shown)


def _fill_several(made: Control, given: list[str], known: Choices | None) -> None:
    if known is not None and len(known) <= MOST_TICKS:
        made.kind = "ticks"
        names = dict(known)
        # What is chosen comes first, in its own order, which is the order that is kept.
        order = [*given, *(key for key in names if key not in given)]
        made.choices = [Choice(key, names.get(key, key), key in given) for key in order]
        return
    made.kind = "lines"
    if made.name.endswith("refs"):
        made.suggestions = "sources"
        made.lines = [(one, citation(one)) for one in given] + [("", "")] * SPARE
    else:
        made.lines = [(one, "") for one in given] + [("", "")] * SPARE


def place_problems(controls: list[Control], problems: Mapping[str, str]) -> dict[str, str]:
    """Put each problem beside the field nearest to it; return those that belong to none of these fields, by field."""
    by_path = {one.path: one for top in controls for one in top.walk()}
    elsewhere: dict[str, str] = {}
    for where, words in problems.items():
        path = dotted(where)
        while path and path not in by_path:
            path = path.rpartition(".")[0]
        if path:
            one = by_path[path]
            one.problem = f"{one.problem} {words}".strip()
        else:
            elsewhere[where] = words
    return elsewhere


def dotted(where: str) -> str:
    """Return a field as problems write it, ``rules[0].when``, as the names here: ``rules.0.when``."""
    return where.replace("[", ".").replace("]", "")


def find(controls: list[Control], name: str) -> Control | None:
    """Return the control with that name."""
    return next((one for top in controls for one in top.walk() if one.name == name), None)
