"""What another program asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

LONGEST_KEY = 80
"""Characters of a program's own idempotency key."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A time to take. ``names`` maps ``provider``, ``room``, ``device`` to a name where one is asked for."""

    option_id: str
    location: str
    start: datetime
    areas: tuple[str, ...]
    names: Mapping[str, str]
