"""In which countries a time zone is kept, by the table that comes with the zones themselves."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _where, zone = line.split("\t")[:3]
            found[zone].add(country)
    return {zone: frozenset(countries) for zone, countries in found.items()}


def countries_of(zone: str) -> frozenset[str]:
    """Return the codes (ISO 3166) of the countries that keep a zone; none for a zone of no country, as ``UTC``.

    Source: the table of zones by country of the IANA time zone database.
    """
    return _table().get(zone, frozenset())
