"""Which device readings can be compared: the same device, and a room in which it reads the same skin the same way.

Plain Python. The room's limits are the measure's own (``climate`` in the bank).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vesicle.protocols.bank import Climate
from vesicle.results.domain import Reason

POSSIBLE = {"temperature_c": (5, 45), "humidity_percent": (0, 100), "rested_minutes": (0, 240)}
"""What a form takes; anything else is a slip of the finger."""
_NAMES = {
    "temperature_c": ("The temperature of the room", "degrees Celsius"),
    "humidity_percent": ("The humidity of the room", "percent"),
    "rested_minutes": ("How long the skin rested", "minutes"),
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """The device, the room and the rest before a reading; ``None`` is not noted."""

    device: str
    temperature_c: Decimal | None = None
    humidity_percent: Decimal | None = None
    rested_minutes: int | None = None


def faults(given: Conditions, climate: Climate | None) -> dict[str, str]:
    """Return what is missing or impossible, by field: a device always, the room where the measure depends on it."""
    found = {} if given.device.strip() else {"device": "Name the device, with its model."}
    for name, (low, high) in POSSIBLE.items():
        value = getattr(given, name)
        what, unit = _NAMES[name]
        if value is None:
            if climate is not None:
                found[name] = f"{what} belongs to this reading. Give {low} to {high} {unit}."
        elif not low <= value <= high:
            found[name] = f"{what} cannot be {value}. Give {low} to {high} {unit}."
    return found


def obstacle(before: Sequence[Conditions], after: Sequence[Conditions], climate: Climate | None) -> Reason | None:
    """Return why readings of two days cannot be compared; ``None`` where they can.

    What was not noted is no obstacle here; ``unknown`` says so beside the result.
    """
    devices = [{one.device for one in group} for group in (before, after)]
    if all(devices) and devices[0] != devices[1]:
        now, before_it = (", ".join(sorted(group)) for group in reversed(devices))
        return Reason("two-devices", {"after": now, "before": before_it})
    if climate is None:
        return None
    low, high = climate.temperature_c
    for one in (*before, *after):
        if one.temperature_c is not None and not low <= one.temperature_c <= high:
            found = f"{one.temperature_c.normalize():f}"
            return Reason("room-temperature", {"found": found, "low": f"{low:g}", "high": f"{high:g}"})
        if one.humidity_percent is not None and one.humidity_percent >= Decimal(str(climate.humidity_percent_below)):
            found, most = f"{one.humidity_percent.normalize():f}", f"{climate.humidity_percent_below:g}"
            return Reason("room-humidity", {"found": found, "most": most})
        if one.rested_minutes is not None and one.rested_minutes < climate.rest_minutes:
            return Reason("not-rested", {"found": one.rested_minutes, "least": climate.rest_minutes})
    return None


def unknown(groups: Sequence[Sequence[Conditions | None]], climate: Climate | None) -> Reason | None:
    """Return a reason for doubt where the room was not noted for a measure that depends on it."""
    if climate is None:
        return None
    noted = all(one is not None and one.temperature_c is not None for group in groups for one in group)
    return None if noted else Reason("climate-not-noted")
