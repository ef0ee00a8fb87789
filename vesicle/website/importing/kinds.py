"""The text of an element, and what a piece of it is: a heading, an item, or running text."""

from __future__ import annotations

import re

from vesicle.website.importing.blocks import Kind
from vesicle.website.importing.furniture import UNREAD, is_toggle
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.tree import HEADINGS, INLINE, Node

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff\u00ad]+")
_UNSEEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad]")
_MARKUP = re.compile(r"<(script|style)\b.*?(?:</\1[^<>]*>?|\Z)|<[a-z!/?][^<>]*>?", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(r"[a-z][\w-]*")
_TITLE_WORDS = frozenset(
    {"title", "heading", "head", "headline", "question", "toggle", "header", "subheading", "subtitle", "summary"}
)
_OPENERS = frozenset({"toggle", "question", "trigger", "opener"})
_CLASS_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font-size\s*:\s*(?:2[0-9]|[3-9][0-9])px", re.IGNORECASE)
_FEWEST_BEHIND = 8
LONGEST_HEADING = 16
_LONGEST_BOLD = 10
_LONGEST_QUESTION = 14


def plain(text: str) -> str:
    """Return a text with plain spaces, nothing unseen, and no markup: what a title or a short code holds is text."""
    seen = _UNSEEN.sub("", text)
    if "<" in seen:
        seen = _MARKUP.sub(" ", seen)
    return _SPACES.sub(" ", seen).replace("\u2011", "-").replace("‐", "-").strip()


def text_in(node: Node) -> str:
    """Return all text within an element, without what nobody reads."""
    found: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif one.name not in UNREAD or one is node:
            if one.name not in INLINE or one.name == "br":
                found.append(" ")
            waiting.extend(reversed(one.children))
    return plain("".join(found))


def runs_in(lead: str, text: str) -> bool:
    """Return whether the bold words a text begins with are its heading: a question, or what opens a section."""
    rest = len(text.split()) - len(lead.split())
    return (
        0 < len(lead.split()) <= _LONGEST_BOLD
        and rest >= _FEWEST_BEHIND
        and text.startswith(lead)
        and (lead.endswith("?") or bool(section_of_heading(lead)))
    )


def says_something(node: Node) -> bool:
    """Return whether an element holds more than a letter, as those of a heading animated letter by letter do not."""
    return node.words > 1 or len(text_in(node)) > 1 if node.words < LONGEST_HEADING else True


def is_bold_element(node: Node) -> int:
    """Return 1 for an element that makes its text bold or large, else 0: they are counted."""
    return int(node.name in ("b", "strong") or bool(_BOLD.search(node.attributes.get("style", ""))))


def kind_of(holder: Node, text: str, is_bold: bool) -> tuple[Kind, int]:
    """Return what a block is, from the elements that hold it."""
    words = len(text.split())
    at: Node | None = holder
    inside_item = False
    for _ in range(6):
        if at is None:
            break
        if at.name in HEADINGS:
            return "heading", HEADINGS[at.name]
        if at.attributes.get("role", "").lower() == "heading":
            level = at.attributes.get("aria-level", "")
            return "heading", int(level) if level.isdigit() and len(level) < 2 else 3
        if words <= LONGEST_HEADING:
            if at is holder and text.endswith("?") and (_may_open(at) or words <= _LONGEST_QUESTION):
                return "heading", 6
            if at.name in ("dt", "summary", "legend"):
                return "heading", 6
            if at.attributes.get("role", "").lower() == "tab" or (_may_open(at) and is_toggle(at)):
                return "heading", 5
            marks = {word.lower() for word in _CLASS_SPLIT.split(at.attributes.get("class", "")[:300])}
            if (not text.endswith(".") or text.endswith("..")) and (
                marks & _TITLE_WORDS if at is holder else at is holder.parent and marks & _OPENERS
            ):
                return "heading", 4
        inside_item = inside_item or at.name == "li"
        if at.name in ("section", "article", "main", "ul", "ol", "dl"):
            break
        at = at.parent
    if inside_item:
        return "item", 0
    if is_bold and words <= _LONGEST_BOLD and not text.endswith((".", "!")) and holder.name not in ("td", "th", "dd"):
        return "heading", 5
    return "text", 0


def _may_open(node: Node) -> bool:
    return node.name in ("button", "a") or node.attributes.get("role", "").lower() == "button"


def path_of(node: Node) -> str:
    """Return the names of the elements around a piece, outermost first."""
    names: list[str] = []
    at: Node | None = node
    for _ in range(6):
        if at is None or at.parent is None:
            break
        names.append(at.name if _ELEMENT.fullmatch(at.name) else "?")
        at = at.parent
    return "/".join(reversed(names))
