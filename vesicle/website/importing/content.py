"""From a tree to blocks: the headings, paragraphs, list items, cells and answers that are content of the page."""

from __future__ import annotations

import re

from vesicle.website.importing.blocks import MOST_BLOCKS, MOST_LETTERS, Block, Content
from vesicle.website.importing.furniture import UNREAD, furniture, is_action, is_button, is_toggle
from vesicle.website.importing.kinds import (
    LONGEST_HEADING,
    is_bold_element,
    kind_of,
    path_of,
    plain,
    runs_in,
    says_something,
    text_in,
)
from vesicle.website.importing.notices import is_review, without_notices
from vesicle.website.importing.outline import CLIMBED, under_headings
from vesicle.website.importing.panes import panes_of
from vesicle.website.importing.practice import without_the_house
from vesicle.website.importing.tables import is_table_of_facts, rows_of
from vesicle.website.importing.teasers import teasers_of
from vesicle.website.importing.tree import CUT, HEADINGS, INLINE, Node, count_words

_ASKED_FIRST = re.compile(
    r"((?:Q[.:]\s*)?(?:how|what|when|who|is|are|can|does|do|will|where|why|am|should)\b[^?.!]{6,110}\?)\s+(\S.{3,})",
    re.IGNORECASE | re.DOTALL,
)
_ANSWER = re.compile(r"^A[.:]\s+(?=[A-Z])")
"""The mark before an answer in a list of questions: "A. No"."""
_SHORT_ROW = 40
_LONGEST_QUOTATION = 50
_FEWEST_LEFT = 3
_LONGEST_BLOCK = 20_000
_MOST_OF_A_PAGE = 0.6
_SURE = frozenset(
    {"footer", "navigation", "nav", "cookies", "dialog", "testimonials", "testimonial", "reviews", "review", "links"}
)
_HOLDS_LINKS = frozenset({"div", "ul", "ol", "section", "aside", "p", "center"})
_AT_THE_END = frozenset(
    {"testimonials", "testimonial", "reviews", "review", "quotation", "products", "product", "related", "posts", "blog",
     "newsletter", "subscribe", "cta", "instagram", "team", "form", "upsell", "pagination", "comments", "shop"}
)  # fmt: skip
_BESIDE = frozenset({"aside", "sidebar", "widget-area"})
"""What stands beside the content: a box of facts, or teasers."""
_FACTS = re.compile(
    r"\b(?:down-?\s?time|duration|sessions|treatment time|recovery|results|at a glance)\b", re.IGNORECASE
)
_PICTURES = frozenset({"img", "svg", "i", "br", "wbr"})


