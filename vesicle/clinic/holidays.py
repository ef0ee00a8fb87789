"""Public holidays by country, computed, so that a clinic closes on them with a few clicks."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

_DAY = timedelta(days=1)
_MON, _THU = 0, 3


def _weekday_of_month(year: int, month: int, weekday: int, count: int) -> date:
    """Return the ``count``-th of a weekday in a month; ``-1`` is the last."""
    if count < 0:
        day = date(year + month // 12, month % 12 + 1, 1) - _DAY
        return day - timedelta(days=(day.weekday() - weekday) % 7)
    day = date(year, month, 1)
    return day + timedelta(days=(weekday - day.weekday()) % 7 + 7 * (count - 1))


def _united_states(year: int) -> list[tuple[date, str]]:
    """The federal holidays of 5 U.S.C. 6103(a), on their own days."""
    return [
        (date(year, 1, 1), "New Year’s Day"),
        (_weekday_of_month(year, 1, _MON, 3), "Martin Luther King Jr. Day"),
        (_weekday_of_month(year, 2, _MON, 3), "Washington’s Birthday"),
        (_weekday_of_month(year, 5, _MON, -1), "Memorial Day"),
        (date(year, 6, 19), "Juneteenth"),
        (date(year, 7, 4), "Independence Day"),
        (_weekday_of_month(year, 9, _MON, 1), "Labor Day"),
        (_weekday_of_month(year, 10, _MON, 2), "Columbus Day"),
        (date(year, 11, 11), "Veterans Day"),
        (_weekday_of_month(year, 11, _THU, 4), "Thanksgiving Day"),
        (date(year, 12, 25), "Christmas Day"),
    ]


_COUNTRIES: Mapping[str, Callable[[int], list[tuple[date, str]]]] = {"US": _united_states}


def holidays(jurisdiction: str, first: date, last: date) -> list[tuple[date, str]]:
    """Return the public holidays between two days, both included. Empty for a country we have no list of."""
    of_year = _COUNTRIES.get(jurisdiction)
    if of_year is None:
        return []
    found = [holiday for year in range(first.year, last.year + 1) for holiday in of_year(year)]
    return sorted((day, name) for day, name in found if first <= day <= last)
