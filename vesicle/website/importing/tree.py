"""A page as a tree of elements, made from the tokens of `claims.markup` in time that grows with the page.

The tree is what browsers make of it as far as reading needs that: paragraphs, list items and cells close each other, an
end tag nobody opened is ignored, one that closes several closes them all, any heading's end tag ends the heading that
is open. Further than browsers it goes where a heading was never ended: the next paragraph, list or heading ends it.
Nothing here calls itself: a page may be nested a million deep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice

from vesicle.website.claims.markup import tokens

MOST_TOKENS = 150_000
"""Tags and texts that are read; a page a browser rendered and saved has some thousand."""
CUT = "cut"
"""An attribute of the root of a page that went on after that."""
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param"}
)
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark",
     "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "del", "q", "img", "svg", "big"}
)  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ENDS_PARAGRAPH = frozenset(
    {"p", "div", "ul", "ol", "dl", "table", "section", "article", "aside", "header", "footer", "nav", "main", "form",
     "blockquote", "pre", "figure", "details", "hr", *HEADINGS}
)  # fmt: skip
_CLOSES = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tbody": (frozenset({"tbody", "thead", "tr", "td", "th"}), frozenset({"table"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
"""A tag closes the nearest of these, unless one of those stands between."""
_IN_HEAD = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})
_HEAD = frozenset({"head"})
_HEADING_NAMES = frozenset(HEADINGS)
_ENDS_HEADING = frozenset({"p", "ul", "ol", "dl", "table", "section", "article", "main", "details", *HEADINGS})
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_LINK = frozenset({"a"})
_HOLDS_LINKS = frozenset({"td", "th", "li", "table", "section", "article", "main", "details"})
_LOOKED_BACK = 12
"""Elements looked back for one to close; deeper than that nobody writes without end tags."""


class Node:
    """An element; ``children`` are elements and texts in order.

    ``words``, ``linked`` and ``links`` count the words within, those inside links, and the links that lead away;
    they are counted once for all elements by `count_words`.
    """

    __slots__ = ("attributes", "children", "has_main_heading", "linked", "links", "name", "parent", "words")

    def __init__(self, name: str, attributes: Mapping[str, str], parent: Node | None) -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node | str] = []
        self.words = self.linked = self.links = 0
        self.has_main_heading = name == "h1"


def parse(html: str) -> Node:
    """Return the root of a page's tree."""
    root = Node("#page", {}, None)
    here = root
    opened: Counter[str] = Counter()

    def close_to(node: Node) -> Node:
        """Close everything up to and with ``node``; return its parent."""
        at: Node | None = here
        while at is not None and at is not node:
            opened[at.name] -= 1
            at = at.parent
        opened[node.name] -= 1
        return node.parent or root

    waiting = tokens(html)
    for token in islice(waiting, MOST_TOKENS):
        if isinstance(token, str):
            here.children.append(token)
        elif token.opens:
            name = token.name
            if opened["head"] and name not in _IN_HEAD and (head := _nearest(here, _HEAD, frozenset())) is not None:
                here = close_to(head)
            if (
                name in _ENDS_HEADING
                and (heading := _open_heading(here, opened)) is not None
                and (name in HEADINGS or name in _LISTS or _has_words(heading))
            ):
                here = close_to(heading)
            if name == "a" and opened["a"] and (link := _nearest(here, _LINK, _HOLDS_LINKS)) is not None:
                here = close_to(link)
            if name in _ENDS_PARAGRAPH and opened["p"]:
                node = _nearest(here, frozenset({"p"}), frozenset({"td", "th", "button", "div", "section", "li"}))
                if node is not None:
                    here = close_to(node)
            if name in _CLOSES:
                node = _nearest(here, *_CLOSES[name])
                while node is not None:
                    here = close_to(node)
                    node = _nearest(here, *_CLOSES[name])
            child = Node(name, token.attributes, here)
            here.children.append(child)
            if name not in VOID:
                opened[name] += 1
                here = child
        elif token.name in HEADINGS:
            if (heading := _open_heading(here, opened)) is not None:
                here = close_to(heading)
        elif opened[token.name] > 0:
            node = here
            while node.name != token.name and node.parent is not None:
                node = node.parent
            here = close_to(node)
    if next(waiting, None) is not None:
        root.attributes = {CUT: ""}
    return root


def count_words(root: Node, leads_away: Callable[[Node], bool], unread: frozenset[str]) -> None:
    """Count words and links of every element, each looked at twice."""
    order: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(child for child in node.children if isinstance(child, Node))
    for node in reversed(order):
        if node.name in unread:
            node.words = node.linked = node.links = 0
            continue
        node.words += sum(_count(child) for child in node.children if isinstance(child, str))
        if leads_away(node):
            node.links += 1
            node.linked = node.words
        if node.parent is not None:
            node.parent.words += node.words
            node.parent.linked += node.linked
            node.parent.links += node.links
            node.parent.has_main_heading = node.parent.has_main_heading or node.has_main_heading


def _count(text: str) -> int:
    """Return how many words a text holds; a stroke between two links is none."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def _open_heading(here: Node, opened: Counter[str]) -> Node | None:
    """Return the heading that is open near a place."""
    return _nearest(here, _HEADING_NAMES, _HOLDS_LINKS) if any(opened[name] > 0 for name in HEADINGS) else None


def _has_words(node: Node) -> bool:
    waiting: list[Node | str] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Node):
            waiting.extend(one.children[:_LOOKED_BACK])
        elif one.strip():
            return True
    return False


def _nearest(here: Node, wanted: frozenset[str], until: frozenset[str]) -> Node | None:
    node: Node | None = here
    for _ in range(_LOOKED_BACK):
        if node is None or node.name in until:
            return None
        if node.name in wanted:
            return node
        node = node.parent
    return None
