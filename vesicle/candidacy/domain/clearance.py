"""May this option be booked, may it be given: the gate, from a verdict on the day and a provider's decision.

Booking needs a verdict of ``suitable``, or a ``review`` that a provider has cleared. Treatment needs a provider's
examination in every case (the good-faith exam), unexpired, and answers fresh enough to rely on. A clearance covers what
the provider saw: a new reason, or another answer behind a known one, has to be looked at again. What it depends on has
to be met first. Nobody clears ``unsuitable``, and a ``defer`` clears itself on its day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from vesicle.candidacy.domain.answers import Answer, Answers
from vesicle.candidacy.domain.catalogue import Catalogue
from vesicle.candidacy.domain.verdict import Reason, Verdict, all_of
from vesicle.core.words import Written, said

Outcome = Literal["cleared", "declined", "deferred", "more-information"]
Print = tuple[str, tuple[tuple[str, str, str, str], ...]]
"""A reason and the answers behind it: rule, then question, answer, date and text of each."""

REVIEW_WITHIN = timedelta(days=2)
"""A review that waits longer is overdue."""


EXPIRES_SOON = timedelta(days=14)
"""How long before a booked visit the desk is told that its clearance will have ended."""
Blocker = Literal["", "screening", "rules", "condition", "expired", "decision", "answers"]
"""What stands in the way, by the one act that mends it; empty where nothing does."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something a clearance depends on. ``before``: whether booking or only treating has to wait for it."""

    id: int
    text: str
    before: Literal["booking", "treating"]
    is_met: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A provider's latest decision about one option, with what they had before them (``saw``)."""

    outcome: Outcome
    decided_on: date
    reason: str
    by: str
    conditions: str = ""
    not_before: date | None = None
    expires_on: date | None = None
    saw: frozenset[Print] = frozenset()
    requirements: tuple[Requirement, ...] = ()

    @property
    def open_requirements(self) -> tuple[Requirement, ...]:
        """What a clearance depends on and nobody has noted as met."""
        return tuple(one for one in self.requirements if not one.is_met) if self.outcome == "cleared" else ()

    def is_expired(self, on: date) -> bool:
        """Whether this cleared once and no longer does on ``on``."""
        return self.outcome == "cleared" and self.expires_on is not None and self.expires_on < on

    def is_in_force(self, on: date) -> bool:
        """Whether this clears on ``on``."""
        return self.outcome == "cleared" and self.expires_on is not None and self.decided_on <= on <= self.expires_on


@dataclass(frozen=True, slots=True)
class Clearance:
    """The answer of the gate for one option on one day, with the sentences that say why not.

    ``stale`` are answers too old to treat on; they have to be asked again. ``valid_until`` is the last day of the
    provider's clearance.
    """

    on: date
    verdict: Verdict | None
    decision: Decision | None
    not_book: tuple[str, ...] = ()
    not_treat: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    valid_until: date | None = None
    screening_id: int | None = None
    review_id: int | None = None

    @property
    def may_book(self) -> bool:
        """Whether a time may be booked for this day."""
        return not self.not_book

    @property
    def may_treat(self) -> bool:
        """Whether treatment may begin on this day."""
        return not self.not_treat

    @property
    def is_clear(self) -> bool:
        """Whether nothing at all stands in the way: the same as ``may_treat``."""
        return self.may_treat

    @property
    def why(self) -> str:
        """The deciding sentence; empty when all is clear."""
        return (*self.not_book, *self.not_treat, "")[0]

    @property
    def open_requirements(self) -> tuple[Requirement, ...]:
        """What the clearance depends on and is still open, booking first."""
        return tuple(sorted(self.decision.open_requirements, key=lambda one: one.before)) if self.decision else ()

    @property
    def blocker(self) -> Blocker:
        """What stands in the way of treating, by the act that mends it: the first of several."""
        if self.may_treat:
            return ""
        if self.verdict is None or self.verdict.unasked:
            return "screening"
        if self.verdict.verdict in ("unsuitable", "defer"):
            return "rules"
        if self.decision is not None and self.decision.is_expired(self.on):
            return "expired"
        is_stale = self.may_book and bool(self.stale)
        still_open = len(self.open_requirements)
        # A letter takes longer to come than an answer to confirm, so it is told first.
        if still_open and len(self.not_treat) == still_open + is_stale:
            return "condition"
        return "answers" if is_stale else "decision"

    @property
    def earliest(self) -> date | None:
        """The first day on which the answers no longer defer, where that is known."""
        return self.verdict.earliest if self.verdict else None


NOT_SCREENED = said("The candidacy questions have not been answered yet.")


def unscreened(on: date) -> Clearance:
    """Return the gate's answer for somebody who never finished the questions."""
    return Clearance(on, None, None, (NOT_SCREENED,), (NOT_SCREENED,))


def clear(as_told: Verdict, as_fresh: Verdict, answers: Answers, decision: Decision | None) -> Clearance:
    """Return the gate's answer.

    Args:
        as_told: the verdict on the day from everything the person ever said.
        as_fresh: the same from those answers alone that are fresh enough on the day.
        answers: what they said.
        decision: the latest decision of a provider about this option, if any.
    """
    on = as_told.on
    closed = _closed_by(decision, on)
    not_book = [
        *_gate_of(as_told),
        *(closed or _uncovered(as_told, answers, decision, on)),
        *_open(decision, "booking"),
    ]
    not_treat = [*not_book, *_open(decision, "treating")]
    in_force = decision is not None and decision.is_in_force(on)
    too_old = tuple(question for question in as_fresh.missing if question not in as_told.missing)
    if not not_book:
        not_treat += _too_old(too_old)
        not_treat += [] if in_force else [_exam_missing(decision, on)]
    return Clearance(
        on=on,
        verdict=as_told,
        decision=decision,
        not_book=tuple(not_book),
        not_treat=tuple(not_treat),
        stale=too_old,
        valid_until=decision.expires_on if decision and in_force else None,
    )


