"""What a later room tells this one: how many appointments to come use a place, a room, a device or a provider."""

from collections.abc import Callable
from datetime import datetime

from vesicle.clinic.models import Location, Resource

bookings_to_come: list[Callable[[Location | Resource, datetime, datetime | None, int], int]] = []
"""Filled by scheduling. Each is asked with what is used, from when, until when (``None``: without end), and from which
place of a room on (0: any), and answers how many booked appointments there are."""


def bookings(thing: Location | Resource, start: datetime, end: datetime | None = None, *, from_place: int = 0) -> int:
    """Return how many booked appointments use ``thing`` between two moments."""
    return sum(count(thing, start, end, from_place) for count in bookings_to_come)
