"""Which section a block belongs to: by the nearest heading that names one, else by its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.exclusions import leads_to_exclusions
from vesicle.website.importing.figures import NUMBERED
from vesicle.website.importing.labels import paired
from vesicle.website.importing.names import mentions
from vesicle.website.importing.words import section_patterns

_BY_WORDS = tuple(
    (name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for name, words in (
        (
            "recovery_and_aftercare",
            r"down-?\s?time|redness|swelling|flaking|peeling|aftercare|recovery|after your (?:treatment|session|peel)",
        ),
        ("results_timeline", r"(?:results?|improvement)\b.*\b(?:weeks?|months?|lasts?|visible|appear|gradual\w*)"),
        (
            "what_to_expect",
            r"during (?:your|the)|numbing|your (?:appointment|provider)|we (?:begin|start|cleanse)|takes? (?:about|\d)",
        ),
        ("ideal_candidates", r"candidates?|suitable for|suits|ideal for"),
        ("benefits", r"benefits?|helps? (?:to )?(?:improve|reduce|soften|smooth)|improves|reduces|smooths|softens"),
    )
)
"""Words by which a text under a heading of no meaning is placed, if it says so plainly."""


def section_by_words(text: str) -> str:
    """Return the section of a text under a heading of no meaning, by its own words; empty where it does not say."""
    return next((name for name, pattern in _BY_WORDS if pattern.search(text)), "")


def section_of_heading(heading: str) -> str:
    """Return the section a heading opens; empty for none we know."""
    text = NUMBERED.sub("", heading.strip().lower())
    if len(text) > 160:
        return ""
    return next(
        (
            name
            for name, pattern in section_patterns()
            if pattern.search(text.rstrip("?: ") + ("?" if text.endswith("?") else ""))
        ),
        "",
    )


def placed_blocks(blocks: list[Block], ours: frozenset[str]) -> Iterator[tuple[Block, str]]:
    """Yield the blocks with the section of each; ``ours`` are the treatments the page is about."""
    return _Placing(ours).blocks(blocks)


class _Placing:
    def __init__(self, ours: frozenset[str]) -> None:
        self._ours = ours

    def blocks(self, blocks: list[Block]) -> Iterator[tuple[Block, str]]:
        """Yield the blocks with the section each belongs to; labels set before their values, repetitions left out."""
        seen: set[tuple[str, str]] = set()
        said: set[str] = set()
        listing = False
        for block in paired(blocks):
            key = (block.label, block.text)
            if (
                block.kind != "heading"
                and (key in seen if len(block.text) < 40 else block.text in said)
                and (len(block.text) >= 40 or block.label)
            ):
                continue
            seen.add(key)
            said.add(block.text)
            section = self._section_of(block)
            if section == "another treatment":
                continue
            if block.kind != "item":
                listing = block.kind == "text" and leads_to_exclusions(block.text)
            yield block, "disqualifying_conditions" if listing and section != "alternatives" else section

    def _section_of(self, block: Block) -> str:
        """Return the section of a block by the nearest heading that names one; ``another treatment`` for others."""
        chain = [text for _, text in block.headings]
        if block.label and block.kind == "fact":
            chain.append(block.label)
        by_heading = [section_of_heading(text) or self._compares(text) for text in chain]
        is_comparison = "alternatives" in by_heading
        for place in range(len(chain) - 1, -1, -1):
            if self._is_strangers(chain[place], is_first=place == 0):
                return "alternatives" if is_comparison else "another treatment"
        if block.kind == "heading" and self._is_strangers(block.text, is_first=not chain):
            return "alternatives" if is_comparison else "another treatment"
        if block.column and self._is_strangers(block.column, is_first=False):
            return "alternatives"
        found = next((section for section in reversed(by_heading) if section), "")
        if (
            not found
            and block.headings
            and block.headings[-1][0] > 1
            and any(one.treatment in self._ours for one in mentions(chain[-1]))
        ):
            found = "overview"
        if (
            found == "alternatives"
            and block.column
            and any(one.treatment in self._ours for one in mentions(block.column))
        ):
            return "what_to_expect"
        return found

    def _compares(self, heading: str) -> str:
        """Return the section of alternatives for a heading that asks whether ours or another: "Peel or laser?"."""
        named = {one.treatment for one in mentions(heading)}
        is_choice = re.search(r"\bor\b", heading, re.IGNORECASE) is not None
        return (
            "alternatives" if is_choice and heading.endswith("?") and named & self._ours and named - self._ours else ""
        )

    def _is_strangers(self, heading: str, *, is_first: bool) -> bool:
        """Return whether a heading names other treatments alone."""
        named = {one.treatment for one in mentions(heading)}
        return (
            bool(named) and not (named & self._ours) and not is_first and bool(self._ours) and not heading.endswith("?")
        )
