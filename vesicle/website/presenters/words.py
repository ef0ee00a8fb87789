"""Numbers, ranges, money and lists as people say them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from vesicle.protocols.schema.common import Range

_ABBREVIATION = re.compile(r"\(([A-Z]{2,6})\)$")
_SIGNS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "GBP": "£", "EUR": "€"}


def plain(value: float) -> str:
    """Return a number without useless zeros: ``3``, ``0.5``, ``1,200``."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def bounds(low: float, high: float | None) -> str:
    """Return ``3``, ``3–6``, or ``3+`` where the end is open."""
    if high is None:
        return f"{plain(low)}+"
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def counted(low: float, high: float | None, unit: str) -> str:
    """Return a range with its unit in the right number: ``1 day``, ``1–2 days``, ``3 or more visits``."""
    if high is None:
        return f"{plain(low)} or more {unit}s"
    return f"{bounds(low, high)} {unit}" if high == 1 else f"{bounds(low, high)} {unit}s"


def span(found: Range | None, unit: str) -> str:
    """Return a range of the protocol in words, or an empty string where there is none."""
    return "" if found is None else counted(found.min, found.max, unit)


def widest(found: Iterable[Range | None]) -> Range | None:
    """Return the range that holds all given ones, or ``None`` when there are none."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    highs = [one.max for one in known]
    top = None if None in highs else max(high for high in highs if high is not None)
    return Range(min=min(one.min for one in known), max=top)


def money(amount: float, currency: str) -> str:
    """Return an amount as it is written on a price list: ``$1,200`` or ``1,200 CHF``."""
    sign = _SIGNS.get(currency)
    return f"{sign}{plain(amount)}" if sign else f"{plain(amount)} {currency}"


def in_a_row(words: Sequence[str], last: str = "and") -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def as_list(names: Sequence[str]) -> list[str]:
    """Return names as they stand in a row: the first as it is, the others beginning small."""
    return [name if index == 0 else small(name) for index, name in enumerate(names)]


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return the text with a small first letter, unless its first word is an abbreviation or a single letter."""
    return text if text[1:2].isupper() or not text[1:2].isalpha() else text[:1].lower() + text[1:]


def short_title(title: str) -> str:
    """Return the abbreviation a title gives itself: ``PRP`` of ``Platelet-rich plasma (PRP)``; else the title."""
    found = _ABBREVIATION.search(title)
    return found[1] if found else title


def long_date(day: date) -> str:
    """Return ``November 23, 2026``."""
    return f"{day:%B} {day.day}, {day.year}"


def month(day: date) -> str:
    """Return ``November 2026``."""
    return f"{day:%B} {day.year}"
