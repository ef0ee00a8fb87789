"""Note that something a clearance depends on has happened."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from vesicle.candidacy import letters, queries
from vesicle.candidacy.models import ConditionMet
from vesicle.candidacy.permissions import MEET
from vesicle.candidacy.services.authority import require_decider
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.protocols.queries import offered, option_of_edition

MET = audit.define("candidacy.condition-met", "noted that a condition of a clearance is met")


def meet_condition(*, by: Actor, condition_id: int, note: str, now: datetime | None = None) -> ConditionMet:
    """Note that a condition is met; when it was the last one, tell the patient.

    Args:
        by: somebody whose license may examine for this option at this clinic: a letter has to be weighed, not filed.
        condition_id: the condition.
        note: what was seen, such as whose letter of which day.
        now: when; by default now.

    Raises:
        NotFound: there is no such condition at this clinic.
        NotPermitted: role or license.
        Invalid: there is no note.
        Conflict: it is noted already, or a newer decision has taken the clearance's place.
    """
    by.require(MEET)
    at = now or clock.now()
    found = queries.condition(by, condition_id)
    decision, review = found.decision, found.decision.review
    try:
        offer = offered(by.clinic_id, review.option)
    except NotFound:
        offer = option_of_edition(decision.edition_id or review.verdict.edition_id, review.option)
    today = queries.clinic_day(by.clinic_id, at)
    staff = require_decider(by, queries.exam_authority(by.clinic_id, offer), today)
    if not note.strip():
        raise Invalid("Say what you saw.", fields={"note": "Say what you saw; it becomes part of the record."})
    latest = queries.decisions_of(by, review.patient_id, option=review.option)[0]
    if latest.pk != decision.pk:
        raise Conflict("A newer decision has taken the place of this clearance, and its conditions with it.")
    try:
        with transaction.atomic():
            row = ConditionMet.objects.create(
                clinic_id=by.clinic_id, condition=found, note=note.strip(), met_by=staff, met_at=at
            )
            detail = {"option": review.option, "before": found.before}
            audit.record(MET, by=by, about=row, patient_id=review.patient_id, detail=detail, at=at)
            if not decision.requirements.filter(met__isnull=True).exists():
                letters.send_conditions_met(by=by, review=review, decision=decision, now=at)
    except IntegrityError:
        raise Conflict("Somebody has noted this already.") from None
    return row
