"""Keeping a verdict as it was made."""

from __future__ import annotations

from datetime import datetime

from vesicle.candidacy.domain import Answers, Verdict, standard_catalogue
from vesicle.candidacy.domain.conditions import doubts_about
from vesicle.candidacy.models import Screening, ScreeningVerdict
from vesicle.protocols.queries import OfferedOption


def record_verdict(
    screening: Screening, offer: OfferedOption, verdict: Verdict, answers: Answers, at: datetime
) -> ScreeningVerdict:
    """Keep one verdict as it was made, with its edition and everything that went in."""
    reasons = [
        {**reason.as_json(), "part": part}
        for part, several in (("deciding", verdict.reasons), ("other", verdict.other), ("note", verdict.notes))
        for reason in several
    ]
    return ScreeningVerdict.objects.create(
        clinic_id=screening.clinic_id,
        screening=screening,
        edition_id=offer.edition_id,
        option=offer.option.id,
        protocol_version=offer.option.version,
        on=verdict.on,
        verdict=verdict.verdict,
        earliest=verdict.earliest,
        reasons=reasons,
        missing=list(verdict.missing),
        input={
            **answers.as_json(),
            "particulars": standard_catalogue().particulars(),
            "named": doubts_about(answers, standard_catalogue()),
        },
        decided_at=at,
    )
