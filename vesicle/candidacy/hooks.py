"""What later rooms tell this one: who is expected for a treatment, and when."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody with a time booked for an option, and the day of it."""

    patient_id: int
    option: str
    on: date


WhoIsExpected = Callable[[int, Collection[str], datetime], Iterable[Expected]]
"""Given a clinic, options and now: everybody with an appointment still to come."""

expected: list[WhoIsExpected] = []
