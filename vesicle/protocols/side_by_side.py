"""Two states of a clinic's words beside each other, line by line, with the words that differ marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from vesicle.protocols.overlay import PAGE_SECTIONS, WHOLE, Overlay, PlacedPicture
from vesicle.protocols.overlay_changes import own_terms
from vesicle.protocols.schema import Option

WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line; ``differs`` where the other side does not have them."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The same line on both sides; a side without it is empty."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def side_by_side(before: Overlay, after: Overlay, options: Sequence[Option]) -> tuple[list[Line], int]:
    """Return the lines in which two states differ, in the order of the page, and how many lines are the same."""
    lines: list[tuple[str, str, str]] = [
        ("Headline", before.headline, after.headline),
        *_paired("Introduction, paragraph {}", before.intro, after.intro),
        ("Note", before.note, after.note),
        *(
            (f"Words under “{label}”", before.sections.get(section, ""), after.sections.get(section, ""))
            for section, label in PAGE_SECTIONS.items()
        ),
        *_paired(
            "Question {}", *([f"{one.question}\n{one.answer}" for one in each.questions] for each in (before, after))
        ),
        *_pictures(before, after),
    ]
    for option in options:
        lines += [(label, was, now) for _, label, was, now in own_terms(before, after, option)]
    same = sum(was == now != "" for _, was, now in lines)
    return [Line(label, *marked(was, now)) for label, was, now in lines if was != now], same


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, the words that differ marked."""
    old, new = WORD.findall(before), WORD.findall(after)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Piece("".join(old[a:b]), kind != "equal"))
        if d > c:
            right.append(Piece("".join(new[c:d]), kind != "equal"))
    return tuple(left), tuple(right)


def _paired(label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Put two lists of texts side by side: the same beside the same, and what stands between them in its order."""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for step in range(max(b - a, d - c)):
            old = before[a + step] if a + step < b else ""
            new = after[c + step] if c + step < d else ""
            number = c + step + 1 if new else a + step + 1
            yield label.format(number) + (" (before)" if kind != "equal" and not new else ""), old, new


def _pictures(before: Overlay, after: Overlay) -> Iterator[tuple[str, str, str]]:
    old, new = ({one.picture: (place, one) for place, one in enumerate(each.pictures, 1)} for each in (before, after))
    for number in [*new, *(number for number in old if number not in new)]:
        was, now = ("" if number not in side else _picture(*side[number]) for side in (old, new))
        yield f"Picture {(new.get(number) or old[number])[0]}", was, now


def _picture(place: int, one: PlacedPicture) -> str:
    part = (
        ""
        if one.crop == WHOLE
        else f"\nPart: {one.crop.width} × {one.crop.height} % from {one.crop.left}, {one.crop.top}"
    )
    caption = f"\nCaption: {one.caption}" if one.caption else ""
    return f"Place {place}\n{one.alt}{caption}{part}"
