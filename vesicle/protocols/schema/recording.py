"""What a record may hold: a value as typed or sent, read in the record's unit and range. Plain Python.

The visit and the good-faith exam record alike, so both read through here.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal, InvalidOperation

from vesicle.protocols.schema.sections import Record


class Unacceptable(ValueError):
    """A value that a record cannot hold; the message says what is allowed."""


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
