"""Numbers with a unit as people write them: 45 min, three to six sessions, half an hour, 6+ months, up to a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Unit = Literal["minute", "hour", "day", "week", "month", "year", "session"]

_WORDS: dict[str, Fraction | int] = {
    "half an": Fraction(1, 2), "half a": Fraction(1, 2), "an": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14,
    "fifteen": 15, "eighteen": 18, "twenty": 20, "twenty-four": 24, "thirty": 30, "thirty-six": 36, "forty": 40,
    "forty-five": 45, "forty-eight": 48, "fifty": 50, "sixty": 60, "seventy-two": 72, "ninety": 90, "single": 1,
    "hundred and twenty": 120, "half a dozen": 6, "a couple of": 2, "a couple": 2, "a single": 1, "a full": 1,
    "a good": 1, "thirteen": 13,
    "sixteen": 16, "seventeen": 17, "nineteen": 19, "seventy": 70, "eighty": 80, "a dozen": 12, "a trio of": 3,
    "a pair of": 2, "three quarters of an": Fraction(3, 4), "a quarter of an": Fraction(1, 4),
    "quarter of an": Fraction(1, 4), "just one": 1, "just a single": 1,
}  # fmt: skip
_WORDS |= {
    f"{tens}-{ones}": _WORDS[tens] + _WORDS[ones]
    for tens in ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for ones in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
}
_A_MONTH = frozenset({28, 30, 31})
"""Days that people say for a month."""
_PARTS_OF_ONE = {
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
    "quarters": Fraction(3, 4),
    "three-quarters": Fraction(3, 4),
}
_UNITS: dict[str, Unit] = {
    "min": "minute", "mins": "minute", "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour",
    "hr": "hour", "hrs": "hour", "h": "hour", "day": "day", "days": "day", "week": "week", "weeks": "week",
    "wk": "week", "wks": "week", "month": "month", "months": "month", "mo": "month", "mos": "month", "mths": "month",
    "year": "year", "years": "year", "yr": "year", "yrs": "year", "session": "session", "sessions": "session",
    "treatment": "session", "treatments": "session", "visit": "session", "visits": "session",
    "appointment": "session", "appointments": "session", "peels": "session", "facials": "session",
    "peel": "session", "goes": "session", "sittings": "session",
    "weekly": "week", "monthly": "month", "rounds": "session", "round": "session", "applications": "session",
    "fortnight": "week",
}  # fmt: skip
NUMBER = (
    r"(?:\d{1,3}(?:\.\d{1,2})?(?:\s?½| 1/2)?|½|(?:"
    + "|".join(
        re.escape(word).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]") for word in sorted(_WORDS, key=len)[::-1]
    )
    + r")(?:\s+and\s+a\s+half)?(?![\w]))"
)
_UNIT = (
    r"(?:"
    + "|".join(sorted(_UNITS, key=len)[::-1])
    + r")(?![\w])(?!(?:(?<=weekly)|(?<=monthly))"
    + r"\s(?:session|treatment|visit|peel|appointment|facial))\.?"
)
_MEANS_MORE = r"(?:\s?\+|\s+plus\b)"
_BEGINS = (
    rf"(?<![\w$£€#/.,-])(?P<a>{NUMBER})(?P<a_more>{_MEANS_MORE})?(?:[\s-]*(?P<a_unit>{_UNIT})(?=\s*(?:[-–—‒−&]|"
    rf"to\b|or\b|and\b)))?"
)
_GOES_ON = rf"(?:-?\s*(?:-|–|—|‒|−|\bto\b|\bor\b|(?P<and>\band\b|&))\s*(?:about\s+|around\s+)?(?P<b>{NUMBER}))?"
_ENDS = (
    rf"(?P<more>{_MEANS_MORE})?[\s-]*(?P<between>(?:[a-z][a-z-]{{1,16}}\s+){{0,3}}?)(?P<unit>{_UNIT})"
    rf"(?P<half>\s+and\s+(?:a\s+half|a\s+quarter|three[\s-]quarters)(?![\w]))?(?:,?\s*(?:and\s+)?(?P<minutes>\d{{1,2}}|{NUMBER})\s?-?\s?"
    rf"(?:min|mins|minutes)(?![\w]))?"
    rf"(?:,? (?:maybe|perhaps|possibly|sometimes|occasionally|or|or even) (?P<c>{NUMBER})(?=\W*$|[,.;]))?"
    rf"(?P<after>\s*(?:\+|\(?plus\b|or more\b|or longer\b|and beyond\b|and up\b|or less\b|or fewer\b|"
    rf"minimum\b|max(?:imum)?\b))?"
)
_QUANTITY = re.compile(_BEGINS + _GOES_ON + _ENDS, re.IGNORECASE)
_ALONE = re.compile(_BEGINS + "(?P<and>(?!))?(?P<b>(?!))?" + _ENDS, re.IGNORECASE)
"""The same without a second number: two numbers joined by "and" are a range only behind "between"."""
_BEFORE = re.compile(
    r"(?P<most>up to|as long as|as much as|as many as|no more than|at most|maximum of|max(?:imum)?|"
    r"less than|under|fewer than|"
    r"within|not? longer than)(?: about| around| approximately)?\s*$"
    r"|(?P<least>at least|minimum of|more than|longer than|upwards of|no less than|as early as|as soon as|as little as|"
    r"beginning at|from|starting at|starting from|beyond|(?<=last )over|(?<=lasts )over|(?<=for )over|min(?:imum)?)"
    r"(?: about| around)?\s*$",
    re.IGNORECASE,
)
_MONTHLY = re.compile(
    r"\b(?P<each>every)\s+(?P<other>other\s+)?(?P<unit>week|month)\b(?!s)|\b(?P<word>monthly|fortnightly)\b",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "twelfth": 12,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\b(?P<since>from|after|by|until|before|around|about|within)\s+(?:about\s+|around\s+)?the\s+"
    rf"(?P<nth>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s+(?P<unit>day|week|month)\b",
    re.IGNORECASE,
)
"""From the sixth week on, by the third day."""
_COUNT = "(?:" + "|".join(word for word in _WORDS if word.isalpha() and word not in ("a", "an", "single")) + ")"
_WEEK = re.compile(
    rf"(?<!per )\b(?P<unit>week|month)s?\s+(?P<a>\d{{1,2}}|{_COUNT})\b"
    rf"(?:\s*(?:-|–|—|to|and|or|through|until)\s*(?:(?:week|month)s?\s+)?(?P<b>\d{{1,2}}|{_COUNT})\b)?(?![.]\d|%|[\d-])",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"\b(?:by|until|till|through|within)\s+(?:about\s+|around\s+)?days?\s+(?P<a>\d{{1,2}}|{_COUNT})\b"
    rf"(?:\s*(?:-|–|—|to|or|and)\s*(?:day\s+)?(?P<b>\d{{1,2}}|{_COUNT})\b)?",
    re.IGNORECASE,
)
"""By day four or five; a day by itself ("Day 2: rinse") is a place in a calendar and no quantity."""
_OR_TWO = re.compile(
    r"\b(?:an?|one)\s+(?P<unit>hour|day|week|month|year)\s+or\s+(?P<b>so|two|three)\b(?!\s+\w*(?:hour|day|week|month))",
    re.IGNORECASE,
)
"""A day or two."""
_ALLOWED_BETWEEN = re.compile(
    r"(?:full |short |separate |individual |monthly |weekly |consecutive |total |recommended |more )*", re.IGNORECASE
)
_NOT_BETWEEN = re.compile(
    r"\b(?:of|per|for|in|to|and|or|the|with|after|before|between|a|is|are|on|as|until|at|by|than|if|days?|weeks?|months?|hours?|minutes?|years?|sessions?|treatments?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or range with its unit, and its place in the text. An open end is None."""

    low: Fraction | None
    high: Fraction | None
    low_unit: Unit
    unit: Unit
    start: int
    end: int
    every: bool = False
    in_calendar: bool = False
    """Whether it is a place in a calendar ("weeks 4 to 12") rather than a span."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return every quantity of a text in order."""
    found: list[Quantity] = []
    at = 0
    while (match := _QUANTITY.search(text, at)) is not None:
        one = _quantity(text, match)
        if one is None and match["b"] and (alone := _ALONE.match(text, match.start())) is not None:
            match, one = alone, _quantity(text, alone)
        at = match.end() if one is not None else match.end("a")
        if one is not None:
            found.append(one)
    for match in _OR_TWO.finditer(text):
        found = [one for one in found if one.end <= match.start() or one.start >= match.end()]
        last = Fraction(1) if match["b"].lower() == "so" else _value(match["b"])
        unit = _UNITS[match["unit"].lower()]
        found.append(Quantity(Fraction(1), last, unit, unit, match.start(), match.end()))
    for match in _MONTHLY.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end and one.unit != "session" for one in found):
            found.append(_each(match))
    for match in _WEEK.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            low, high = _value(match["a"]), _value(match["b"] or match["a"])
            of_what = _UNITS[match["unit"].lower()]
            if low <= high:
                found.append(Quantity(low, high, of_what, of_what, match.start(), match.end(), in_calendar=True))
    for match in _DAY.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            low, high = _value(match["a"]), _value(match["b"] or match["a"])
            if low <= high:
                found.append(Quantity(low, high, "day", "day", match.start("a"), match.end()))
    for match in _ORDINAL.finditer(text):
        nth = match["nth"].lower()
        count = Fraction(_ORDINALS.get(nth) or int(nth.rstrip("stndrh")))
        of_what = _UNITS[match["unit"].lower()]
        is_open = match["since"].lower() in ("from", "after")
        found.append(Quantity(count, None if is_open else count, of_what, of_what, match.start("nth"), match.end()))
    return tuple(sorted(found, key=lambda one: one.start))


