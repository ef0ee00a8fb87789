"""Headings above what follows them, and what stands under headings such as "Reviews" left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from vesicle.website.importing.blocks import Block, Content
from vesicle.website.importing.endings import BEGINS, without_leftovers
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.names import mentions
from vesicle.website.importing.spoken import with_spoken_headings
from vesicle.website.importing.tree import Node
from vesicle.website.importing.words import furniture_headings

_FEWEST_OF_A_SUBTITLE = 6
_LONGEST_TITLE, _FEWEST_UNDER_A_TITLE, _LEVEL_OF_A_TITLE = 8, 8, 5
_LONGEST_NOTICE = 15
_MOST_BEFORE = 0.3
"""Share of a page's words that may stand before its main heading and still be no content."""
CLIMBED = 60
"""Elements climbed at most: nobody nests content deeper."""


def under_headings(content: Content) -> list[Block]:
    """Return the content under its headings, without what stands under those of furniture and after the end."""
    words = [len(block.text.split()) for block in content.blocks]
    half = BEGINS * sum(words)
    cut = next((place for place in content.cuts if sum(words[:place]) > half), None)
    behind = {id(block.holder) for block in content.blocks[cut:]} if cut is not None else set()
    kept, ended = _under_headings(content)
    if behind:
        place = next((place for place, block in enumerate(kept) if id(block.holder) in behind), len(kept))
        ended = place if ended is None else min(place, ended)
    found, count = without_leftovers(kept, ended)
    content.left_out["after the end"] += count
    return found


def _under_headings(content: Content) -> tuple[list[Block], int | None]:
    blocks = _with_one_main_heading(_from_main_heading(content))
    blocks = with_spoken_headings(_with_repeated_titles(_with_subtitles_as_text(blocks)))
    first, last = _extents(blocks)
    until = -1
    kept: list[Block] = []
    above: list[tuple[int, str]] = []
    closed_at = 7
    seen_main = False
    half, passed = BEGINS * sum(len(block.text.split()) for block in blocks), 0
    ended: int | None = None
    for index, block in enumerate(blocks):
        passed += len(block.text.split())
        if block.kind == "heading":
            if block.level <= closed_at and index > until:
                closed_at = 7
            seen_main = seen_main or block.level == 1
            if (
                block.level > 1
                and closed_at == 7
                and index > until
                and furniture_headings().search(block.text)
                and _is_short(block)
            ):
                closed_at = block.level
                if ended is None and passed > half:
                    ended = len(kept)
                until = max(until, _end_of_what_it_opens(blocks, index, first, last))
                content.left_out["under the heading “" + block.text[:60] + "”"] += 1
        if closed_at < 7 or index <= until:
            continue
        if block.kind == "heading":
            above = [one for one in above if one[0] < block.level]
            kept.append(replace(block, headings=tuple(above)))
            above.append((block.level, block.text))
        else:
            kept.append(replace(block, headings=tuple(above)))
    return kept, ended


def _from_main_heading(content: Content) -> list[Block]:
    """Leave out what stands before the main heading: announcements, menus, addresses; not a text on a treatment."""
    blocks = content.blocks
    mains = [place for place, block in enumerate(blocks) if block.kind == "heading" and block.level == 1]
    main = next((place for place in mains if mentions(blocks[place].text)), mains[0] if mains else None)
    if main is None:
        main = next(
            (place for place, block in enumerate(blocks) if block.kind == "heading" and mentions(block.text)), 0
        )
    words = [len(block.text.split()) for block in blocks]
    if not main or sum(words[:main]) > _MOST_BEFORE * sum(words):
        return blocks
    kept = [one for one in blocks[:main] if len(one.text.split()) >= _LONGEST_NOTICE and mentions(one.text)]
    content.left_out["before the main heading"] += main - len(kept)
    return [*kept, *blocks[main:]]


def _with_one_main_heading(blocks: list[Block]) -> list[Block]:
    """Return blocks with further main headings one level lower, or the first that names a treatment as the main one.

    Some editors set every heading as a main one, and some pages have none.
    """
    first = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    if first is None and blocks and blocks[0].kind == "heading" and mentions(blocks[0].text):
        return [replace(blocks[0], level=1), *blocks[1:]]
    return [
        replace(block, level=2) if block.kind == "heading" and block.level == 1 and block is not first else block
        for block in blocks
    ]


def _with_subtitles_as_text(blocks: list[Block]) -> list[Block]:
    """Return blocks with what is set as a heading right under the main one and has nothing under it as text."""
    return [
        replace(block, kind="text", level=0)
        if block.kind == "heading"
        and 0 < place < len(blocks) - 1
        and (blocks[place - 1].kind, blocks[place - 1].level) == ("heading", 1)
        and blocks[place + 1].kind == "heading"
        and len(block.text.split()) >= _FEWEST_OF_A_SUBTITLE
        and not block.text.endswith("?")
        else block
        for place, block in enumerate(blocks)
    ]


def _with_repeated_titles(blocks: list[Block]) -> list[Block]:
    """Return blocks with titles that are only styled as such: short, alike, each the first beside a longer text."""
    titles = [
        place
        for place, block in enumerate(blocks[:-1])
        if block.kind == "text"
        and block.holder is not None
        and 1 <= len(block.text.split()) <= _LONGEST_TITLE
        and block.text[-1] not in ".!,;:"
        and not any(letter.isdigit() for letter in block.text)
        and blocks[place + 1].kind in ("text", "item")
        and len(blocks[place + 1].text.split()) >= _FEWEST_UNDER_A_TITLE
        and _stands_beside(block.holder, blocks[place + 1].holder)
    ]
    alike = Counter(_look(blocks[place]) for place in titles)
    found = {place for place in titles if alike[_look(blocks[place])] >= 2}
    return [
        replace(block, kind="heading", level=_LEVEL_OF_A_TITLE) if place in found else block
        for place, block in enumerate(blocks)
    ]


def _look(block: Block) -> tuple[str, str]:
    holder = block.holder
    return (holder.name, holder.attributes.get("class", "")) if holder is not None else ("", "")


def _stands_beside(title: Node, body: Node | None) -> bool:
    """Return whether a title is the first in the element that also holds the text behind it, at most two deeper."""
    at = body
    for _ in range(3):
        if at is None:
            return False
        if at.parent is title.parent:
            return (
                next((one for one in title.parent.children if isinstance(one, Node)), None) is title
                if title.parent
                else False
            )
        at = at.parent
    return False


def _is_short(block: Block) -> bool:
    return len(block.text.split()) <= 9


def _extents(blocks: list[Block]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the first and last block of every element near a block."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, block in enumerate(blocks):
        at = block.holder
        for _ in range(CLIMBED):
            if at is None:
                break
            first.setdefault(id(at), index)
            last[id(at)] = index
            at = at.parent
    return first, last


def _end_of_what_it_opens(blocks: list[Block], index: int, first: dict[int, int], last: dict[int, int]) -> int:
    """Return the last block of the largest element that a heading is the first of, but none of another section."""
    end, at = index, blocks[index].holder
    for _ in range(CLIMBED):
        if at is None or first.get(id(at)) != index or at.name in ("body", "main", "html"):
            break
        end = last[id(at)]
        at = at.parent
    level = blocks[index].level
    others = (
        place
        for place in range(index + 1, end + 1)
        if blocks[place].kind == "heading" and blocks[place].level <= level and section_of_heading(blocks[place].text)
    )
    return next(others, end + 1) - 1
