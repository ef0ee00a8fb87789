"""What a page says its treatment is for, and what else one could have instead."""

from __future__ import annotations

import re

from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.blocks import Block
from vesicle.website.importing.imported import Source
from vesicle.website.importing.names import OTHER, Mention, concerns_in, mentions, modalities_in

_CONCERNS_FROM = frozenset({"", "overview", "benefits", "concerns_addressed", "ideal_candidates"})
_SIDE_EFFECT = re.compile(
    r"\b(?:mild|temporary|slight|some|may experience|expect|side effects?|risk of|swelling|"
    r"after (?:the|your)|not|avoid|active|downtime|without)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"\b(?:alternatives?|instead of|other options?|compar\w+ (?:to|with)|rather than)\b", re.IGNORECASE
)
_KIND = re.compile(r"(?:[A-Za-z0-9₂+-]+ ){0,2}$")
_NO_KIND = frozenset(
    ["a", "an", "the", "of", "or", "and", "for", "with", "to", "is", "are", "our", "your", "other", "another", "this",
     "that", "than", "as", "about", "after", "any", "some", "more", "most", "consider", "try", "us", "series", "also",
     "like", "ask", "unlike", "versus", "vs", "with", "but", "combined", "called", "have", "do", "add", "use"]
)  # fmt: skip
_CONTRAST = frozenset(
    ["plain", "classic", "traditional", "standard", "regular", "conventional", "basic", "lighter", "light", "gentler",
     "milder", "stronger", "deeper", "medium", "superficial", "deep", "medium-depth", "ablative", "non-ablative"]
)  # fmt: skip


def concerns_of(placed: list[tuple[Block, str]]) -> dict[str, Source]:
    """Return the concerns a page says the treatment is for, each with the words it was read from."""
    found: dict[str, Source] = {}
    for block, section in placed:
        if section not in _CONCERNS_FROM:
            continue
        for concern, start, end in concerns_in(block.text):
            if (section, block.kind) == ("concerns_addressed", "item") or not _SIDE_EFFECT.search(
                block.text[max(0, start - 60) : start]
            ):
                found.setdefault(concern, Source(block.text[start:end], _sentence_at(block.text, start), block.path))
    return found


def alternatives_of(placed: list[tuple[Block, str]], treatment: str | None, titles: str) -> dict[str, Source]:
    """Return what else a page offers, each with its words: a treatment of the library, or else the page's own name.

    Parameters
    ----------
    treatment
        What the page is about; another kind of it is an alternative where it is named ("a lactic acid peel").
    titles
        Title and main heading: what they name is the page's own.
    """
    found: dict[str, Source] = {}
    for block, section in placed:
        text = f"{block.column} {block.text}" if block.column else block.text
        if section != "alternatives" and not (section != "disqualifying_conditions" and _ALTERNATIVE.search(text)):
            continue
        whole = f"{text} {block.label}" if block.label else text
        for one in mentions(whole):
            if one.treatment not in (OTHER, treatment):
                name = one.treatment
            elif section != "alternatives":
                continue
            elif one.treatment == OTHER:
                name = whole[one.start : one.end].lower()
            else:
                name = _kind_named(whole, one, treatment or "", titles)
            if name:
                words = text[one.start : one.end] or block.label
                found.setdefault(name, Source(words, block.text, block.path))
    return found


def _kind_named(text: str, one: Mention, treatment: str, titles: str) -> str:
    """Return the name of another kind of the page's own treatment; empty where the mention names no other kind."""
    before = _KIND.search(text[: one.start])
    words: list[str] = []
    for word in reversed(before.group().split() if before else []):
        if word.lower() in _NO_KIND:
            break
        words.insert(0, word.lower())
    name = " ".join([*words, text[one.start : one.end].lower()])
    titles = titles.lower()
    if any(word in _CONTRAST and word not in titles for word in words):
        return name
    kinds = modalities_in(name, treatment).values()
    return name if any(kind.lower() not in titles for kind in kinds) else ""


def _sentence_at(text: str, at: int) -> str:
    return next((one.text for one in of_text(text) if one.start <= at < one.end), text[:200])