def _each(match: re.Match[str]) -> Quantity:
    word = (match["word"] or "").lower()
    unit: Unit = "month" if word == "monthly" else "week"
    if match["unit"]:
        unit = "month" if match["unit"].lower() == "month" else "week"
    count = Fraction(2 if match["other"] or word == "fortnightly" else 1)
    return Quantity(count, count, unit, unit, match.start(), match.end(), every=True)


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    unit = _UNITS[match["unit"].lower().rstrip(".")]
    low_unit = _UNITS[match["a_unit"].lower().rstrip(".")] if match["a_unit"] else unit
    between = match["between"]
    if between and not _may_stand_between(match, unit):
        return None
    if match["a_unit"] and not match["b"]:
        return None
    if unit == "session" and low_unit != "session":
        return None
    first = _value(match["a"])
    second = _value(match["b"]) if match["b"] else first
    is_article = match["a"].lower() in ("a", "an", "a full")
    if is_article and (unit == "session" or match["b"]) and not match["a_unit"]:
        return None
    before = text[max(0, match.start() - 40) : match.start()]
    if match["and"] and (low_unit, unit) == ("hour", "minute") and not between and first >= 1:
        whole = first + second / 60
        return Quantity(whole, whole, "hour", "hour", match.start(), match.end())
    if match["and"] and not re.search(r"\bbetween\s+(?:about\s+|around\s+)?$", before, re.IGNORECASE):
        return None
    if match["unit"].lower().rstrip(".") == "fortnight":
        first, second = first * 2, second * 2
    if match["c"]:
        second = _value(match["c"])
    if match["half"]:
        second += _PARTS_OF_ONE[match["half"].split()[-1].lower()]
        first = second if not match["b"] else first
    if match["minutes"]:
        if unit != "hour" or second < 1:
            return None
        second += _value(match["minutes"]) / 60
        first = second if not match["b"] else first
    if low_unit == unit and first > second:
        return None
    low: Fraction | None = first
    high: Fraction | None = second
    after = (match["after"] or "").strip(" (").lower()
    sign = _BEFORE.search(before)
    if (
        match["more"]
        or match["a_more"]
        or after in ("+", "plus", "or more", "or longer", "and beyond", "and up", "minimum")
    ):
        high = None
    elif (
        (after in ("or less", "or fewer") and not match["b"])
        or after.startswith("max")
        or (sign and sign["most"] and not match["b"])
    ):
        low = None
    elif sign and sign["least"] and not match["b"]:
        high = None
    each = match["unit"].lower().rstrip(".") in ("weekly", "monthly")
    return Quantity(low, high, low_unit, unit, match.start(), match.end(), every=each)


