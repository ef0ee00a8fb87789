"""Says which elements of a page are furniture of the site: navigation, footer, shop, reviews, banners, forms."""

from __future__ import annotations

import re
from functools import cache

from vesicle.website.importing.tree import Node
from vesicle.website.importing.words import heading_words

UNREAD = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "select", "textarea",
     "canvas", "audio", "video", "head", "option", "datalist", "map", "title"}
)  # fmt: skip
_TAGS = {"nav": "navigation", "footer": "footer", "form": "form", "address": "address", "dialog": "dialog"}
_ROLES = {
    "navigation": "navigation", "contentinfo": "footer", "search": "form", "dialog": "dialog", "menu": "navigation",
    "alertdialog": "dialog", "menubar": "navigation", "form": "form", "banner": "header", "complementary": "aside",
}  # fmt: skip
_MARKS = (
    "class",
    "id",
    "data-section",
    "aria-label",
    "data-framer-name",
    "data-hook",
    "data-name",
    "data-section-type",
)
"""Attributes in which builders of sites keep what a part of a page is."""
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
_SOLD = frozenset({"product", "products", "shop", "woocommerce"})
_OPENED = frozenset({"accordion", "collapsible", "details", "tab", "tabs", "panel", "faq", "description"})
"""In a shop that sells treatments, what it says of one stands in parts named so."""
_NEVER = frozenset({"html", "body", "main", "#page"})
_CONSENT = re.compile(r"cookie|gdpr|consent-(?:banner|bar|manager)", re.IGNORECASE)
_TOGGLES = ("aria-expanded", "aria-controls", "data-bs-toggle", "data-toggle")
_ACTIONS = re.compile(
    r"(?:book|schedule|reserve|shop|buy|add to|call|learn more|read more|read less|view|see all|"
    r"contact|get started|close|"
    r"accept|decline|submit|subscribe|send|sign up|log ?in|skip to|menu|next|previous|back to top|share|download|"
    r"order|explore|discover|find out (?:more|if)|see if you|am i a candidate|"
    r"click here|get directions|request|claim|apply now|home)\b",
    re.IGNORECASE,
)
_LONGEST_ACTION = 7


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    found = heading_words().furniture
    return frozenset(found.names), frozenset(found.safe)


def furniture(node: Node) -> str:
    """Return what kind of furniture an element is by its name, role and classes; empty for content."""
    if node.name in _NEVER:
        return ""
    if node.name in _TAGS and "w-dropdown-list" not in node.attributes.get("class", ""):
        return _TAGS[node.name]
    values = node.attributes
    role = values.get("role", "").lower()
    if role in _ROLES:
        return _ROLES[role]
    if values.get("aria-modal", "").lower() == "true":
        return "dialog"
    if "review" in values.get("itemtype", "").lower() or values.get("itemprop", "").lower() in ("review", "reviewbody"):
        return "reviews"
    marks = " ".join(values.get(name, "") for name in _MARKS)
    if not marks:
        return ""
    if _CONSENT.search(marks):
        return "cookies"
    names, safe = _names()
    for mark in marks.split()[:40]:
        if mark.lower() in safe or ":" in mark or "[" in mark:
            # "md:sticky" says how something is laid out, not what it is.
            continue
        words = [word.lower() for word in _SPLIT.split(mark[:80]) if word]
        for word in (mark.lower(), *words):
            if word in names and not (word in _SOLD and _OPENED.intersection(words)):
                return word
    return ""


def is_toggle(node: Node) -> bool:
    """Return whether a button or link opens a part of the page instead of leading away."""
    values = node.attributes
    if any(name in values for name in _TOGGLES) or values.get("role", "").lower() in ("tab", "heading"):
        return True
    marks = values.get("class", "").lower()
    return any(word in marks for word in ("accordion", "toggle", "tab", "faq", "collapse"))


def is_button(node: Node) -> bool:
    """Return whether an element invites to act: a button, or a link dressed as one."""
    if is_toggle(node):
        return False
    if node.name == "button" or node.attributes.get("role", "").lower() == "button":
        return True
    marks = {word.lower() for word in _SPLIT.split(node.attributes.get("class", ""))}
    return node.name == "a" and bool(marks & {"btn", "button", "cta"})


def is_action(text: str) -> bool:
    """Return whether a short text is an invitation to act, as stands on buttons."""
    return (
        len(text.split()) <= _LONGEST_ACTION and _ACTIONS.match(text) is not None and not text.endswith((".", "?", ":"))
    )
