"""The visit in plain data: what a record may hold, what is still missing, what is signed.

Units and ranges come from the protocol's records; nothing here knows a treatment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from vesicle.protocols.schema.sections import Record, Step

CHARTED_KINDS = frozenset({"check", "number", "choice", "text", "time", "measure", "answers"})
"""Kinds whose value is a chart entry; products and photographs have tables of their own."""
_NO_AREA = ""


class Unacceptable(ValueError):
    """A value that a record cannot hold; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A required record that nobody has filled in."""

    step: str
    step_title: str
    record: str
    label: str
    area: str = _NO_AREA


def read_value(record: Record, raw: object) -> object:
    """Return ``raw`` (as typed or sent) as the value the record stores, or ``None`` when it is empty.

    Raises ``Unacceptable`` with a sentence that names the unit and the range.
    """
    text = str(raw).strip() if raw is not None else ""
    if text == "":
        return None
    if record.kind in ("number", "measure"):
        return _number(record, text)
    if record.kind == "choice":
        if text not in record.choices:
            raise Unacceptable(f"Choose one of: {', '.join(record.choices)}.")
        return text
    if record.kind == "check":
        if text.lower() not in ("yes", "true", "on", "1"):
            raise Unacceptable("Tick this when it is done.")
        return True
    if record.kind == "time":
        try:
            return time.fromisoformat(text).strftime("%H:%M")
        except ValueError:
            raise Unacceptable("Give a time of day, such as 14:05.") from None
    if len(text) > 2000:
        raise Unacceptable("Keep it under 2,000 characters.")
    return text


def _number(record: Record, text: str) -> str:
    """Numbers are kept as text, digit by digit as they were charted."""
    unit = f" {record.unit}" if record.unit else ""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Unacceptable(f"Give a number{' in' + unit if unit else ''}.") from None
    low, high = record.min, record.max
    if not value.is_finite() or (low is not None and value < Decimal(str(low))):
        raise Unacceptable(f"At least {_plain(low)}{unit}.")
    if high is not None and value > Decimal(str(high)):
        raise Unacceptable(f"At most {_plain(high)}{unit}.")
    step = Decimal(str(record.step)) if record.step else None
    if step and (value - Decimal(str(low or 0))) % step:
        raise Unacceptable(f"In steps of {_plain(record.step)}{unit}.")
    return str(value)


def _plain(number: float | None) -> str:
    return f"{number:g}" if number is not None else ""


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
