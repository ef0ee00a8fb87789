"""The states of an appointment: one table of what may become what, one way to change it, every change remembered."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, NotFound
from vesicle.scheduling import stages
from vesicle.scheduling.models import Appointment, AppointmentStatus

S = Appointment.State
MAY_BECOME: Mapping[str, frozenset[str]] = {
    S.HELD: frozenset({S.BOOKED, S.RELEASED}),
    S.BOOKED: frozenset({S.ARRIVED, S.CANCELLED, S.NO_SHOW}),
    S.ARRIVED: frozenset({S.IN_TREATMENT, S.CANCELLED, S.BOOKED}),
    S.IN_TREATMENT: frozenset({S.DONE}),
    S.NO_SHOW: frozenset({S.ARRIVED}),
    S.DONE: frozenset(),
    S.CANCELLED: frozenset(),
    S.RELEASED: frozenset(),
}
"""Every change of state there is."""

CHANGED = audit.define("appointment.changed", "changed the state of an appointment")


def locked(appointment: Appointment) -> Appointment:
    """Return the appointment as it stands now, locked until the transaction ends. Raises ``NotFound``."""
    row = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("patient", "location", "service")
        .filter(pk=appointment.pk)
        .first()
    )
    if row is None:
        raise NotFound(_("We could not find that appointment."))
    return row


def set_state(appointment: Appointment, state: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Change the state along the one table of transitions; add the row that remembers it. Raises ``Conflict``."""
    if state not in MAY_BECOME[appointment.state]:
        said = {"now": _(S(appointment.state).label).lower(), "wanted": _(S(state).label).lower()}
        raise Conflict(_("This appointment is %(now)s; it cannot become %(wanted)s.") % said)
    before, appointment.state = appointment.state, state
    appointment.save()
    note_status(appointment, by=by, now=now, reason=reason)
    stages.follow(appointment, before, by=by, now=now)


def note_status(appointment: Appointment, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Remember the state an appointment is in now: who, when, why."""
    status_of(appointment, by=by, now=now, reason=reason).save(force_insert=True)


def status_of(appointment: Appointment, *, by: Actor, now: datetime, reason: str = "") -> AppointmentStatus:
    """Return the row that remembers the state an appointment is in now, not yet saved."""
    return AppointmentStatus(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        state=appointment.state,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
        reason=reason,
    )
