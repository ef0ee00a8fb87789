"""Running the day."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.scheduling import queries
from vesicle.scheduling.charges import came_after_all, charge, end_deposit
from vesicle.scheduling.domain.fees import Lapse
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.states import CHANGED, S, locked, set_state


def change_state(*, by: Actor, appointment: Appointment, state: str, now: datetime, reason: str = "") -> Appointment:
    """Check a patient in, take it back, record that they did not come. Raises ``Conflict`` when impossible.

    A visit somebody did not come to is charged by the policy they accepted; if they come after all, it is not.
    """
    by.require(RUN_DAY)
    with transaction.atomic():
        row = locked(queries.appointment(by, appointment.pk))
        was = row.state
        set_state(row, state, by=by, now=now, reason=reason)
        if state == S.NO_SHOW:
            row.claims.update(is_active=False)
            end_deposit(row, charge(row, Lapse.NO_SHOW, by=by, now=now), by=by, now=now)
        elif was == S.NO_SHOW:
            came_after_all(row, by=by, now=now)
        audit.record(CHANGED, by=by, about=row, patient_id=row.patient_id, detail={"state": state})
    return row
