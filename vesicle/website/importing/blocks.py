"""The pieces of a page that are read as one, and what was left out between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from vesicle.website.importing.tree import Node

MOST_BLOCKS = 4_000
"""Pieces of content that are read; the longest treatment page seen has seventy."""
Kind = Literal["heading", "text", "item", "fact"]
MOST_LETTERS = 400_000
"""Letters of content that are read; the longest treatment page seen has a tenth of it."""


@dataclass(slots=True, eq=False)
class Block:
    """A piece of the page that is read as one, with the headings it stands under and the label it stands behind."""

    text: str
    kind: Kind
    level: int = 0
    label: str = ""
    column: str = ""
    path: str = ""
    headings: tuple[tuple[int, str], ...] = ()
    holder: Node | None = None
    alone: bool = False

    @property
    def heading(self) -> str:
        """The nearest heading above; empty where there is none."""
        return self.headings[-1][1] if self.headings else ""


@dataclass(slots=True)
class Content:
    """The content of a page in order, its title, and how many pieces of furniture were left out, by kind.

    ``cuts`` are the places between blocks where something was left out that stands only at the end of pages.
    """

    blocks: list[Block]
    title: str = ""
    description: str = ""
    language: str = ""
    left_out: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    cuts: list[int] = field(default_factory=list)
    has_too_many: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the page went on after what was read."""
        return self.has_too_many or self.letters > MOST_LETTERS
