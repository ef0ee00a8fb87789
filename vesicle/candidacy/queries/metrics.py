"""What the medical director and the owner count: waiting, overdue, overridden, withdrawn. Never a patient's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vesicle.candidacy.domain.clearance import REVIEW_WITHIN
from vesicle.candidacy.domain.metrics import Made, Override, Pace, override, overrides_by_rule, pace, paces
from vesicle.candidacy.models import ReviewDecision
from vesicle.candidacy.permissions import SEE_METRICS
from vesicle.candidacy.queries.clearances import seen_by
from vesicle.candidacy.queries.reviews import pending
from vesicle.core.actor import Actor

PERIODS = (30, 90)
"""Days looked back on."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one clinic at one moment, over the last ``days`` days.

    ``oldest`` is how long the longest waiting has waited; nothing where nobody waits. ``withdrawn`` is how many
    clearances were withdrawn, of ``cleared`` given in the same days.
    """

    days: int
    waiting: int
    overdue: int
    oldest: timedelta | None
    all: Pace
    by_provider: tuple[Pace, ...]
    by_option: tuple[Pace, ...]
    overridden: Override
    by_rule: tuple[Override, ...]
    cleared: int
    withdrawn: int


def metrics(actor: Actor, *, now: datetime, days: int = PERIODS[0]) -> Metrics:
    """Return the clinic's figures about provider reviews, in a fixed number of reads.

    Decisions count in the days in which they were made; a withdrawal is counted apart and is no decision.
    """
    actor.require(SEE_METRICS)
    asked = list(pending(actor).values_list("requested_at", flat=True))
    rows = ReviewDecision.objects.filter(clinic_id=actor.clinic_id, decided_at__gt=now - timedelta(days=days))
    rows = rows.filter(decided_at__lte=now)
    made = _made(list(rows.filter(is_withdrawal=False).select_related("review", "decided_by").order_by("decided_at")))
    passed_on = [row for row in made if row.rules]
    return Metrics(
        days=days,
        waiting=len(asked),
        overdue=sum(now - at > REVIEW_WITHIN for at in asked),
        oldest=max((now - at for at in asked), default=None),
        all=pace("", made),
        by_provider=paces(made, lambda row: row.by),
        by_option=paces(made, lambda row: row.option),
        overridden=override("", passed_on),
        by_rule=overrides_by_rule(passed_on),
        cleared=sum(row.outcome == ReviewDecision.Outcome.CLEARED for row in made),
        withdrawn=rows.filter(is_withdrawal=True).count(),
    )


def _made(rows: Sequence[ReviewDecision]) -> list[Made]:
    seen = seen_by(rows)
    found = []
    for row in rows:
        verdict = seen.get(row.pk)
        is_review = verdict is not None and verdict.verdict == "review"
        reasons = verdict.reasons if verdict is not None and is_review else []
        rules = tuple(
            rule for one in reasons if one["effect"] == "review" for rule in (one["rule"], *one["also"]) if rule
        )
        found.append(Made(row.outcome, row.review.option, row.decided_by.name, row.asked_at, row.decided_at, rules))
    return found
