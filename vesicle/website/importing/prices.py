"""The price a treatment begins at, where a page says it plainly."""

from __future__ import annotations

import re

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.figures import role_of_label
from vesicle.website.importing.meaning import is_foreign

_AMOUNT = re.compile(r"[$£€]\s?(\d{1,2},\d{3}|\d{2,5})(?![\d,]*\d)(?:\.\d\d)?")
_SAID = re.compile(
    r"\b(?:from|starts? at|starting (?:at|from)|start (?:at|from)|costs?|priced? (?:at|from)|prices? (?:begin|"
    r"start)s? at|is|are)\s+(?:only |just )?[$£€]",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[;.](?!\d)|, (?!\d)|\band\b|\bor\b")
_NOT_IT = re.compile(
    r"\b(?:packages?|series|bundle|course of|for (?:\d|three|four|six)|sav\w+|off|discount|deposit|"
    r"fee for|consult\w*|cancel\w*|add-?on|members?\w*|"
    r"financ\w+|per month|monthly|gift|normally|worth|value)\b",
    re.IGNORECASE,
)


def price_in(block: Block, ours: frozenset[str]) -> tuple[int, str] | None:
    """Return the price a block names for one visit and its words; None where it names none or one of something else."""
    for part in _PARTS.split(block.text):
        amount = _AMOUNT.search(part)
        if amount is None or _NOT_IT.search(part) or is_foreign(part, amount.start(), ours):
            continue
        label = block.label or (block.heading if len(block.text.split()) <= 12 else "")
        spoken = part[: amount.start()].rstrip(" :–-")
        if role_of_label(label) == "price" or role_of_label(spoken) == "price" or _SAID.search(part):
            return int(amount[1].replace(",", "")), amount.group()
    return None
