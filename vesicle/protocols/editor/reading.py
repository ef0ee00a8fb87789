"""Makes text of what a form sent, field by field, in the plain form of a file."""

from __future__ import annotations

import json
import re
from typing import Any

from vesicle.protocols.editor import conditions
from vesicle.protocols.editor.conditions import Sent, text_in
from vesicle.protocols.editor.shape import Shape

_WHOLE = re.compile(r"-?[0-9]{1,12}")
_NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,9})?")
_NAMED_BY = ("title", "name", "label", "wording", "text", "clinician", "question")
"""What a short name is made from, best first."""


def read(shape: Shape, name: str, sent: Sent) -> Any:
    """Return what was sent for a field; ``None`` where it is left out.

    What cannot be read as the field asks (a number, a date) is returned as typed, so that the check speaks of it.
    """
    match shape.kind:
        case "group":
            return _group(shape, name, sent)
        case "list":
            found = [_group(shape, f"{name}.{index}", sent, needed=True) for index in sent.getlist(name)]
            return found or ([] if shape.needed else None)
        case "lines" | "ticks":
            typed = [line.strip() for line in sent.getlist(name) if line.strip()]
            return [_value(shape.entry, line) for line in typed] or ([] if shape.needed else None)
        case "condition":
            condition = conditions.read(name, sent)
            return None if not shape.needed and condition in ({"all": []}, {"any": []}) else condition
        case "flag":
            return bool(sent.get(name))
        case "kept":
            return _kept(text_in(sent, name))
        case _:
            return _single(shape, name, sent)


def _kept(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _single(shape: Shape, name: str, sent: Sent) -> Any:
    text = text_in(sent, name).replace("\r\n", "\n").strip()
    if text:
        return _value(shape.kind, text)
    return "" if shape.needed and not shape.made else None


def _value(kind: str, text: str) -> Any:
    if kind == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() else number
    return text


def _group(shape: Shape, name: str, sent: Sent, *, needed: bool = False) -> dict[str, Any] | None:
    values = {part.key: read(part, f"{name}.{part.key}", sent) for part in shape.parts}
    found = {key: value for key, value in values.items() if value is not None}
    if not (needed or shape.needed) and not any(_says_something(shape.part(key), found[key]) for key in found):
        return None
    for part in shape.parts:
        if part.made and part.key not in found:
            made = _slug(found)
            found = {part.key: made} | found if made else found
    return found


def _says_something(shape: Shape, value: Any) -> bool:
    """Whether a value means that its group is there: an empty field does not, nor does one that says the default."""
    if value in ("", [], {}):
        return False
    return value is not False and (shape.default is None or value != shape.default)


def _slug(found: dict[str, Any]) -> str:
    said = next((str(found[key]) for key in _NAMED_BY if found.get(key)), "")
    words = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")
    return words[:40].strip("-")
