"""Asking the gates: of every booking and every move, whoever makes it; and for pages, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid
from vesicle.people.models import Patient
from vesicle.scheduling.gates import before, money, person
from vesicle.scheduling.gates.kinds import Asked, Gate, Standing
from vesicle.scheduling.models import Appointment, CancellationPolicy, GateException
from vesicle.scheduling.policy import in_force

gates: list[Gate] = [*person.GATES, *before.GATES, *money.GATES]
"""Asked in this order. Rooms after this one add theirs when they start, as ``consent`` does."""


class Closed(Blocked):
    """A gate of booking is closed. ``standing`` says which, why, and what would mend it."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.says, reasons=standing.reasons, code=standing.code or f"gate-{standing.gate}")
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Passed:
    """A closed gate somebody was let through, with the reason given."""

    standing: Standing
    reason: str


def require_bookable(
    by: Actor,
    patient: Patient,
    appointment: Appointment,
    *,
    policy: CancellationPolicy | None = None,
    exceptions: Mapping[str, str] | None = None,
    pay_later: bool = False,
) -> list[Passed]:
    """Let pass a patient who may have this appointment; return the closed gates they were let through.

    ``exceptions`` maps names of gates to the reason for letting this patient through, for those who may. ``pay_later``
    lets a deposit follow the booking.

    Raises ``Closed`` (a ``Blocked``) when a gate refuses, ``NotPermitted`` for an exception that is not theirs to make,
    ``Invalid`` for one that the gate does not know.
    """
    wanted = _checked(exceptions or {})
    asked = replace(_asked(by, patient, appointment, policy), pay_later=pay_later)
    passed = []
    for gate in gates:
        found = gate.look(asked)
        if found is None or found.state != "closed":
            continue
        reason = wanted.get(gate.name, "")
        if not reason or gate.exception is None:
            raise Closed(found)
        by.require(gate.exception)
        passed.append(Passed(found, reason))
    return passed


def standing(by: Actor, patient: Patient, appointment: Appointment, *, now: datetime) -> list[Standing]:
    """Return where a patient stands at every gate that concerns an appointment, in the order they are asked."""
    asked = _asked(by, patient, appointment, in_force(appointment.clinic_id, now))
    return [found for gate in gates if (found := gate.look(asked)) is not None]


def visits_before(by: Actor, patient: Patient, appointment: Appointment) -> Standing | None:
    """Return where a booked patient stands with the visits that have to come before; ``None`` where none has to.

    For the list of things to do, and for whoever treats: only an open standing lets a treatment begin.
    """
    found = before.visits(_asked(by, patient, appointment, None))
    if found is None or found.state == "open":
        return found
    passed = GateException.objects.filter(appointment=appointment, gate=found.gate).first()
    if passed is None:
        return found
    return Standing(found.gate, found.label, "open", f"Let through by {passed.by_name}: {passed.reason}")


def _asked(by: Actor, patient: Patient, appointment: Appointment, policy: CancellationPolicy | None) -> Asked:
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    return Asked(by, patient, appointment, on, policy)


def _checked(exceptions: Mapping[str, str]) -> dict[str, str]:
    allowed: dict[str, Gate] = {gate.name: gate for gate in gates if gate.exception is not None}
    for name, reason in exceptions.items():
        if name not in allowed:
            raise Invalid(f"There is no exception to '{name}'. Exceptions: {', '.join(sorted(allowed))}.")
        if not reason.strip():
            raise Invalid("Say why; the reason is kept.", fields={"exception_reason": "Give a reason."})
    return {name: reason.strip()[:300] for name, reason in exceptions.items()}
