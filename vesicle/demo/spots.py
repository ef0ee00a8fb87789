"""A patch test before a treatment that asks for one: made, and looked at again a week later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vesicle.candidacy import queries as candidacy
from vesicle.clinic.models import Location
from vesicle.core import clock
from vesicle.demo.world import World
from vesicle.people.identity import patient_actor
from vesicle.people.models import Patient
from vesicle.protocols.queries import offered
from vesicle.protocols.schema.sections import Prerequisite
from vesicle.scheduling import queries, services
from vesicle.scheduling.models import Appointment, VisitResult

PATCH_TEST = "patch-test"
"""The visit of the demo clinic, as ``data/clinic.yaml`` names it."""

EARLIER = timedelta(days=9)
"""How much sooner somebody asks whose treatment may need a spot first."""

_READ_AFTER = timedelta(days=7)
_DAYS_TO_BOOK = 3


def may_need(clinic_id: int, option_id: str) -> Sequence[Prerequisite]:
    """Return the visits that an option asks of some people first."""
    return offered(clinic_id, option_id).option.sections.prerequisites


def before(world: World, option_id: str, patient: Patient, place: Location, at: datetime) -> datetime | None:
    """Make the spot that a patient needs, after ``at``, and look at it.

    Returns when it was looked at; ``None`` where none is needed. A patient for whom there was no time within three days
    goes without, and is then not let through.
    """
    on = clock.day_in(place.time_zone, at)
    needed = [
        one
        for one in may_need(world.clinic.pk, option_id)
        if one.when is None or candidacy.may_hold(world.clinic.pk, patient.pk, one.when, on=on)
    ]
    if not needed:
        return None
    by, rosa = patient_actor(patient), world.actor("rosa")
    first, last = on + timedelta(days=1), on + timedelta(days=_DAYS_TO_BOOK)
    slots = queries.slots(by, option_id=PATCH_TEST, areas=[], location_id=place.pk, from_=first, to=last, now=at)
    if not slots:
        return None
    with clock.pretend(at):
        made = services.book_at(
            by=by,
            option_id=PATCH_TEST,
            areas=[],
            location_id=place.pk,
            start=slots[0].start,
            patient=patient,
            made_for=option_id,
            policy_accepted=1,
            now=at,
        )
    with clock.pretend(made.starts_at):
        services.change_state(by=rosa, appointment=made, state=Appointment.State.ARRIVED, now=made.starts_at)
    read = made.starts_at + _READ_AFTER
    with clock.pretend(read):
        services.record_result(by=world.actor("iris"), appointment=made, outcome=VisitResult.Outcome.CLEAR, now=read)
    return read
