"""Answer, pass over, confirm: what is said is appended, and the latest counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as date_
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy import queries
from vesicle.candidacy.domain import Answer, Answers, faults_in, standard_catalogue
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.models import Screening, ScreeningAnswer
from vesicle.candidacy.permissions import ANSWER
from vesicle.candidacy.queries.screenings import AGE, Said, ended_before
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound

ANSWERED_ONE = audit.define("candidacy.answered", "answered a candidacy question")
CONFIRMED = audit.define("candidacy.confirmed", "confirmed that candidacy answers are still true")


def answer(
    *,
    by: Actor,
    screening: Screening,
    question: str,
    answer: str,
    date: date_ | None = None,
    text: str = "",
    ended: date_ | None = None,
    now: datetime | None = None,
) -> ScreeningAnswer | None:
    """Add an answer; the latest to a question counts, and earlier ones stay readable.

    Args:
        by: who types it: the person, or staff on their behalf.
        screening: where it belongs; whoever holds its link may answer.
        question: an id of the bank.
        answer: one of its values, several joined by commas, or ``unsure``; for text and birth date ``answered``.
        date: the date that belongs to an answer of yes, or the birth date.
        text: what they added.
        ended: with an answer of no, the day on which something was over that used to be true; by default the day on
            which a yes turned to no, here or in the patient's screening before (``queries.screenings``).
        now: when; by default now.

    Returns:
        The new row, or ``None`` where the same was said already that day.

    Raises:
        Invalid: under the question's id, what is wrong with it.
    """
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    told = queries.said(screening)
    given = Answer(answer, date, text.strip(), ended)
    today = queries.clinic_day(by.clinic_id, at)
    refuse_faults(_with(told, question, given), today, only=question)
    before = told.answers.given.get(question)
    if before is not None and ended is None:
        before = replace(before, ended=None)
    if before == given and told.days.get(question) == today:
        return None
    if answer == "no" and ended is None and question not in told.at:
        given = replace(given, ended=ended_before(screening, at).get(question))
    with transaction.atomic():
        row = append(screening, question, given, at)
        audit.record(
            ANSWERED_ONE,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            detail={"question": question, "changed": question in told.at},
            at=at,
        )
    return row


def skip(*, by: Actor, screening: Screening, question: str, now: datetime | None = None) -> None:
    """Pass over an optional question. Raises ``Invalid`` for one that has to be answered ("unsure" counts)."""
    by.require(ANSWER)
    require_own(by, screening)
    known = standard_catalogue().asked.get(question)
    if known is None or known.required:
        raise Invalid(_("Please choose an answer. “Not sure” is one, too."), fields={question: _("Choose an answer.")})
    at = now or clock.now()
    with transaction.atomic():
        append(screening, question, Answer(""), at)
        audit.record(
            ANSWERED_ONE,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            detail={"question": question, "skipped": True},
            at=at,
        )


def reconfirm(
    *, by: Actor, screening: Screening, on: date_ | None = None, now: datetime | None = None
) -> tuple[str, ...]:
    """Record that every answer too old to rely on (as of ``on``, by default today) is still true; return which.

    The answers are repeated with today's date, parents before their follow-ups.
    """
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    told = queries.said(screening)
    day = on or queries.clinic_day(by.clinic_id, at)
    stale = {question for question in stale_on(day, told.days, standard_catalogue()) if question in told.answers.given}
    # A follow-up only counts when it comes after its parent, so it is repeated along with it.
    again = [
        question
        for question in standard_catalogue().in_order(told.answers.given)
        if question in stale or question.partition(".")[0] in stale
    ]
    if again:
        with transaction.atomic():
            for question in again:
                append(screening, question, told.answers.given[question], at)
            audit.record(
                CONFIRMED,
                by=by,
                about=screening,
                patient_id=screening.patient_id,
                detail={"questions": again},
                at=at,
            )
    return tuple(again)


# --- the parts ------------------------------------------------------------------------------------------


def append(screening: Screening, question: str, given: Answer, at: datetime) -> ScreeningAnswer:
    """Add one row. The caller has checked the answer."""
    return ScreeningAnswer.objects.create(
        clinic_id=screening.clinic_id,
        screening=screening,
        question=question,
        answer=given.answer,
        date=given.date,
        ended=given.ended,
        text=given.text,
        answered_at=at,
    )


def _with(told: Said, question: str, given: Answer) -> Answers:
    if question == AGE:
        return Answers({}, given.date, None, told.answers.areas)
    # Follow-ups belong to the parent's answer of before; they are asked again and must not contradict the new one.
    children = [name for name in told.answers.given if name.startswith(f"{question}.")]
    return told.answers.without(*children).with_answer(question, given)


def require_own(by: Actor, screening: Screening) -> None:
    """Raise ``NotFound`` for a screening that is not within ``by``'s reach."""
    if screening.clinic_id != by.clinic_id or (by.is_patient and screening.patient_id not in (None, by.id)):
        raise NotFound(_("We could not find the questions that belong to this link."))


def refuse_faults(answers: Answers, on: date_, *, only: str | None = None) -> None:
    """Raise ``Invalid`` for what cannot be right in ``answers``; for one question alone with ``only``."""
    faults = faults_in(answers, on, standard_catalogue())
    if only == AGE:
        problem = faults.get(
            "date_of_birth", "" if answers.date_of_birth else _("is missing. Give your date of birth.")
        )
        faults = {AGE: problem} if problem else {}
    elif only is not None:
        faults = {field: message for field, message in faults.items() if field == only}
    if faults:
        field, message = next(iter(faults.items()))
        raise Invalid(f"{field} {message}", fields=faults)
