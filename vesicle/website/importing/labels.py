"""Boxes "at a glance": a short label in one element and its value in the next, or the value above its label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.figures import role_of_label
from vesicle.website.importing.quantities import NUMBER, quantities
from vesicle.website.importing.roles import ROLES

_LONGEST_LABEL = 6
_LONGEST_VALUE = 14
_BARE = re.compile(rf"(?:just |about |around )?{NUMBER}(?:\s*(?:[-–—]|to|or)\s*{NUMBER})?\+?", re.IGNORECASE)
_TWO_SENTENCES = re.compile(r"[a-z]{2}[.!?]\s+[A-Z]")
_SENTENCE = re.compile(r"[.!?]$")


def paired(blocks: list[Block]) -> Iterator[Block]:
    """Yield blocks with their labels; a label that was only a label is not yielded again."""
    held = Counter(id(_tile(block)) for block in blocks)
    place = 0
    while place < len(blocks):
        block = blocks[place]
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if (
            after is not None
            and _is_value(block)
            and _is_label(after)
            and not _labels_what_follows(blocks, place + 1, held)
        ):
            yield replace(block, kind="fact", label=after.text)
            place += 2
            continue
        if after is not None and _is_of_a_tile(block, after, held):
            yield replace(after, kind="fact", label=block.text, level=0)
            place += 2
            continue
        if after is not None and _is_caption(block, after, held):
            yield replace(block, kind="fact", text=f"{block.text} {after.text}", level=0)
            place += 2
            continue
        if after is not None and _is_label(block) and after.kind != "heading" and not after.label and _is_short(after):
            yield replace(after, kind="fact", label=block.text)
            place += 2
            continue
        yield block
        place += 1


def _tile(block: Block) -> object:
    holder = block.holder
    return holder.parent if holder is not None and holder.parent is not None else holder


def _is_caption(value: Block, caption: Block, held: Counter[int]) -> bool:
    """Return whether a tile holds a value and the words that end its sentence: "4–6 wks", "between visits"."""
    return (
        _is_value(value)
        and not caption.label
        and len(caption.text.split()) <= _LONGEST_LABEL
        and not any(letter.isdigit() for letter in caption.text)
        and _tile(caption) is _tile(value)
        and held[id(_tile(caption))] == 2
    )


def _is_of_a_tile(label: Block, value: Block, held: Counter[int]) -> bool:
    """Return whether a tile holds a label and its value and nothing else, however they are set."""
    return (
        _is_value(value)
        and not _is_value(label)
        and not (label.label or _SENTENCE.search(label.text))
        and label.kind != "fact"
        and len(label.text.split()) <= _LONGEST_LABEL
        and _tile(value) is _tile(label)
        and held[id(_tile(value))] == 2
    )


def _labels_what_follows(blocks: list[Block], place: int, held: Counter[int]) -> bool:
    """Return whether the label at a place belongs to the block behind it rather than to the one before."""
    label, value = blocks[place], blocks[place - 1]
    if _tile(label) is _tile(value) and held[id(_tile(label))] == 2:
        return False
    before = blocks[place - 2] if place >= 2 else None
    if before is not None and _is_label(before):
        return True
    behind = blocks[place + 1] if place + 1 < len(blocks) else None
    return not (behind is None or not _is_value(behind)) or label.kind == "heading"


def _is_label(block: Block) -> bool:
    words = block.text.rstrip(":?").split()
    return (
        block.kind in ("text", "heading", "item")
        and not block.label
        and len(words) <= _LONGEST_LABEL
        and not _SENTENCE.search(block.text)
        and ":" not in block.text.rstrip(":")
        and (block.kind != "heading" or block.level >= 3)
        and role_of_label(block.text) != ""
        and not any(letter.isdigit() for letter in block.text)
    )


def _is_value(block: Block) -> bool:
    text = block.text
    if block.kind == "fact" or block.label or len(text.split()) > 7 or _SENTENCE.search(text) or ":" in text:
        return False
    return bool(quantities(text)) or _BARE.fullmatch(text) is not None


def _is_short(block: Block) -> bool:
    is_prose = _TWO_SENTENCES.search(block.text) is not None
    return len(block.text.split()) <= _LONGEST_VALUE and not is_prose and role_of_label(block.text) not in ROLES
