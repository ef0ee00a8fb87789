"""Recording what a visit before a treatment showed."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.scheduling import queries
from vesicle.scheduling.bookable import MADE_BEFORE, require_purpose
from vesicle.scheduling.models import Appointment, VisitResult
from vesicle.scheduling.permissions import RECORD_RESULT
from vesicle.scheduling.states import S, locked, set_state

RESULT_RECORDED = audit.define("appointment.result-recorded", "recorded what a visit before a treatment showed")


def record_result(
    *, by: Actor, appointment: Appointment, outcome: str, now: datetime, note: str = "", made_for: str | None = None
) -> VisitResult:
    """Record what a patch test or consultation showed; a patient who is here is done with it.

    A later result of the same visit counts instead of the earlier one, which stays on record. ``made_for`` is the
    treatment it was made for; without it, what was said when it was booked. Raises ``Conflict`` for a visit of another
    kind or one that has not begun, ``Invalid`` for a reaction that is not described, ``NotFound`` for a treatment that
    is not offered.
    """
    by.require(RECORD_RESULT)
    if outcome not in VisitResult.Outcome.values:
        raise Invalid("Choose what was found.", fields={"outcome": f"One of: {', '.join(VisitResult.Outcome.values)}."})
    if outcome == VisitResult.Outcome.REACTION and not note.strip():
        raise Invalid("Describe the reaction.", fields={"note": "Describe what was seen."})
    with transaction.atomic():
        row = locked(queries.appointment(by, appointment.pk))
        service, patient = row.service, row.patient
        if service is None or patient is None or service.kind not in MADE_BEFORE:
            raise Conflict("Only patch tests and consultations have a result of this kind.")
        purpose = row.made_for if made_for is None else made_for
        if purpose and purpose != row.made_for:
            require_purpose(by.clinic_id, service, purpose)
        if row.state == S.ARRIVED:
            set_state(row, S.IN_TREATMENT, by=by, now=now)
        if row.state == S.IN_TREATMENT:
            set_state(row, S.DONE, by=by, now=now)
        if row.state != S.DONE:
            raise Conflict("Nobody has come to this visit yet. Check the patient in first.")
        result = VisitResult.objects.create(
            clinic_id=row.clinic_id,
            appointment=row,
            patient=patient,
            kind=service.kind,
            outcome=outcome,
            note=note.strip()[:500],
            made_for=purpose,
            at=now,
            by_id=by.id,
            by_name=by.name,
        )
        detail = {"kind": service.kind, "outcome": outcome, "made_for": purpose}
        audit.record(RESULT_RECORDED, by=by, about=row, patient_id=patient.pk, detail=detail)
    return result
