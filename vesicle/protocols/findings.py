"""One thing that does not fit in a protocol file, before it is known where in the text it stands."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from vesicle.protocols.yaml_source import Path

LISTED_IN_FULL = 14
"""A shared list up to this length is told in full; of a longer one, the nearest word."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in the file, the whole sentence about it, and its facts for machines."""

    path: Path
    message: str
    found: str = ""
    allowed: str = ""


def unknown(path: Path, value: str, known: Collection[str], what: str) -> Finding:
    """Return the finding for an id that a shared list does not have, with what is allowed and the nearest one."""
    names = sorted(known)
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    allowed, told = ", ".join(names), f"; allowed: {', '.join(names)}"
    if len(names) > LISTED_IN_FULL:
        allowed, told = f"one of the {len(names)} {plural} of the shared list", ""
    near = difflib.get_close_matches(value, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return Finding(path, f"'{value}' is no {what} of the shared list{told}.{hint}", f"'{value}'", allowed)
