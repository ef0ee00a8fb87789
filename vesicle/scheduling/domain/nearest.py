"""How far places are from a person, on a round earth: good to half a per cent, which is enough to order them."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple, TypeVar

_RADIUS_KM = 6371.0088
T = TypeVar("T")


class Point(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float


def kilometers(one: Point, other: Point) -> float:
    """Return the length of the shortest way along the surface, by the haversine formula."""
    north, other_north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(east / 2) ** 2
    return 2 * _RADIUS_KM * asin(min(1.0, sqrt(half)))


def nearest(places: Iterable[tuple[T, Point | None]], near: Point) -> list[tuple[T, float | None]]:
    """Return places with their distance, the nearest first; those that nobody located come last, as they stood."""
    known = [(place, None if where is None else kilometers(near, where)) for place, where in places]
    return sorted(known, key=lambda found: (found[1] is None, found[1] or 0.0))
