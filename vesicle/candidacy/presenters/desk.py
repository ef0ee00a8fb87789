"""The queue, a reason and a patient's clearances for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vesicle.candidacy.domain import Reason
from vesicle.candidacy.domain.clearance import Clearance, Requirement
from vesicle.candidacy.models import Review, ReviewDecision
from vesicle.candidacy.presenters.results import CHIPS
from vesicle.candidacy.presenters.words import waited
from vesicle.candidacy.queries import Waiting
from vesicle.protocols.queries import OfferedOption


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of the queue, in words."""

    review: Review
    name: str
    waiting: str
    is_overdue: bool
    kind: str
    tone: str


def queue_line(line: Waiting, names: Mapping[str, str]) -> QueueLine:
    """Return a line of the queue."""
    return QueueLine(
        line.review,
        names.get(line.review.option, line.review.option),
        waited(line.waiting),
        line.is_overdue,
        _kind(line),
        "neutral" if line.is_exam else "warn",
    )


def _kind(line: Waiting) -> str:
    if not line.is_exam:
        return "Decision needed"
    return "Examination due again" if line.is_renewal else "Examination before the first visit"


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One decision, in words."""

    decision: ReviewDecision
    name: str
    tone: str


_OUTCOME_TONES = {"cleared": "ok", "declined": "bad", "deferred": "info", "more-information": "warn"}


def decided_line(row: ReviewDecision, names: Mapping[str, str]) -> DecidedLine:
    """Return a decision for a list."""
    return DecidedLine(row, names.get(row.review.option, row.review.option), _OUTCOME_TONES[row.outcome])


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason for the reviewer."""

    reason: Reason
    tone: str
    effect: str


_EFFECTS = {
    "exclude": ("tone-bad", "Excludes"),
    "defer": ("tone-info", "Waits"),
    "review": ("tone-warn", "For you to decide"),
    "note": ("tone-done", "Note"),
}


def reason_line(reason: Reason) -> ReasonLine:
    """Return a reason with its colour and its effect in words."""
    tone, effect = _EFFECTS[reason.effect]
    return ReasonLine(reason, tone, effect)


@dataclass(frozen=True, slots=True)
class ClearanceLine:
    """Where a patient stands with one option, and what moves it on."""

    id: str
    name: str
    tone: str
    state: str
    why: str
    until: date | None
    review_id: int | None
    can_ask: bool
    can_withdraw: bool
    open_conditions: tuple[Requirement, ...]


def clearance_line(offer: OfferedOption, found: Clearance, waiting: Mapping[str, Review]) -> ClearanceLine:
    """Return one line of the patient's page."""
    verdict = found.verdict.verdict if found.verdict else ""
    pending = waiting.get(offer.option.id)
    is_exam_due = found.may_book and found.valid_until is None
    if found.may_treat:
        tone, state = "ok", "Cleared for treatment"
    elif pending is not None:
        tone, state = "warn", "Waits for a provider"
    elif found.blocker == "condition":
        tone, state = "warn", "Cleared on a condition"
    elif found.blocker == "expired":
        tone, state = "warn", "Clearance ended"
    elif found.may_book:
        tone, state = "info", "May be booked"
    else:
        tone, state = CHIPS.get(verdict, ("neutral", "Not asked yet"))
        tone, state = ("bad", "Closed by a provider") if verdict == "suitable" else (tone, state)
    return ClearanceLine(
        id=offer.option.id,
        name=f"{offer.option.title}: {offer.option.name}",
        tone=tone,
        state=state,
        why=found.why,
        until=found.valid_until,
        review_id=pending.pk if pending else None,
        can_ask=pending is None
        and found.blocker != "condition"
        and (verdict == "review" or is_exam_due or state == "Closed by a provider"),
        can_withdraw=found.valid_until is not None,
        open_conditions=found.open_requirements if found.valid_until is not None else (),
    )
