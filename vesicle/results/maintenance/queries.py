"""Reads of reminders of maintenance, beginning with who is asking."""

from collections.abc import Sequence

from django.db.models import QuerySet

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.results.models import MaintenanceReminder
from vesicle.results.permissions import KEEP_MAINTENANCE, READ
from vesicle.treatment.models import Encounter

READ_MAINTENANCE = audit.define("results.maintenance-read", "read the reminder of maintenance")


def reminder_after(actor: Actor, encounter: Encounter) -> MaintenanceReminder | None:
    """Return the reminder of the course that a visit ended; part of its result, whose read is audited."""
    actor.require(READ)
    rows = _rows(actor).filter(encounter=encounter)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    return rows.first()


def reminder(actor: Actor, encounter_id: int) -> MaintenanceReminder:
    """Return a reminder for the staff who keep it; the read is audited. Raises ``NotFound``."""
    actor.require(KEEP_MAINTENANCE)
    found = _rows(actor).filter(encounter_id=encounter_id).first()
    if found is None:
        raise NotFound("There is no reminder after that visit: its course goes on, or it is not signed yet.")
    audit.record(READ_MAINTENANCE, by=actor, about=found, patient_id=found.patient_id)
    return found


def reminders(actor: Actor, *, limit: int = 200) -> Sequence[MaintenanceReminder]:
    """Return the reminders that are still to leave, the soonest first."""
    actor.require(KEEP_MAINTENANCE)
    return list(_rows(actor).filter(settled_at=None, due_on__isnull=False).order_by("due_on", "pk")[:limit])


def _rows(actor: Actor) -> QuerySet[MaintenanceReminder]:
    rows = MaintenanceReminder.objects.filter(clinic_id=actor.clinic_id)
    return rows.select_related("patient", "encounter__appointment__location", "chosen_by")
