"""Tabs: labels in a row, and the panes they open elsewhere on the page. A pane is read under its label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vesicle.website.importing.tree import HEADINGS, Node

_SPLIT = re.compile(r"[^a-z0-9]+")
_POINTERS = ("aria-controls", "data-bs-target", "data-target", "href", "data-tab", "data-tab-target")
_LONGEST_LABEL = 12
_MOST_LABELS = 200
_LOOKED_AT = 400
"""Elements of a pane looked at for its own headings; a pane's first heading stands near its top."""
_USUAL_LEVEL = 4


@dataclass(slots=True)
class Panes:
    """The titles of panes by the identity of their elements, and the elements that are only labels of panes."""

    titles: dict[int, tuple[str, int]] = field(default_factory=dict)
    labels: set[int] = field(default_factory=set)


def panes_of(root: Node, text_in: Callable[[Node], str]) -> Panes:
    """Return which element of a page is a pane, and the words and level of its title.

    A label points to its pane by the pane's id, is named by it (``aria-labelledby``), shares a mark with it
    (``data-w-tab``), or is the label of the same number: as many labels in a row as panes in the element behind them.
    """
    found = Panes()
    by_id: dict[str, Node] = {}
    tabs: list[Node] = []
    marked: dict[str, list[Node]] = {}
    rows: list[Node] = []
    for node in _all(root):
        if name := node.attributes.get("id"):
            by_id.setdefault(name, node)
        if mark := node.attributes.get("data-w-tab"):
            marked.setdefault(mark, []).append(node)
        if len(tabs) < _MOST_LABELS and _is_label(node):
            tabs.append(node)
        if len(rows) < _MOST_LABELS and _is_row(node):
            rows.append(node)
    of_label = {node.attributes.get("aria-labelledby", ""): node for node in by_id.values()}
    for tab in tabs:
        pane = _pointed_at(tab, by_id) or of_label.get(tab.attributes.get("id", "-"))
        if pane is None and (mark := tab.attributes.get("data-w-tab")):
            pane = next((one for one in marked[mark] if one is not tab and not _is_label(one)), None)
        if pane is not None:
            _name(found, tab, pane, text_in)
    for row in rows:
        labels = [one for one in _elements(row) if one.words]
        panes = _behind(row)
        if len(labels) > 1 and len(labels) == len(panes) and not any(id(pane) in found.titles for pane in panes):
            for tab, pane in zip(labels, panes, strict=True):
                _name(found, tab, pane, text_in)
    return found


def _name(found: Panes, tab: Node, pane: Node, text_in: Callable[[Node], str]) -> None:
    title = text_in(tab) if 0 < tab.words <= _LONGEST_LABEL else ""
    if not title or pane is tab or pane.words <= tab.words or _is_within(tab, pane):
        return
    found.labels.add(id(tab))
    levels = [HEADINGS[one.name] for one in _all(pane, _LOOKED_AT) if one.name in HEADINGS]
    found.titles[id(pane)] = title, max(2, min(levels) - 1) if levels else _USUAL_LEVEL


def _all(root: Node, most: int = 0) -> Iterator[Node]:
    waiting = [root]
    count = 0
    while waiting and not (most and count >= most):
        node = waiting.pop()
        count += 1
        yield node
        waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _marks(node: Node) -> set[str]:
    return set(_SPLIT.split(node.attributes.get("class", "")[:300].lower()))


def _is_label(node: Node) -> bool:
    """Return whether an element is the label of a tab: by its role, or a link or button among tabs."""
    if node.attributes.get("role", "").lower() == "tab":
        return True
    if node.name not in ("a", "button", "li", "div") or node.words > _LONGEST_LABEL:
        return False
    marks = _marks(node)
    if node.name == "div":
        return bool(marks & {"tab", "tabs"} and marks & {"title", "link", "label", "button", "trigger"})
    around = node.parent
    near = marks | (_marks(around) if around else set())
    return bool(near & {"tab", "tabs", "tablink", "tablinks"}) and "pane" not in near and "content" not in near


def _is_row(node: Node) -> bool:
    return node.attributes.get("role", "").lower() == "tablist" or bool(
        node.name in ("ul", "ol", "div", "nav")
        and _marks(node) & {"tab", "tabs", "tablist"}
        and _marks(node)
        & {"controls", "nav", "menu", "list", "titles", "header", "labels", "links", "wrapper", "tablist"}
    )


def _pointed_at(tab: Node, by_id: dict[str, Node]) -> Node | None:
    for holder in (tab, *_elements(tab)[:2]):
        for name in _POINTERS:
            value = holder.attributes.get(name, "").strip()
            target = by_id.get(value.removeprefix("#")) if value and (name != "href" or value[0] == "#") else None
            if target is not None and target is not tab:
                return target
    return None


def _behind(row: Node) -> list[Node]:
    """Return the elements within the next element behind a row of labels; empty where none follows."""
    if row.parent is None:
        return []
    siblings = _elements(row.parent)
    place = next(place for place, one in enumerate(siblings) if one is row)
    return [one for one in _elements(siblings[place + 1]) if one.words] if place + 1 < len(siblings) else []


def _is_within(inner: Node, outer: Node) -> bool:
    at: Node | None = inner
    for _ in range(60):
        if at is None:
            return False
        if at is outer:
            return True
        at = at.parent
    return False
