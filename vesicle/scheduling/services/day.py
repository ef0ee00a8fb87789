"""Running the day."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.scheduling import queries
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.states import CHANGED, S, locked, set_state


def change_state(*, by: Actor, appointment: Appointment, state: str, now: datetime, reason: str = "") -> Appointment:
    """Check a patient in, take it back, record that they did not come. Raises ``Conflict`` when impossible."""
    by.require(RUN_DAY)
    with transaction.atomic():
        row = locked(queries.appointment(by, appointment.pk))
        set_state(row, state, by=by, now=now, reason=reason)
        if state == S.NO_SHOW:
            row.claims.update(is_active=False)
        audit.record(CHANGED, by=by, about=row, patient_id=row.patient_id, detail={"state": state})
    return row
