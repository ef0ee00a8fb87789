"""Whether a condition over somebody's answers could hold, for rooms that ask for something because of it."""

from datetime import date

from vesicle.candidacy.domain import standard_catalogue
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.domain.conditions import NO, Facts, compile_condition
from vesicle.candidacy.models import Screening
from vesicle.candidacy.queries.screenings import said
from vesicle.core.errors import Invalid
from vesicle.protocols.schema.rules import Condition


def may_hold(clinic_id: int, patient_id: int, condition: Condition, *, on: date) -> bool:
    """Return whether ``condition`` holds on a day by a patient's latest finished answers, or cannot be decided.

    Unknown is never no: without answers, and by answers too old to rely on by that day, it may hold. For code
    that has let the caller at the patient already.
    """
    rows = Screening.objects.filter(clinic_id=clinic_id, patient_id=patient_id, completed_at__isnull=False)
    latest = rows.order_by("-completed_at", "-pk").first()
    if latest is None:
        return True
    catalogue, told = standard_catalogue(), said(latest)
    # As for a clearance, answers given after ``on`` cannot be left out of sight.
    day = max(on, told.last_day or on)
    stale = stale_on(day, told.days, catalogue)
    try:
        facts = Facts(told.answers.without(*stale), day, catalogue)
    except Invalid:
        return True
    return compile_condition(condition).test(facts) != NO
