"""What a gate is, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vesicle.core.actor import Actor
from vesicle.core.permissions import Permission
from vesicle.people.models import Patient
from vesicle.scheduling.models import Appointment, CancellationPolicy


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for whom, for which appointment (saved or not), on which local day, under which policy.

    ``pay_later``: a deposit may follow the booking, whoever books.
    """

    by: Actor
    patient: Patient
    appointment: Appointment
    on: date
    policy: CancellationPolicy | None = None
    pay_later: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the appointment is being booked, not moved or looked at."""
        return self.appointment._state.adding or self.appointment.state == Appointment.State.HELD


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands at one gate.

    ``open``: nothing to do. ``due``: may be booked, and something has to be done before the visit. ``closed``: may not
    be booked; ``mend`` says what to do about it, ``first`` names the kind of visit to book first, where that is it.
    """

    gate: str
    label: str
    state: Literal["open", "due", "closed"]
    says: str
    mend: str = ""
    reasons: tuple[str, ...] = ()
    code: str = ""
    first: str = ""


Look = Callable[[Asked], Standing | None]
"""Answers where somebody stands; ``None`` where the gate does not concern this appointment."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of booking. ``exception``: who may let somebody through all the same, with a reason."""

    name: str
    label: str
    look: Look
    exception: Permission | None = None
