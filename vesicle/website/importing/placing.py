"""Which section a block belongs to: by the nearest heading that names one, else by its own words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.blocks import Block
from vesicle.website.importing.evidence import lists_exclusions, section_of_text
from vesicle.website.importing.exclusions import excludes, leads_to_exclusions, strong_questions_in, suits
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.labels import paired
from vesicle.website.importing.names import OTHER, described_in, mentions
from vesicle.website.importing.quantities import quantities
from vesicle.website.importing.teasers import OF_A_PERSON, PRICE

_MAY_EXCLUDE = ("ideal_candidates", "overview", "what_to_expect", "recovery_and_aftercare", "benefits")
"""Sections whose text often says in the same breath whom the treatment is not for."""
_LONGEST_ADVERTISEMENT = 40
_NEAR_ITS_BEGINNING = 30
_FEWEST_PARTS = 3
"""Headings of known sections from which on a page is divided, so that what stands before them introduces it."""
_FEWEST_REASONS = 3
_PREPARES = re.compile(
    r"\b(?:avoid|stop|discontinue|refrain|do not (?:use|take|wax|shave)|arrive|wear|bring|drink|eat|apply)\b",
    re.IGNORECASE,
)
"""What somebody does before a visit or after it, though it names a medicine the screening asks about."""
_LISTS_REASONS = re.compile(r"\bcontra-?\s?indicat", re.IGNORECASE)
_LABELLED = re.compile(r"[^.:]{3,40}:\s")
_SURE = 2
"""Different words that have to speak for a section before it outweighs where a text stands."""


def _without_exclusions(block: Block, section: str) -> Iterator[tuple[Block, str]]:
    """Yield a block in its section, its sentences that say whom we do not treat apart from it."""
    sentences = [one.text for one in of_text(block.text)]
    apart = [text for text in sentences if excludes(text)]
    if not apart:
        yield block, section
        return
    if len(apart) < len(sentences):
        yield replace(block, text=" ".join(text for text in sentences if text not in apart)), section
    yield replace(block, text=" ".join(apart)), "disqualifying_conditions"


def _without_suits(block: Block) -> Iterator[tuple[Block, str]]:
    """Yield a text on whom we do not treat, its sentences that say whom it suits apart from it."""
    sentences = [one.text for one in of_text(block.text)]
    apart = [text for text in sentences if suits(text)]
    if apart:
        yield replace(block, text=" ".join(apart)), "ideal_candidates"
    if left := [text for text in sentences if text not in apart]:
        yield (replace(block, text=" ".join(left)) if apart else block), "disqualifying_conditions"


def placed_blocks(blocks: list[Block], ours: frozenset[str]) -> Iterator[tuple[Block, str]]:
    """Yield the blocks with the section of each; ``ours`` are the treatments the page is about."""
    yield from _by_content(list(_Placing(ours).blocks(blocks)), ours)


def _by_content(placed: list[tuple[Block, str]], ours: frozenset[str]) -> Iterator[tuple[Block, str]]:
    """Yield the blocks again; what stands under a heading of no meaning is placed by all that stands under it."""
    groups: dict[tuple[tuple[int, str], ...], list[Block]] = defaultdict(list)
    for block, section in placed:
        if not section and block.kind != "heading" and (_under_a_part(block) or block.kind == "item"):
            groups[block.headings].append(block)
    found: dict[tuple[tuple[int, str], ...], str] = {}
    named_first = True
    for headings, group in groups.items():
        texts = [f"{block.label} {block.text}".strip() for block in group]
        if all(block.kind == "item" for block in group) and lists_exclusions(texts):
            found[headings] = "disqualifying_conditions"
            continue
        if not any(level > 1 for level, _ in headings):
            continue
        said, count = section_of_text("\n".join([headings[-1][1], *texts]), ours, is_list=len(group) > 1)
        names_ours = any(one.treatment in ours for one in mentions(headings[-1][1]))
        is_first, named_first = named_first, named_first and not names_ours
        if names_ours and (
            count <= _SURE or (is_first and group[0].kind == "text" and said != "disqualifying_conditions")
        ):
            found[headings] = "overview"
        elif count >= _SURE or len(group) == 1:
            found[headings] = said
    reasons = _lists_of_reasons(placed)
    for block, section in placed:
        if id(block) in reasons:
            yield block, "disqualifying_conditions"
            continue
        if (
            section == "disqualifying_conditions"
            and block.kind == "text"
            and not strong_questions_in(block.text)
            and section_of_text(block.text, ours)[0] == "alternatives"
        ):
            # "If needles are not for you": whom it is not for, and what else there is.
            yield block, "alternatives"
            continue
        if not section and block.kind == "item" and excludes(block.text):
            yield block, "disqualifying_conditions"
            continue
        yield block, section or ("" if block.kind == "heading" else found.get(block.headings, ""))


def _lists_of_reasons(placed: list[tuple[Block, str]]) -> set[int]:
    """Return the identities of items of lists that are reasons not to treat, though their heading does not say so."""
    lists: dict[tuple[tuple[tuple[int, str], ...], str], list[Block]] = defaultdict(list)
    for block, section in placed:
        if block.kind == "item" and section in _MAY_EXCLUDE:
            lists[block.headings, section].append(block)
    found: set[int] = set()
    for group in lists.values():
        texts = [block.text for block in group]
        asked = {question for text in texts for question in strong_questions_in(text)}
        prepares = sum(_PREPARES.search(text) is not None for text in texts)
        if len(asked) >= _FEWEST_REASONS and prepares * 3 <= len(texts) and lists_exclusions(texts):
            found |= {id(block) for block in group}
    return found


def _under_a_part(block: Block) -> bool:
    """Return whether a block stands under a heading of a part of the page, not of the whole alone."""
    return any(level > 1 for level, _ in block.headings)


def divided(placed: list[tuple[Block, str]], ours: frozenset[str]) -> Iterator[tuple[Block, str]]:
    """Yield blocks with their sections, those that no heading places cut into what their sentences speak of."""
    is_first = True
    headings = {text for block, _ in placed for level, text in block.headings if level > 1}
    is_divided = sum(bool(section_of_heading(text)) for text in headings) >= _FEWEST_PARTS
    for block, section in placed:
        if is_divided and block.kind == "text" and not _under_a_part(block) and section in ("", "overview"):
            yield from _without_exclusions(block, "overview")
            continue
        by_heading = any(level > 1 and section_of_heading(text) for level, text in block.headings)
        if block.kind == "text" and by_heading and section in _MAY_EXCLUDE and not block.label:
            yield from _without_exclusions(block, section)
            continue
        if block.kind == "text" and section == "disqualifying_conditions" and not block.label:
            yield from _without_suits(block)
            continue
        if block.kind != "text" or (section and by_heading) or (section and section_of_heading(block.label)):
            yield block, section
            continue
        leads, is_first = is_first and not _under_a_part(block), False
        here = section or ("overview" if leads else "")
        runs: list[tuple[str, list[str]]] = []
        for place, one in enumerate(of_text(block.text)):
            found, count = section_of_text(one.text, ours)
            if leads and not place and found != "disqualifying_conditions":
                found = here
            elif count < (_SURE + leads if leads or section else 1) or (leads and found == "benefits"):
                found = runs[-1][0] if runs else here
            if runs and runs[-1][0] == found:
                runs[-1][1].append(one.text)
            else:
                runs.append((found, [one.text]))
        for found, texts in runs:
            if texts:
                yield replace(block, text=" ".join(texts)), found


class _Placing:
    def __init__(self, ours: frozenset[str]) -> None:
        self._ours = ours
        self._main = ""

    def blocks(self, blocks: list[Block]) -> Iterator[tuple[Block, str]]:
        """Yield the blocks with the section each belongs to; labels set before their values, repetitions left out."""
        seen: set[tuple[str, str]] = set()
        said: set[str] = set()
        listing = False
        self._main = next((one.text for one in blocks if one.kind == "heading" and one.level == 1), "")
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
            if section == "another treatment" or (
                (section != "disqualifying_conditions" or PRICE.search(block.text)) and self._advertises(block, section)
            ):
                continue
            if block.kind != "item":
                listing = block.kind == "text" and leads_to_exclusions(block.text)
            yield block, "disqualifying_conditions" if listing and section != "alternatives" else section

    def _advertises(self, block: Block, section: str) -> bool:
        """Return whether a short text gives figures or a price of treatments that are not the page's alone."""
        named = mentions(block.text)
        return (
            block.kind != "heading"
            and {one.treatment for one in named} == {OTHER}
            and named[0].start <= _NEAR_ITS_BEGINNING
            and OF_A_PERSON.search(block.text) is None
            and not described_in(block.text) & self._ours
            and len(block.text.split()) <= _LONGEST_ADVERTISEMENT
            and (PRICE.search(block.text) is not None or bool(quantities(block.text)))
            and not excludes(block.text)
            and (section != "alternatives" or _LABELLED.match(block.text) is not None)
        )

    def _section_of(self, block: Block) -> str:
        """Return the section of a block by the nearest heading that names one; ``another treatment`` for others."""
        chain = [text if level > 1 or text != self._main else "" for level, text in block.headings]
        if not any(chain) and _LISTS_REASONS.search(self._main):
            return "disqualifying_conditions"
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
