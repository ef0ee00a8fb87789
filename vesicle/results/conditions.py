"""Which device readings can be compared: the same device, and a room in which it reads the same skin the same way.

Plain Python. The room's limits are the measure's own (``climate`` in the bank).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vesicle.protocols.bank import Climate

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

    @property
    def said(self) -> str:
        """In words, e.g. "Corneometer CM 825, 21 °C, 45 % humidity, rested 15 minutes"."""
        parts = [
            self.device,
            f"{self.temperature_c.normalize():f} °C" if self.temperature_c is not None else "",
            f"{self.humidity_percent.normalize():f} % humidity" if self.humidity_percent is not None else "",
            f"rested {self.rested_minutes} minutes" if self.rested_minutes is not None else "",
        ]
        return ", ".join(part for part in parts if part)


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


def obstacle(before: Sequence[Conditions], after: Sequence[Conditions], climate: Climate | None) -> str:
    """Return why readings of two days cannot be compared, as a sentence for the patient; empty where they can.

    What was not noted is no obstacle here; ``unknown`` says so beside the result.
    """
    devices = [{one.device for one in group} for group in (before, after)]
    if all(devices) and devices[0] != devices[1]:
        return f"Read with {_listed(devices[1])}, before with {_listed(devices[0])}: two devices cannot be compared."
    if climate is None:
        return ""
    low, high = climate.temperature_c
    for one in (*before, *after):
        if one.temperature_c is not None and not low <= one.temperature_c <= high:
            return (
                f"The room had {one.temperature_c.normalize():f} °C; readings are compared between {low:g} and "
                f"{high:g} °C."
            )
        if one.humidity_percent is not None and one.humidity_percent >= Decimal(str(climate.humidity_percent_below)):
            return (
                f"The room had {one.humidity_percent.normalize():f} % humidity; readings are compared below "
                f"{climate.humidity_percent_below:g} %."
            )
        if one.rested_minutes is not None and one.rested_minutes < climate.rest_minutes:
            return f"The skin had rested {one.rested_minutes} minutes; {climate.rest_minutes} are needed."
    return ""


def unknown(groups: Sequence[Sequence[Conditions | None]], climate: Climate | None) -> str:
    """Return a sentence where the room was not noted for a measure that depends on it; empty otherwise."""
    if climate is None:
        return ""
    noted = all(one is not None and one.temperature_c is not None for group in groups for one in group)
    return "" if noted else "The room's climate was not noted each time, so some of the change may be the room's."


def _listed(devices: set[str]) -> str:
    return " and ".join(sorted(devices))
