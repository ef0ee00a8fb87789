"""What a patient still has to do before a visit. Later steps add to the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from vesicle.candidacy.queries import clearance
from vesicle.core import clock
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
    """Return everything there is to do before this visit, in the order of the path; nothing if nothing is treated."""
    if not appointment.treats:
        return []
    later = [step for find in sources for step in find(actor, appointment, key, now)]
    return [*_health(actor, appointment, key), *later]


def _health(actor: Actor, appointment: Appointment, key: str) -> list[NextStep]:
    """Return the state of the health questions on the day of the visit: answers grow old, and reviews take time."""
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    found = clearance(actor, patient_id=actor.person_id, option_id=appointment.option, on=on)
    if found.may_treat:
        return [NextStep("Health questions", "done", "checked by a provider")]
    url = reverse("scheduling:answers", args=[key])
    return [NextStep("Health questions", "due", found.not_treat[0], url)]
