"""Teasers: cards side by side that advertise something else, with a link, a price or a treatment that is not ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vesicle.website.importing.exclusions import strong_questions_in
from vesicle.website.importing.figures import role_of_label
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.names import OTHER, mentions
from vesicle.website.importing.tree import Node

_FEWEST = 2
_LONGEST_CARD = 60
_CARDS = frozenset({"div", "li", "article", "a", "section", "td", "figure", "tr"})
PRICE = re.compile(r"[$£€]\s?\d")
_NEAR_ITS_BEGINNING = 12
OF_A_PERSON = re.compile(
    r"\b(?:recent\w*|within|in the (?:last|past)|previous\w*|allerg\w*|history|had|have|using|taking|prior)\b",
    re.IGNORECASE,
)
"""What somebody had is a reason to wait, not a card: "Botox within two weeks"."""
_LEADS_ON = re.compile(
    r"\b(?:learn|read|see|find out|discover|view|book|shop|buy|explore)\b(?: (?:more|now|it|details|all|this))?\W*$",
    re.IGNORECASE,
)
_MOST = 4_000
"""Elements with several children that are looked at; nobody lays out more."""


def teasers_of(root: Node, text_in: Callable[[Node], str]) -> set[int]:
    """Return the identities of elements that are cards advertising something else.

    Cards are at least two elements of one name side by side with few words, most of which lead away, name a price or
    begin with the name of a treatment the library has no protocol of.
    """
    found: set[int] = set()
    for group in _groups(root):
        texts = [text_in(one) for one in group]
        if any(text.endswith("?") for text in texts):
            # A question and its answer, not cards.
            continue
        strangers = [_is_strangers(text) for text in texts]
        sells = [
            bool(one.links or _holds_button(one)) + bool(PRICE.search(text)) + bool(_LEADS_ON.search(text))
            for one, text in zip(group, texts, strict=True)
        ]
        are_sold = sum(count >= 2 for count in sells) >= len(group) / 2
        if sum(strangers) >= len(group) / 2 or are_sold:
            looks = {_look(one) for one in group}
            alike = len(looks) == 1 and looks != {("div", "", "")}
            found |= {
                id(one)
                for one, is_strangers, count in zip(group, strangers, sells, strict=True)
                if is_strangers or count or (alike and not _is_ours(one, text_in))
            }
    return found


def _is_ours(card: Node, text_in: Callable[[Node], str]) -> bool:
    """Return whether a card among strangers says something of the treatment: by its title, or as a reason to wait."""
    at: Node | str | None = card
    first = card
    while isinstance(at, Node):
        first = at
        at = next((one for one in at.children if (one.words if isinstance(one, Node) else one.strip())), None)
    title = text_in(first)
    return bool(
        section_of_heading(title)
        or role_of_label(title)
        or any(one.treatment != OTHER for one in mentions(title))
        or strong_questions_in(text_in(card))
    )


def _look(node: Node) -> tuple[str, str, str]:
    """Return what cards of one kind share: name, role and classes, without the marks that number them."""
    marks = node.attributes.get("class", "")[:300].split()
    plain = " ".join(mark for mark in marks if not any(letter.isdigit() for letter in mark))
    return node.name, node.attributes.get("role", ""), plain


def _groups(root: Node) -> Iterator[list[Node]]:
    waiting, count = [root], 0
    while waiting and count < _MOST:
        node = waiting.pop()
        children = [one for one in node.children if isinstance(one, Node)]
        waiting.extend(reversed(children))
        by_name: dict[str | tuple[str, str, str], list[Node]] = {}
        for one in children:
            if one.name in _CARDS and 1 <= one.words <= _LONGEST_CARD and not one.has_main_heading:
                by_name.setdefault(one.name, []).append(one)
                by_name.setdefault(_look(one), []).append(one)
        for group in by_name.values():
            if _FEWEST <= len(group) <= 60:
                count += 1
                yield group


def _holds_button(node: Node) -> bool:
    return any(isinstance(one, Node) and one.name in ("a", "button") for one in node.children)


def _is_strangers(text: str) -> bool:
    """Return whether a text begins with the name of a treatment that is none of ours."""
    first = next(iter(mentions(text[:80])), None)
    return (
        first is not None
        and first.treatment == OTHER
        and first.start <= _NEAR_ITS_BEGINNING
        and OF_A_PERSON.search(text) is None
    )