def prints_of(reasons: Iterable[Reason], answers: Answers) -> frozenset[Print]:
    """Return the fingerprint of every review reason among ``reasons``: its rules and the answers behind it."""
    return frozenset(
        (rule, _behind(reason.questions, answers.given))
        for reason in reasons
        if reason.effect == "review"
        for rule in reason.rules
    )


def prints_of_stored(reasons: Iterable[Mapping[str, Any]], answers: Answers) -> frozenset[Print]:
    """Return the same from reasons as they were stored."""
    return frozenset(
        (rule, _behind(reason["questions"], answers.given))
        for reason in reasons
        if reason["effect"] == "review"
        for rule in (reason["rule"], *reason["also"])
    )


def stale_on(on: date, answered_on: Mapping[str, date], catalogue: Catalogue) -> tuple[str, ...]:
    """Return the questions whose answers are older on ``on`` than the bank lets one rely on.

    A follow-up is as old as the older of itself and its parent.
    """
    found = set()
    for question, day in answered_on.items():
        known = catalogue.asked.get(question)
        if known is None:
            continue
        oldest = min(day, answered_on.get(known.parent, day))
        if (on - oldest).days > known.valid_days:
            found.add(question)
    return catalogue.in_order(found)


def may_decide(licences: Iterable[Collection[str]], licence: str) -> bool:
    """Return whether ``licence`` is among every one of ``licences``."""
    return bool(licence) and all(licence in allowed for allowed in licences)


# --- the sentences --------------------------------------------------------------------------------------


def _gate_of(verdict: Verdict) -> list[str]:
    if verdict.verdict == "unsuitable":
        return [reason.patient for reason in verdict.reasons]
    if verdict.verdict == "defer":
        return [_wait(verdict), *(reason.patient for reason in verdict.reasons)]
    if verdict.unasked:
        count = len(verdict.unasked)
        if count == 1:
            return [said("1 question is not answered yet.")]
        return [said("{count} questions are not answered yet.", count=count)]
    return []


def _too_old(questions: tuple[str, ...]) -> list[str]:
    if len(questions) == 1:
        return [said("One answer is too old to rely on. Ask it again.")]
    return [said("{count} answers are too old to rely on. Ask them again.", count=len(questions))] if questions else []


def _wait(verdict: Verdict) -> str:
    if verdict.earliest:
        return said("The earliest day for this is {day}.", day=verdict.earliest)
    return said("This has to wait {waits}.", waits=all_of(until.sentence for until in verdict.until))


def _closed_by(decision: Decision | None, on: date) -> list[str]:
    if decision is None:
        return []
    who = {"by": decision.by, "reason": Written(decision.reason)}
    if decision.outcome == "declined":
        return [said("{by} decided against it on {day}: {reason}", day=decision.decided_on, **who)]
    if decision.outcome == "more-information":
        return [said("{by} needs to know more before deciding: {reason}", **who)]
    if decision.outcome == "deferred" and decision.not_before and on < decision.not_before:
        return [said("{by} decided to wait until {day}: {reason}", day=decision.not_before, **who)]
    return []


def _uncovered(verdict: Verdict, answers: Answers, decision: Decision | None, on: date) -> list[str]:
    """Say which reasons for a review no decision in force has dealt with."""
    reasons = verdict.for_review
    if not reasons:
        return []
    if decision is None or decision.outcome != "cleared":
        return [said("A provider has to decide first.")]
    if not decision.is_in_force(on):
        return [_exam_missing(decision, on)]
    new = prints_of(reasons, answers) - decision.saw
    if new:
        return [said("Something has changed since {by} decided; a provider has to look again.", by=decision.by)]
    return []


_STILL_OPEN = {
    "booking": said("{by} cleared it on a condition that is still open, before booking: “{what}”."),
    "treating": said("{by} cleared it on a condition that is still open, before treating: “{what}”."),
}


def _open(decision: Decision | None, before: str) -> list[str]:
    if decision is None:
        return []
    return [
        said(_STILL_OPEN[before], by=decision.by, what=one.text)
        for one in decision.open_requirements
        if one.before == before
    ]


def _exam_missing(decision: Decision | None, on: date) -> str:
    if decision is not None and decision.outcome == "cleared" and decision.expires_on and decision.expires_on < on:
        return said("The provider's clearance expired on {day}. They have to examine again.", day=decision.expires_on)
    if decision is not None and decision.outcome == "cleared":
        return said("The provider's clearance only counts from {day}.", day=decision.decided_on)
    return said("A provider has to examine the patient before the treatment can begin.")


def _behind(questions: Iterable[str], given: Mapping[str, Answer]) -> tuple[tuple[str, str, str, str], ...]:
    said = ((question, given[question]) for question in sorted(questions) if question in given)
    return tuple((question, a.answer, a.date.isoformat() if a.date else "", a.text) for question, a in said)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
