"""Where a patient stands within the visit: the way its plan gives, and the rows that remember it."""

from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.core.errors import VesicleError
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.domain import flow
from vesicle.scheduling.domain.flow import Phase, Step
from vesicle.scheduling.models import Appointment, FlowStep, Stage

S = Appointment.State
_HERE = (S.ARRIVED, S.IN_TREATMENT)


def phases_of(appointment: Appointment) -> list[Phase]:
    """Return the phases of an appointment as it was booked; one for the whole where they cannot be known any more."""
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60
    try:
        what = of_appointment(appointment)
        plan = what.plan(appointment.areas)
    except VesicleError:
        return [Phase("visit", "Visit", 0, minutes, with_provider=True)]
    names = {phase.id: phase.name for phase in what.offer.option.sections.timing.phases} if what.offer else {}
    needs = {phase.id: phase.needs for phase in what.phases}
    if plan.minutes != minutes:
        return [Phase("visit", what.title, 0, minutes, with_provider=True)]
    return [
        Phase(phase, names.get(phase, what.title), start, end, with_provider=_asks_provider(needs.get(phase, ())))
        for phase, start, end in plan.phases
    ]


def _asks_provider(needs: tuple[str, ...]) -> bool:
    return any(kind.startswith("provider") for need in needs for kind in need.split("|"))


def stage_of(appointment: Appointment) -> Stage | None:
    """Return where the patient stands, or ``None`` before they have come."""
    return getattr(appointment, "stage", None)


def next_of(appointment: Appointment, phases: list[Phase]) -> list[Step]:
    """Return the steps that may be taken now, the likely one first.

    The end of a treatment is no step of the desk: its chart is signed.
    """
    if appointment.state == S.BOOKED:
        return flow.way(phases)[:1]
    if appointment.state not in _HERE:
        return []
    stage = stage_of(appointment)
    ahead = flow.next_steps(flow.way(phases), stage.place if stage else 0)
    return [step for step in ahead if step.kind != flow.DONE] if appointment.treats else ahead


def enter(
    appointment: Appointment, step: Step, *, place: int, by: Actor, now: datetime, room_id: int | None = None
) -> None:
    """Remember a step and make it the one that counts."""
    row = FlowStep.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        kind=step.kind,
        place=place,
        phase=step.phase,
        room_id=room_id,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
    )
    point_at(row)


def point_at(row: FlowStep) -> None:
    """Let ``row`` be the step that counts."""
    values = {"step": row, "kind": row.kind, "place": row.place, "phase": row.phase, "room_id": row.room_id}
    Stage.objects.update_or_create(
        appointment_id=row.appointment_id, clinic_id=row.clinic_id, defaults={**values, "since": row.at}
    )


def standing(appointment: Appointment) -> list[FlowStep]:
    """Return the steps that were taken and not taken back, in order."""
    rows = FlowStep.objects.filter(appointment=appointment, undoes=None, undone_by=None)
    return list(rows.order_by("pk"))


def take_back(row: FlowStep, *, by: Actor, now: datetime) -> None:
    """Remember that a step was taken back."""
    FlowStep.objects.create(
        clinic_id=row.clinic_id,
        appointment_id=row.appointment_id,
        kind=row.kind,
        place=row.place,
        phase=row.phase,
        room_id=row.room_id,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
        undoes=row,
    )


def follow(appointment: Appointment, before: str, *, by: Actor, now: datetime) -> None:
    """Let the steps follow a change of state made elsewhere: check-in, the chart opened, the chart signed."""
    if appointment.state == S.ARRIVED:
        enter(appointment, Step(flow.ARRIVED, "", ""), place=0, by=by, now=now)
    elif appointment.state == S.BOOKED and before == S.ARRIVED:
        for row in reversed(standing(appointment)):
            take_back(row, by=by, now=now)
        Stage.objects.filter(appointment=appointment).delete()
    elif appointment.state == S.IN_TREATMENT or (appointment.state == S.DONE and appointment.treats):
        kind = flow.WITH_PROVIDER if appointment.state == S.IN_TREATMENT else flow.DONE
        way = flow.way(phases_of(appointment))
        stage = Stage.objects.filter(appointment=appointment).first()
        if stage is None or stage.kind != kind:
            place = flow.place_on(way, kind, "", after=stage.place if stage else -1)
            room_id = stage.room_id if stage else None
            enter(appointment, Step(kind, "", ""), place=max(place, 0), by=by, now=now, room_id=room_id)
