"""The visit in plain data: what a record may hold, what is still missing, what is signed.

Units and ranges come from the protocol's records; nothing here knows a treatment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vesicle.protocols.schema.sections import Record, Step

CHARTED_KINDS = frozenset({"check", "number", "choice", "text", "time", "measure", "answers"})
"""Kinds whose value is a chart entry; products and photographs have tables of their own."""
_NO_AREA = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A required record that nobody has filled in."""

    step: str
    step_title: str
    record: str
    label: str
    area: str = _NO_AREA


def areas_of(record: Record, areas: Sequence[str]) -> tuple[str, ...]:
    """Return the areas a record is asked for: each treated one, or just once."""
    return tuple(areas) if record.per_area else (_NO_AREA,)


def missing(
    steps: Iterable[Step],
    areas: Sequence[str],
    charted: Iterable[tuple[str, str, str]],
    products: Iterable[tuple[str, str]],
    has_photographs: bool,
) -> list[Missing]:
    """Return the required records that are not there yet, in the order of the visit.

    ``charted`` holds (step, record, area), ``products`` (step, product need).
    """
    have, used = set(charted), set(products)
    found = []
    for step in steps:
        for record in step.records:
            if not record.required:
                continue
            if record.kind == "product":
                if (step.id, record.need) not in used:
                    found.append(Missing(step.id, step.title, record.id, record.label))
            elif record.kind == "photo":
                if not has_photographs:
                    found.append(Missing(step.id, step.title, record.id, record.label))
            else:
                found += [
                    Missing(step.id, step.title, record.id, record.label, area)
                    for area in areas_of(record, areas)
                    if (step.id, record.id, area) not in have
                ]
    return found


def signed_content(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of a visit's content in canonical JSON."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
