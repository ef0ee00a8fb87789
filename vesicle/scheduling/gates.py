"""What must be true before somebody may book: asked of every booking and every move, whoever makes it."""

from vesicle.candidacy import queries as candidacy
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked
from vesicle.people import queries as people
from vesicle.people.models import Patient
from vesicle.scheduling.models import Appointment


def require_bookable(by: Actor, patient: Patient, appointment: Appointment) -> None:
    """Let pass a patient who may have this appointment.

    Raises ``Blocked`` when somebody placed a hold on them or they are not cleared for the treatment on that day.
    """
    holds = people.active_holds(by, patient.pk)
    if holds:
        raise Blocked(
            "We cannot book this online right now. Please call the clinic.",
            reasons=[hold_.reason for hold_ in holds] if by.is_staff else [],
            code="patient-on-hold",
        )
    if appointment.treats:
        on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
        candidacy.require_clearance(by, patient_id=patient.pk, option_id=appointment.option, on=on, purpose="book")
