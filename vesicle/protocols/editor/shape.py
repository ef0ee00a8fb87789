"""Which kind of field each part of the schema is, with its label, its help and its limits, from the schema alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from vesicle.protocols.published import json_schema

Kind = Literal[
    "text", "line", "whole", "number", "flag", "date", "choice", "group", "list", "lines", "ticks", "condition", "kept"
]

ONE_LINE = {"title", "label", "name", "tagline", "unit", "how_often", "purpose", "question"}
"""Texts that fit into one line."""

LAST = ("id", "refs", "basis")
"""Fields that stand at the end of their group, in this order."""

HELP: Mapping[str, str] = {
    "refs": "Keys of the shared reference list; type a word of the title to find one.",
    "basis": "Read at its source, quoted by a digest, common practice, or the clinic's own default.",
}
"""Help where the description speaks of the file; others are their description."""

LABELS: Mapping[str, str] = {
    "refs": "Sources",
    "basis": "Where it comes from",
    "id": "Short name",
    "is": "Is",
    "patient": "Said to the patient",
    "clinician": "Said to the clinician",
    "cleared_by": "Who may clear it",
    "when": "Applies when",
    "without_rules": "Rules left out",
    "min": "From",
    "max": "To",
    "rests_on": "What it rests on",
    "do": "Do",
    "do_not": "Leave",
    "need": "Product",
    "watch_for": "Red flags to mind",
}

WORDS: Mapping[str, str] = {
    "exclude": "Exclude: must not be treated",
    "defer": "Defer: has to wait",
    "review": "Review: a provider decides",
    "note": "Note: is said, decides nothing",
    "verified": "Read at its source",
    "secondary": "Quoted by a digest",
    "convention": "Common practice",
    "to-confirm": "Our own default, to confirm",
}
"""Values of the schema as a clinician says them; others are their own words."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One field, or a group or list of them. ``needed``: it must be given; ``made``: a blank one is made by us."""

    key: str
    kind: Kind
    label: str
    help: str = ""
    needed: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None
    values: tuple[str, ...] = ()
    parts: tuple[Shape, ...] = ()
    entry: Kind = "line"
    default: Any = None

    @property
    def made(self) -> bool:
        """Whether it is an identifier that we make from the entry's own words when it is left empty."""
        return self.key == "id" and self.kind == "line"

    def part(self, key: str) -> Shape:
        """Return a part of a group. Raises ``KeyError``."""
        found = next((part for part in self.parts if part.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


def in_words(key: str) -> str:
    """Return the name of a field or value as people say it: ``Further area share``."""
    return LABELS.get(key) or key.replace("_", " ").replace("-", " ").capitalize()


def value_words(value: str) -> str:
    """Return a value of the schema as people say it: ``Very low``."""
    return WORDS.get(value) or in_words(value)


@lru_cache(maxsize=1)
def protocol_shape() -> Shape:
    """Return the shape of a whole protocol; its section shapes are parts, those of a modality under ``modalities``."""
    schema = json_schema()
    return _group("protocol", schema, schema["$defs"], needed=True)


def _group(key: str, node: Mapping[str, Any], defs: Mapping[str, Any], *, needed: bool) -> Shape:
    needs = set(node.get("required", ()))
    # What a thing is comes first; its short name and its sources come last.
    order = sorted(node["properties"], key=lambda name: LAST.index(name) if name in LAST else -1)
    parts = tuple(_shape(name, node["properties"][name], defs, needed=name in needs) for name in order)
    return Shape(key, "group", in_words(key), needed=needed, parts=parts)


def _shape(key: str, node: Mapping[str, Any], defs: Mapping[str, Any], *, needed: bool) -> Shape:
    found = _bare(key, _without_null(node), defs, needed=needed)
    return replace(found, label=in_words(key), help=_help(key, node), default=node.get("default"))


def _help(key: str, node: Mapping[str, Any]) -> str:
    """Return the description of a field as somebody reads it who fills in a form."""
    if key in HELP:
        return HELP[key]
    words = str(node.get("description", ""))
    # Chosen from a list by name, nobody sees an id; nothing in a form is called null.
    return "" if words.startswith("An id of ") else words.replace("null", "empty")


def _without_null(node: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = [part for part in node.get("anyOf", ()) if part.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else node


def _bare(key: str, node: Mapping[str, Any], defs: Mapping[str, Any], *, needed: bool) -> Shape:
    if "$ref" in node:
        inner = defs[node["$ref"].rpartition("/")[2]]
        return (
            _group(key, inner, defs, needed=needed) if "properties" in inner else _bare(key, inner, defs, needed=needed)
        )
    if _is_condition(node):
        return Shape(key, "condition", "", needed=needed)
    if "enum" in node:
        return Shape(key, "choice", "", needed=needed, values=tuple(map(str, node["enum"])))
    if node.get("type") == "array":
        return _array(key, node, defs, needed=needed)
    return _scalar(key, node, needed=needed)


def _array(key: str, node: Mapping[str, Any], defs: Mapping[str, Any], *, needed: bool) -> Shape:
    entry = _bare(key, _without_null(node.get("items", {})), defs, needed=True)
    if entry.kind == "group":
        return Shape(key, "list", "", needed=needed, parts=entry.parts)
    if entry.kind == "choice":
        return Shape(key, "ticks", "", needed=needed, values=entry.values)
    if entry.kind in ("text", "line", "whole", "number"):
        return Shape(key, "lines", "", needed=needed, entry=entry.kind)
    return Shape(key, "kept", "", needed=needed)


def _scalar(key: str, node: Mapping[str, Any], *, needed: bool) -> Shape:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum")
    match node.get("type"):
        case "integer":
            return Shape(key, "whole", "", needed=needed, low=low, high=high, step=node.get("multipleOf"))
        case "number":
            return Shape(key, "number", "", needed=needed, low=low, high=high)
        case "boolean":
            return Shape(key, "flag", "", needed=needed)
        case "string" if node.get("format") == "date":
            return Shape(key, "date", "", needed=needed)
        case "string":
            is_long = "pattern" not in node and "minLength" in node and key not in ONE_LINE
            return Shape(key, "text" if is_long else "line", "", needed=needed)
        case _:
            return Shape(key, "kept", "", needed=needed)


def _is_condition(node: Mapping[str, Any]) -> bool:
    refs = [part.get("$ref", "") for part in node.get("oneOf", node.get("anyOf", ()))]
    return any(ref.endswith("/AllOf") for ref in refs)