def _may_stand_between(match: re.Match[str], unit: Unit) -> bool:
    """Return whether words between a number and its unit leave them together: "three monthly sessions"."""
    if unit == "session" and not match["a_unit"] and not _NOT_BETWEEN.search(match["between"]):
        return True
    return unit != "session" and _ALLOWED_BETWEEN.fullmatch(match["between"]) is not None


def _value(text: str) -> Fraction:
    text = " ".join(text.lower().replace("-", " ").split())
    half = text.endswith(" and a half")
    text = text.removesuffix(" and a half")
    if text[0].isdigit():
        halves = Fraction(0)
        for sign in ("½", "1/2"):
            if text.endswith(sign) and text != sign:
                text, halves = text.removesuffix(sign).strip(), Fraction(1, 2)
        return Fraction(text) + halves
    if text == "½":
        return Fraction(1, 2)
    known = {word.replace("-", " "): number for word, number in _WORDS.items()}
    return Fraction(known[text]) + (Fraction(1, 2) if half else 0)


def in_unit(value: Fraction | None, unit: Unit, wanted: Unit) -> tuple[int | None, bool]:
    """Return a value in another unit and whether that is exact. A month counts as four weeks, as clinics plan it."""
    if value is None:
        return None, True
    if (unit, wanted) == ("day", "week") and value in _A_MONTH:
        return 4, True
    per = {
        ("minute", "hour"): Fraction(60), ("day", "hour"): Fraction(1, 24), ("day", "week"): Fraction(7),
        ("week", "day"): Fraction(1, 7), ("week", "month"): Fraction(4), ("month", "year"): Fraction(12),
        ("month", "week"): Fraction(1, 4),
    }.get((wanted, unit), Fraction(1) if wanted == unit else None)  # fmt: skip
    if per is None:
        return None, False
    result = value * per
    return (int(result), True) if result.denominator == 1 else (None, False)
