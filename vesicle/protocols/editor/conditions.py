"""The condition of a rule as rows one can fill in: an answer, a date, an age, an area, or a group of rows.

The outermost is always a group here, so that a row can be added to a condition that has but one. What comes back is
brought into its shortest form, and a condition that says the same as before stays as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.datastructures import MultiValueDict

from vesicle.core.errors import Invalid
from vesicle.protocols.bank import load_bank
from vesicle.protocols.difference_words import answer_words

if TYPE_CHECKING:
    from vesicle.protocols.editor.controls import Control

GROUPS = (("all", "all of these hold"), ("any", "any of these holds"))
ROWS: Mapping[str, tuple[str, Any]] = {
    "answered": ("An answer", {"question": "", "is": []}),
    "within": ("A date", {"question": "", "within_days": None}),
    "age": ("An age", {"age": {}}),
    "area": ("An area", {"area": []}),
    "group": ("A group", {"all": []}),
}
"""What can be added to a group: its name, and how a new one begins."""

DEEPEST = 8
"""How many groups may stand inside each other; nobody reads a condition that is deeper."""


Sent = MultiValueDict[str, str]
"""What a form sent: values by name."""


def text_in(sent: Sent, name: str) -> str:
    """Return the last value sent under a name; empty where there is none."""
    return str(sent.get(name) or "")


def kind_of(node: Mapping[str, Any]) -> str:
    """Return which row a condition is: answered, within, age, area, all or any."""
    for key in ("all", "any", "age", "area"):
        if key in node:
            return key
    return "within" if "within_days" in node else "answered"


def peeled(node: Mapping[str, Any], path: str) -> tuple[bool, Mapping[str, Any], str]:
    """Return whether a condition is negated, what is negated, and where that stands. Twice negated is not negated."""
    negated = False
    while isinstance(node.get("not"), Mapping):
        negated, node, path = not negated, node["not"], f"{path}.not"
    return negated, node, path


# --- laying out ---------------------------------------------------------------------------------


def root_control(made: Control, value: Any) -> Control:
    """Fill the control of a rule's condition."""
    node = value if isinstance(value, Mapping) and value else {"all": []}
    negated, inner, path = peeled(node, made.path)
    if kind_of(inner) not in ("all", "any"):
        made.value, made.parts = "all", [_row(made, f"{made.name}.0", node, made.path)]
        return _with_groups(made)
    return _as_group(made, inner, path, negated=negated)


def _with_groups(made: Control) -> Control:
    from vesicle.protocols.editor.controls import Choice

    made.choices = [Choice(key, words, key == made.value) for key, words in GROUPS]
    return made


def _as_group(made: Control, inner: Mapping[str, Any], path: str, *, negated: bool) -> Control:
    key = kind_of(inner)
    made.kind, made.value, made.negated, made.suggestions = "condition", key, negated, f"{path}.{key}"
    children = inner[key] if isinstance(inner[key], list) else []
    made.parts = [_row(made, f"{made.name}.{i}", one, f"{path}.{key}.{i}") for i, one in enumerate(children)]
    return _with_groups(made)


def _row(parent: Control, name: str, node: Mapping[str, Any], path: str) -> Control:
    from vesicle.protocols.editor.controls import Control as Made

    negated, inner, way = peeled(node, path)
    kind = kind_of(inner)
    made = Made(kind, name, path, ROWS.get(kind, ("A group", None))[0], negated=negated)
    if kind in ("all", "any"):
        return _as_group(made, inner, way, negated=negated)
    made.parts = _FIELDS[kind](made, inner, way)
    return made


def _answered(made: Control, node: Mapping[str, Any], way: str) -> list[Control]:
    asked = str(node.get("question") or "")
    bank = load_bank()
    question = bank.asked.get(asked)
    given = [str(one) for one in node.get("is") or ()]
    answers = [*(question.answers if question else ()), *(one for one in given if not question or not question.answers)]
    picks = [(one, answer_words(asked, one)) for one in dict.fromkeys([*answers, *given])]
    return [_question(made, asked, way, dated=False), _several(made, "is", "is", picks, given, way)]


def _within(made: Control, node: Mapping[str, Any], way: str) -> list[Control]:
    days = node.get("within_days")
    return [
        _question(made, str(node.get("question") or ""), way, dated=True),
        _field(made, "whole", "within_days", "at most this many days ago", days, way),
    ]


