"""One page of the editor: some spots of a text, what was typed into them, and what is wrong with it."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vesicle.protocols.difference_words import prerequisite_words
from vesicle.protocols.editor import conditions, controls
from vesicle.protocols.editor.conditions import Sent
from vesicle.protocols.editor.controls import Control
from vesicle.protocols.editor.reading import read
from vesicle.protocols.editor.sentences import rule_sentence, said_otherwise
from vesicle.protocols.editor.shape import Shape
from vesicle.protocols.schema import Rule
from vesicle.protocols.schema.sections import Prerequisite


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of the text that a page edits: ``timing`` or ``modalities.1.rules.3``. ``title`` is its heading."""

    name: str
    shape: Shape
    title: str = ""


def value_at(content: Any, name: str) -> Any:
    """Return what stands at a place of the text; ``None`` where there is nothing."""
    found = content
    for part in name.split("."):
        if isinstance(found, list):
            found = found[int(part)] if part.isdecimal() and int(part) < len(found) else None
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return None
    return found


def put(content: dict[str, Any], name: str, value: Any) -> None:
    """Set what stands at a place of the text; ``None`` takes a field out, a place after the last entry adds one."""
    *way, last = name.split(".")
    holder: Any = content
    for part in way:
        if isinstance(holder, list):
            holder = holder[int(part)]
        else:
            holder = holder.setdefault(part, [] if last.isdecimal() and part == way[-1] else {})
    if isinstance(holder, list):
        if value is None:
            del holder[int(last)]
        elif int(last) >= len(holder):
            holder.append(value)
        else:
            holder[int(last)] = value
    elif value is None:
        holder.pop(last, None)
    else:
        holder[last] = value


class TextPage:
    """Some spots of a text with what a form sent for them, if it sent anything."""

    def __init__(
        self, content: dict[str, Any], spots: list[Spot], options: Collection[str], sent: Sent | None = None
    ) -> None:
        self.before, self.spots, self.options = content, spots, options
        self.content = copy.deepcopy(content)
        self.elsewhere: dict[str, str] = {}
        if sent is not None:
            for spot in spots:
                put(self.content, spot.name, read(spot.shape, spot.name, sent))
        self._controls: list[Control] | None = None

    @property
    def controls(self) -> list[Control]:
        """The fields of the page as they stand now."""
        if self._controls is None:
            self._controls = [
                controls.control(spot.shape, spot.name, value_at(self.content, spot.name), self.options)
                for spot in self.spots
            ]
        return self._controls

    @property
    def headed(self) -> list[tuple[str, Control]]:
        """The fields with their headings."""
        return [(spot.title, one) for spot, one in zip(self.spots, self.controls, strict=True)]

    @property
    def all_controls(self) -> list[Control]:
        """Every field of the page with everything in it."""
        return [one for top in self.controls for one in top.walk()]

    @property
    def sentences(self) -> list[str]:
        """The rules of the page as they are typed, in words; one that is not complete yet is left out."""
        return [*(rule_sentence(rule) for rule in self._rules()), *self._visits_before()]

    @property
    def doubts(self) -> list[str]:
        """What to look at once more in the rules as they are typed: the patient reads of another wait."""
        return [doubt for rule in self._rules() if (doubt := said_otherwise(rule))]

    def _rules(self) -> list[Rule]:
        found = []
        for spot in self.spots:
            if any(part.kind == "condition" for part in spot.shape.parts):
                try:
                    found.append(Rule.model_validate(value_at(self.tidied(), spot.name)))
                except ValidationError:
                    continue
        return found

    def _visits_before(self) -> list[str]:
        """Return the visits that come first, one sentence each; one that is not complete yet is left out."""
        found = []
        for spot in self.spots:
            for entry in value_at(self.tidied(), spot.name) or () if spot.shape.key == "prerequisites" else ():
                try:
                    found.append(prerequisite_words(Prerequisite.model_validate(entry)))
                except ValidationError:
                    continue
        return found

    def bring(self, spots: list[Spot]) -> None:
        """Show more of the text on this page, as it stands."""
        self.spots = [*self.spots, *spots]
        self._controls = None

    def tell(self, problems: Mapping[str, str]) -> None:
        """Put problems beside their fields; those of other parts of the text are kept in ``elsewhere``."""
        self.elsewhere = controls.place_problems(self.controls, problems)

    @property
    def count(self) -> int:
        """How many fields here have a problem."""
        return sum(bool(one.problem) for top in self.controls for one in top.walk())

    def act(self, verb: str, name: str, what: str = "") -> str:
        """Add, remove or move an entry; nothing is saved by it. Returns the name of the entry to show."""
        one = controls.find(self.controls, name)
        if one is None:
            return ""
        self._controls = None
        if verb == "add":
            way = one.suggestions if one.kind == "condition" else one.path
            listed = value_at(self.content, way)
            place = len(listed) if isinstance(listed, list) else 0
            new = copy.deepcopy(conditions.ROWS.get(what, ("", {}))[1]) if one.kind == "condition" else {}
            put(self.content, f"{way}.{place}", new)
            return f"{name}.{place}"
        way, _, place_ = one.path.rpartition(".")
        parent, _, _ = name.rpartition(".")
        listed = value_at(self.content, way)
        if not isinstance(listed, list) or not place_.isdecimal():
            return ""
        at = int(place_)
        if verb == "remove":
            del listed[at]
            return ""
        to = at + {"up": -1, "down": 1}.get(verb, 0)
        if 0 <= to < len(listed):
            listed[at], listed[to] = listed[to], listed[at]
            return f"{parent}.{to}"
        return name

    def tidied(self) -> dict[str, Any]:
        """Return the text to save: conditions of rules in their shortest form, or as they were written."""
        content = copy.deepcopy(self.content)
        for spot in self.spots:
            value, before = value_at(content, spot.name), value_at(self.before, spot.name)
            if spot.shape.kind == "list":
                entries = value if isinstance(value, list) else []
                for index, entry in enumerate(entries):
                    _tidy(spot.shape, entry, value_at(before, str(index)))
            else:
                _tidy(spot.shape, value, before)
        return content


def _tidy(shape: Shape, value: Any, before: Any) -> None:
    """Bring the conditions of a group into their shortest form, or leave them as they were written."""
    for part in shape.parts if isinstance(value, dict) else ():
        if part.kind == "condition" and isinstance(value.get(part.key), dict):
            value[part.key] = conditions.tidy(value[part.key], value_at(before, part.key))
