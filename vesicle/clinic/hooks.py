"""What later rooms tell this one: what appointments to come use, and what the public pages may not say."""

from collections.abc import Callable
from datetime import datetime

from vesicle.clinic.models import Location, Resource

bookings_to_come: list[Callable[[Location | Resource, datetime, datetime | None, int], int]] = []
"""Filled by scheduling. Each is asked with what is used, from when, until when (``None``: without end), and from which
place of a room on (0: any), and answers how many booked appointments there are."""


def bookings(thing: Location | Resource, start: datetime, end: datetime | None = None, *, from_place: int = 0) -> int:
    """Return how many booked appointments use ``thing`` between two moments."""
    return sum(count(thing, start, end, from_place) for count in bookings_to_come)


may_not_say: list[Callable[[str, str, bool], str]] = []
"""Filled by the website. Each is asked with words that public pages print as they were typed here, with the country
whose law decides, and whether they only say where a product comes from; it answers why they may not stand there."""


def refusal_of(words: str, jurisdiction: str, *, is_origin: bool = False) -> str:
    """Return why public pages may not print ``words``; empty where they may."""
    return next(filter(None, (ask(words, jurisdiction, is_origin) for ask in may_not_say)), "")
