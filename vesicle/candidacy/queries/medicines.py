"""What people named as their medicines, and what they said when it was shown back to them."""

from __future__ import annotations

from django.db.models import Q

from vesicle.candidacy.domain import Answers
from vesicle.candidacy.domain.medicine_questions import (
    Named,
    Proposal,
    Status,
    ToConfirm,
    mentions_in,
    proposal_for,
    to_confirm,
)
from vesicle.candidacy.domain.medicines import standard_medicines
from vesicle.candidacy.models import NamedMedicine, Screening

_STATUS: dict[str, Status] = {"confirmed": "confirmed", "declined": "declined", "unsure": "unsure"}


def named_medicines(screening: Screening) -> tuple[Named, ...]:
    """Return what the person said about the medicines they named, in this screening and in their earlier ones.

    Of several words on the same mention the latest counts. The caller has been let at the screening already.
    """
    own = Q(screening=screening)
    if screening.patient_id is not None:
        own |= Q(screening__patient_id=screening.patient_id)
    rows = NamedMedicine.objects.filter(own, clinic_id=screening.clinic_id).order_by("named_at", "pk")
    latest = {(row.unclear, *row.read_as): row for row in rows}
    return tuple(Named(key, _STATUS[row.status], row.medicine) for key, row in latest.items())


def medicines_to_confirm(screening: Screening, answers: Answers) -> tuple[ToConfirm, ...]:
    """Return what to ask about the medicines named in ``answers``; without free text there is no read."""
    medicines = standard_medicines()
    if not to_confirm(answers, medicines, ()):
        return ()
    return to_confirm(answers, medicines, named_medicines(screening))


def proposal(screening: Screening, answers: Answers, question: str) -> Proposal | None:
    """Return the answer that a named medicine speaks for, where ``question`` is still open."""
    medicines = standard_medicines()
    if not any(question in mention.questions for mention in mentions_in(answers, medicines)):
        return None
    return proposal_for(question, answers, medicines, named_medicines(screening))
