"""Headings that are set as text: in capitals, with a colon, underlined, in a cell or column of their own."""

from __future__ import annotations

from dataclasses import replace

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.headings import section_of_heading

_LONGEST = 9
_LEVEL = 4
_FEWEST, _FEWEST_MARKED = 3, 2
"""Sections such headings have to open before a page is taken to set its headings as text."""


def with_spoken_headings(blocks: list[Block]) -> list[Block]:
    """Return blocks with short texts that open sections as headings, where a page sets its headings so."""
    candidates = {
        place
        for place, block in enumerate(blocks[:-1])
        if _may_be(block)
        and blocks[place + 1].kind != "heading"
        and not (_may_be(blocks[place + 1]) and section_of_heading(blocks[place + 1].text))
    }
    opens = {place: section_of_heading(blocks[place].text) for place in candidates}
    named = {place for place, section in opens.items() if section}
    set_as_headings = sum(
        block.kind == "heading" and block.level > 1 and bool(section_of_heading(block.text)) for block in blocks
    )
    fewest = _FEWEST_MARKED if all(_is_marked(blocks[place]) for place in named) else _FEWEST
    if len({opens[place] for place in named}) < fewest or len(named) <= set_as_headings:
        return blocks
    return [
        replace(block, kind="heading", level=_LEVEL, text=block.text.rstrip(": "))
        if place in named or (place in candidates and _is_marked(block))
        else block
        for place, block in enumerate(blocks)
    ]


def _may_be(block: Block) -> bool:
    """Return whether a text could be a heading by its length and end."""
    return (
        block.kind == "text"
        and not block.label
        and 1 <= len(block.text.split()) <= _LONGEST
        and block.text[-1] not in ".!,;"
        and not any(letter.isdigit() for letter in block.text)
    )


def _is_marked(block: Block) -> bool:
    """Return whether a text is in capitals, asks, or ends with a colon."""
    return block.text.isupper() or block.text[-1] in "?:"
