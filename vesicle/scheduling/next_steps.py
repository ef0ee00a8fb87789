"""What a patient still has to do before a visit. Later steps add to the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, or done. ``state`` is ``done``, ``due`` or ``blocked``."""

    label: str
    state: str
    note: str = ""
    url: str = ""


FindSteps = Callable[[Actor, Appointment, str, datetime], list[NextStep]]
"""Given the patient, the appointment, the key of its private address and the time, the steps of one room."""

sources: list[FindSteps] = []
"""Filled by later steps when they start (``consent`` adds the signature)."""


def steps_for(actor: Actor, appointment: Appointment, key: str, now: datetime) -> list[NextStep]:
    """Return everything there is to do before this visit, in the order of the path."""
    return [step for find in sources for step in find(actor, appointment, key, now)]
