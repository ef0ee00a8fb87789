"""Where people are made from rules: the person they differ from, and what a condition looks at."""

from __future__ import annotations

from collections.abc import Iterator

from vesicle.candidacy.domain import Answer
from vesicle.protocols.schema.rules import AllOf, AnyOf, NotThis

FINE = {"SCR-SUNAVOID": "yes", "SCR-BIOLOGIC-OK": "yes", "SCR-FITZ": "II"}
"""What somebody without any complaint says, where it is not no."""


def healthy(catalogue) -> dict[str, Answer]:
    """Everything somebody says whom nothing speaks against."""
    asked = (entry for entry in catalogue.asked.values() if not entry.parent and entry.kind != "birth-date")
    said = {entry.id: Answer("answered" if entry.kind == "text" else FINE.get(entry.id, "no")) for entry in asked}
    return said | {"SCR-EXPECT.WORRY": Answer("no")}


def leaves(condition) -> Iterator:
    """Yield the conditions that look at an answer, an age or an area."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from leaves(part)
    elif isinstance(condition, NotThis):
        yield from leaves(condition.not_)
    else:
        yield condition
