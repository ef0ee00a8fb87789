"""Numbers, ranges, money and lists as people say them, in the language in force.

Numbers and prices are written as in the United States in every language: they are read beside American prices.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from vesicle.core.spoken import InEnglish, alike, filled, put_together
from vesicle.core.spoken import small as small
from vesicle.protocols.schema.common import Range

Unit = Literal["minute", "day", "week", "month", "visit"]

_SOUNDS_LIKE_I: Final = re.compile(r"h?[ií](?![aeoáéó])", re.IGNORECASE)
_SOUNDS_LIKE_O: Final = re.compile(r"h?[oó]", re.IGNORECASE)
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


def counted(low: float, high: float | None, unit: Unit) -> str:
    """Return a range with its unit in the right number: ``1 day``, ``1–2 days``, ``3 or more visits``."""
    if high is None:
        return _with_unit(gettext("%(count)s or more") % {"count": plain(low)}, 2, unit)
    return _with_unit(bounds(low, high), high, unit)


def _with_unit(count: str, most: float, unit: Unit) -> str:
    number = 1 if most == 1 else 2
    said = {"count": count}
    match unit:
        case "minute":
            return ngettext("%(count)s minute", "%(count)s minutes", number) % said
        case "day":
            return ngettext("%(count)s day", "%(count)s days", number) % said
        case "week":
            return ngettext("%(count)s week", "%(count)s weeks", number) % said
        case "month":
            return ngettext("%(count)s month", "%(count)s months", number) % said
        case "visit":
            return ngettext("%(count)s visit", "%(count)s visits", number) % said


def span(found: Range | None, unit: Unit) -> str:
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


def in_a_row(words: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``; one that stays alone stays what it is."""
    if len(words) < 2:
        return words[0] if words else ""
    said = {"first": put_together(_with_commas(words[:-1])), "last": words[-1]}
    if all(isinstance(word, InEnglish) for word in words):
        return InEnglish(f"{said['first']} {last} {said['last']}")
    if last == "or":
        return filled(_before_o(words[-1]) or gettext("%(first)s or %(last)s"), said)
    return filled(_before_i(words[-1]) or gettext("%(first)s and %(last)s"), said)


def _with_commas(words: Sequence[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        if index:
            yield ", "
        yield word


def _before_i(word: str) -> str:
    """Return how ``and`` is written before the sound of ``i``, in languages where that makes a difference."""
    if not _SOUNDS_LIKE_I.match(word):
        return ""
    return pgettext("before the sound of i", "%(first)s and %(last)s")


def _before_o(word: str) -> str:
    """Return how ``or`` is written before the sound of ``o``, in languages where that makes a difference."""
    return pgettext("before the sound of o", "%(first)s or %(last)s") if _SOUNDS_LIKE_O.match(word) else ""


def as_list(names: Sequence[str]) -> list[str]:
    """Return names as they stand in a row: the first as it is, the others beginning small."""
    return [name if index == 0 else small(name) for index, name in enumerate(names)]


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return alike(text, text[:1].upper() + text[1:])


def short_title(title: str) -> str:
    """Return the abbreviation a title gives itself: ``PRP`` of ``Platelet-rich plasma (PRP)``; else the title."""
    found = _ABBREVIATION.search(title)
    return alike(title, found[1]) if found else title


def long_date(day: date) -> str:
    """Return ``November 23, 2026``."""
    return date_format(day, pgettext("date with year", "F j, Y"))


def month(day: date) -> str:
    """Return ``November 2026``."""
    return date_format(day, pgettext("month with year", "F Y"))