class _Reader:
    def __init__(self, root: Node) -> None:
        self.content = Content([])
        self._root = root
        self._text: list[str] = []
        self._bold = self._letters = self._lead = 0
        self._holders = self._of_main_heading(root)
        self._panes = panes_of(root, text_in)
        self._teasers = teasers_of(root, text_in) - self._holders

    def read(self) -> Content:
        """Walk the tree once; an element is entered, its children are read, it is left."""
        waiting: list[tuple[Node | str, bool]] = [(self._root, True)]
        holder: list[Node] = [self._root]
        bold = 0
        while waiting and len(self.content.blocks) <= MOST_BLOCKS and not self.content.is_cut:
            one, entering = waiting.pop()
            if isinstance(one, str):
                self._text.append(one)
                count = len(one.strip())
                self._letters += count
                self._bold += count if bold else 0
                continue
            if not entering:
                bold -= is_bold_element(one)
                if not bold and is_bold_element(one) and self._bold == self._letters:
                    self._lead = len(self._text)
                if one.name not in INLINE or self._stands_apart(one):
                    self._flush(holder[-1])
                    holder.pop()
                continue
            if id(one) in self._panes.labels or self._is_left_out(one, holder[-1]):
                continue
            if (pane := self._panes.titles.get(id(one))) is not None:
                self._flush(holder[-1])
                self.content.blocks.append(Block(pane[0], "heading", pane[1], path=path_of(one), holder=one))
            if one.name == "br":
                self._flush(holder[-1])
                continue
            if one.name == "table" and is_table_of_facts(one):
                self._flush(holder[-1])
                self._facts(one)
                continue
            if one.name not in INLINE or self._stands_apart(one):
                self._flush(holder[-1])
                holder.append(one)
            bold += is_bold_element(one)
            waiting.append((one, False))
            waiting.extend((child, True) for child in reversed(one.children))
        self._flush(self._root)
        return self.content

    @staticmethod
    def _of_main_heading(root: Node) -> set[int]:
        """Return the elements around the first main heading: they are no furniture, whatever they are called."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node.name == "h1" or (
                node.attributes.get("role") == "heading" and node.attributes.get("aria-level") == "1"
            ):
                around: set[int] = set()
                at: Node | None = node
                while at is not None:
                    if at.name == "nav":
                        break
                    around.add(id(at))
                    at = at.parent
                return around
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))
        return set()

    def _is_left_out(self, node: Node, holder: Node) -> bool:
        if node.name in UNREAD:
            self._head(node)
            return True
        if id(node) in self._holders:
            return False
        kind = furniture(node) or _beside_main(node)
        if not kind and node.name == "header" and _is_of_site(node):
            kind = "header"
        if not kind and node.name in _HOLDS_LINKS and _is_list_of_links(node):
            kind = "links"
        if not kind and (id(node) in self._teasers):
            kind = "teaser"
        if not kind and node.name == "blockquote" and _is_quotation(node):
            kind = "quotation"
        if not kind and node.words <= LONGEST_HEADING and is_button(node) and is_action(text_in(node)):
            kind = "button"
        if kind and self._is_most_of_it(node, kind):
            kind = ""
        if kind:
            if node.name not in INLINE:
                self._flush(holder)
            self.content.left_out[kind] += 1
            if kind in _AT_THE_END:
                self.content.cuts.append(len(self.content.blocks))
        return bool(kind)

    def _is_most_of_it(self, node: Node, kind: str) -> bool:
        """Return whether an element that looks like furniture by its name holds too much of the page to be that."""
        if kind in _SURE:
            return False
        if kind in _BESIDE and node.words <= _MOST_OF_A_PAGE * self._root.words:
            return node.linked < 0.5 * node.words and node.words < 400 and len(_FACTS.findall(text_in(node))) >= 2
        return node.words > 60 and node.words > 0.4 * self._root.words and node.linked < 0.4 * node.words

    def _head(self, node: Node) -> None:
        if node.name != "head" and node.name != "title":
            return
        for child in [node, *node.children]:
            if not isinstance(child, Node):
                continue
            if child.name == "title" and not self.content.title:
                self.content.title = plain("".join(part for part in child.children if isinstance(part, str)))
            if child.name == "meta" and child.attributes.get("name", "").lower() == "description":
                self.content.description = plain(child.attributes.get("content", ""))

    @staticmethod
    def _stands_apart(node: Node) -> bool:
        """Return whether an inline element is a block of its own: it stands beside others, without text between."""
        around = node.parent
        if around is None or node.name not in ("span", "strong", "b", "em", "small", "a", "label", "time"):
            return False
        if around.name in INLINE or around.name in HEADINGS or around.name in ("p", "button", "summary"):
            return False
        children = [child for child in around.children if not (isinstance(child, str) and not child.strip())]
        if len(children) < 2 or len(children) > 12 or not all(isinstance(child, Node) for child in children):
            return False
        return all(
            says_something(child) for child in children if isinstance(child, Node) and child.name not in _PICTURES
        )

    def _flush(self, holder: Node) -> None:
        text = plain("".join(self._text))
        lead = plain("".join(self._text[: self._lead]))
        self._lead = 0
        is_bold = bool(self._letters) and self._bold >= self._letters * 0.9
        self._text.clear()
        self._bold = self._letters = 0
        if not any(letter.isalnum() for letter in text):
            return
        room = MOST_LETTERS - self.content.letters
        self.content.letters += len(text)
        if room <= 0:
            return
        text = text[: min(room, _LONGEST_BLOCK)]
        text = _ANSWER.sub("", text)
        if is_review(text):
            self.content.left_out["reviews"] += 1
            return
        for sort, without in (("contact or notice", without_notices), ("about the practice", without_the_house)):
            left = without(text)
            if left != text:
                self.content.left_out[sort] += 1
                if len(left.split()) < _FEWEST_LEFT:
                    return
                text = left
        kind, level = kind_of(holder, text, is_bold)
        if kind != "heading" and is_action(text):
            self.content.left_out["button"] += 1
            return
        path = path_of(holder)
        if kind == "text" and runs_in(lead, text):
            self.content.blocks.append(Block(lead.rstrip(": "), "heading", 5, path=path, holder=holder))
            text = text[len(lead) :].strip(" :–—-")
        if kind == "text" and (asked := _ASKED_FIRST.match(text)) is not None:
            # "How long does it take? About an hour." is a question and its answer.
            self.content.blocks.append(Block(asked[1], "heading", 6, path=path, holder=holder))
            text = asked[2]
        self.content.blocks.append(Block(text, kind, level, path=path, holder=holder, alone=is_bold))

    def _facts(self, table: Node) -> None:
        for label, column, value, cell in rows_of(table, text_in):
            if any(letter.isalnum() for letter in value):
                self.content.blocks.append(
                    Block(value, "fact", label=label, column=column, path=path_of(cell), holder=cell)
                )


def _is_quotation(node: Node) -> bool:
    """Return whether a block set as a quotation is one: short, and without a list in it."""
    return node.words <= _LONGEST_QUOTATION and not any(
        isinstance(one, Node) and one.name in ("ul", "ol", "table") for one in node.children
    )


def _is_of_site(node: Node) -> bool:
    """Return whether a header belongs to the site rather than to a section."""
    at = node.parent
    for _ in range(CLIMBED):
        if at is None:
            return True
        if at.name in ("main", "article", "section"):
            return False
        at = at.parent
    return False


def _beside_main(node: Node) -> str:
    """Return what a cell or row of a table that lays out the page is, beside the one that holds the main heading."""
    around = node.parent
    if around is None or node.has_main_heading or not around.has_main_heading:
        return ""
    if node.name == "td":
        main = max(one.words for one in around.children if isinstance(one, Node) and one.has_main_heading)
        return "column beside" if node.words * 3 < main else ""
    return "row beside" if node.name == "tr" and node.words <= _SHORT_ROW else ""


def _leads_away(node: Node) -> bool:
    values = node.attributes
    if node.name != "a" or is_toggle(node) or "id" in values or ("name" in values and "href" not in values):
        return False
    return not values.get("href", "").startswith("#")


def _is_list_of_links(node: Node) -> bool:
    """Return whether an element holds hardly anything but links that lead away."""
    return (
        (node.links >= 3 and node.linked > 0.7 * node.words) or (node.links == 2 and node.linked == node.words)
    ) and not node.has_main_heading


def content_of(root: Node) -> Content:
    """Return the content of a page: furniture left out, headings set above what follows them."""
    count_words(root, _leads_away, UNREAD)
    content = _Reader(root).read()
    content.language = next(
        (
            child.attributes.get("lang", "") or child.attributes.get("xml:lang", "")
            for child in root.children
            if isinstance(child, Node) and child.name == "html"
        ),
        "",
    )
    content.has_too_many = len(content.blocks) > MOST_BLOCKS or CUT in root.attributes
    del content.blocks[MOST_BLOCKS:]
    content.blocks = under_headings(content)
    return content
