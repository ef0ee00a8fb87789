"""The day's flow: one step of a patient through the visit, and one step back."""

from datetime import datetime

from django.db import transaction

from vesicle.clinic.models import Resource
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.scheduling import queries, stages
from vesicle.scheduling.domain import flow
from vesicle.scheduling.models import Appointment, Stage
from vesicle.scheduling.permissions import RUN_DAY
from vesicle.scheduling.states import CHANGED, S, locked, set_state

STEPPED = audit.define("appointment.stepped", "took a patient one step through the visit")
STEPPED_BACK = audit.define("appointment.stepped-back", "took back a step through the visit")

HERE = (S.ARRIVED, S.IN_TREATMENT)


def take_step(
    *,
    by: Actor,
    appointment: Appointment,
    kind: str,
    now: datetime,
    phase: str = "",
    room_id: int | None = None,
) -> Appointment:
    """Take a step: ``arrived``, ``in-room``, ``phase`` (with its id), ``with-provider`` or ``done``.

    Steps may be left out, never gone back to. ``room_id`` says where the patient is, else the booked room.
    Raises ``Conflict`` when the state does not allow it, ``Invalid`` for a step this visit does not have.
    """
    by.require(RUN_DAY)
    with transaction.atomic():
        row = locked(queries.appointment(by, appointment.pk))
        if kind == flow.ARRIVED:
            set_state(row, S.ARRIVED, by=by, now=now)
            audit.record(CHANGED, by=by, about=row, patient_id=row.patient_id, detail={"state": row.state})
            return row
        if row.state not in HERE:
            raise Conflict(f"{_name(row)} is {S(row.state).label.lower()}. Only somebody who is here can go on.")
        stage = Stage.objects.filter(appointment=row).first()
        way = flow.way(stages.phases_of(row))
        at = stage.place if stage else 0
        place = flow.place_on(way, kind, phase, after=at)
        if place < 0:
            allowed = ", ".join(step.value for step in flow.next_steps(way, at)) or "none"
            raise Invalid(f"That step does not follow. From here: {allowed}.", fields={"to": f"One of: {allowed}."})
        if kind == flow.DONE:
            _end(row, by=by, now=now)
        stages.enter(row, way[place], place=place, by=by, now=now, room_id=_room(row, kind, room_id, stage))
        audit.record(STEPPED, by=by, about=row, patient_id=row.patient_id, detail={"to": way[place].value})
    return row


def step_back(*, by: Actor, appointment: Appointment, now: datetime) -> Appointment:
    """Take back the last step. Raises ``Conflict`` for an opened or signed chart and the end."""
    by.require(RUN_DAY)
    with transaction.atomic():
        row = locked(queries.appointment(by, appointment.pk))
        taken = stages.standing(row)
        if not taken or row.state not in HERE:
            raise Conflict("There is no step to take back.")
        last = taken[-1]
        if last.kind == flow.WITH_PROVIDER and row.state == S.IN_TREATMENT:
            raise Conflict("The chart of this visit is open, so the patient is with the provider. Sign or go on there.")
        if last.kind == flow.ARRIVED:
            set_state(row, S.BOOKED, by=by, now=now, reason="not here after all")
        else:
            stages.take_back(last, by=by, now=now)
            stages.point_at(taken[-2])
        audit.record(STEPPED_BACK, by=by, about=row, patient_id=row.patient_id, detail={"from": last.kind})
    return row


def _end(row: Appointment, *, by: Actor, now: datetime) -> None:
    if row.treats:
        raise Conflict("A treatment is done when its chart is signed. Open the chart and sign it.")
    if row.state == S.ARRIVED:
        set_state(row, S.IN_TREATMENT, by=by, now=now)
    set_state(row, S.DONE, by=by, now=now)


def _room(row: Appointment, kind: str, room_id: int | None, stage: Stage | None) -> int | None:
    """Return where the patient is after a step."""
    if room_id is not None:
        room = Resource.objects.filter(pk=room_id, kind=Resource.Kind.ROOM, location=row.location).first()
        if room is None:
            raise Invalid("That room is not here. Choose one of the list.", fields={"room": "Choose a room."})
        return room.pk
    if stage is not None and stage.room_id is not None:
        return stage.room_id
    if kind != flow.IN_ROOM:
        return None
    booked = row.claims.filter(is_active=True, resource__kind=Resource.Kind.ROOM)
    return booked.values_list("resource_id", flat=True).first()


def _name(row: Appointment) -> str:
    return row.patient.full_name if row.patient else "This time"