def _age(made: Control, node: Mapping[str, Any], way: str) -> list[Control]:
    band = node.get("age") or {}
    inner = f"{way}.age"
    return [
        _field(made, "whole", "from", "at least, in years", band.get("from"), inner),
        _field(made, "whole", "below", "below, in years", band.get("below"), inner),
    ]


def _area(made: Control, node: Mapping[str, Any], way: str) -> list[Control]:
    given = [str(one) for one in node.get("area") or ()]
    names = {area.id: area.name for area in load_bank().areas.values()}
    picks = [(one, names.get(one, one)) for one in dict.fromkeys([*names, *given])]
    return [_several(made, "area", "is any of", picks, given, way)]


_FIELDS = {"answered": _answered, "within": _within, "age": _age, "area": _area}


def _field(made: Control, kind: str, key: str, label: str, value: Any, way: str) -> Control:
    from vesicle.protocols.editor.controls import Control as Made

    shown = "" if value is None else str(value)
    needed = key in ("within_days", "is", "area")
    return Made(kind, f"{made.name}.{key}", f"{way}.{key}", label, value=shown, needed=needed)


def _question(made: Control, asked: str, way: str, *, dated: bool) -> Control:
    from vesicle.protocols.editor.controls import Choice

    found = _field(made, "choice", "question", "Question", asked, way)
    known = load_bank().asked
    offered = [one for one in known.values() if (one.asks_date is not None if dated else bool(one.answers))]
    found.choices = [Choice(one.id, f"{one.clinician} ({one.id})", one.id == asked) for one in offered]
    if asked and not any(choice.is_chosen for choice in found.choices):
        found.choices.append(Choice(asked, asked, True))
    found.needed = True
    return found


def _several(made: Control, key: str, label: str, picks: list[tuple[str, str]], given: list[str], way: str) -> Control:
    from vesicle.protocols.editor.controls import Choice

    found = _field(made, "ticks", key, label, None, way)
    found.choices = [Choice(value, words, value in given) for value, words in picks]
    return found


# --- reading ------------------------------------------------------------------------------------


def read(name: str, sent: Sent, *, depth: int = 0) -> dict[str, Any]:
    """Return the condition that was sent under a name; the outermost is a group. ``depth`` counts groups around it."""
    kind = text_in(sent, f"{name}.kind") or "all"
    if depth > DEEPEST:
        raise Invalid(f"A condition has more than {DEEPEST} groups inside each other. Make two rules of it.")
    node: dict[str, Any]
    match kind:
        case "all" | "any":
            node = {kind: [read(f"{name}.{index}", sent, depth=depth + 1) for index in sent.getlist(name)]}
        case "within":
            node = {"question": text_in(sent, f"{name}.question"), "within_days": _whole(sent, f"{name}.within_days")}
        case "age":
            band = {key: _whole(sent, f"{name}.{key}") for key in ("from", "below")}
            node = {"age": {key: value for key, value in band.items() if value is not None}}
        case "area":
            node = {"area": sent.getlist(f"{name}.area")}
        case _:
            node = {"question": text_in(sent, f"{name}.question"), "is": sent.getlist(f"{name}.is")}
    return {"not": node} if sent.get(f"{name}.not") else node


def _whole(sent: Sent, name: str) -> int | str | None:
    text = text_in(sent, name).strip()
    return int(text) if text.isdecimal() and len(text) < 9 else text or None


def tidy(node: dict[str, Any], before: Any = None) -> dict[str, Any]:
    """Return a condition in its shortest form, or ``before`` where that says the same."""
    short = _short(node)
    is_same = isinstance(before, dict) and bool(before) and _in_order(_short(before)) == _in_order(short)
    return dict(before) if is_same else short


def _in_order(node: Any) -> Any:
    """Answers and areas in one order: any of them makes a row hold, whichever is named first."""
    if isinstance(node, dict):
        return {key: _in_order(value) for key, value in node.items()}
    if isinstance(node, list) and all(isinstance(one, str) for one in node):
        return sorted(node)
    return [_in_order(one) for one in node] if isinstance(node, list) else node


def _short(node: Mapping[str, Any]) -> dict[str, Any]:
    """A group of one is that one; twice negated is not negated. Both say the same by Kleene's tables."""
    negated, inner, _ = peeled(node, "")
    kind = kind_of(inner)
    if kind in ("all", "any"):
        parts = [_short(one) for one in inner[kind] or ()]
        found = parts[0] if len(parts) == 1 else {kind: parts}
    else:
        found = dict(inner)
    if not negated:
        return found
    again, bare, _ = peeled(found, "")
    return dict(bare) if again else {"not": found}
