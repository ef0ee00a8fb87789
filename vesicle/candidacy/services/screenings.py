"""Begin, finish, say who one is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy import queries
from vesicle.candidacy.domain import Answer, Answers, Preferences, standard_catalogue
from vesicle.candidacy.domain.answers import ANSWERED, DEFAULT_AREAS
from vesicle.candidacy.domain.clearance import stale_on
from vesicle.candidacy.domain.sheets import standard_layout
from vesicle.candidacy.models import Review, Screening, ScreeningVerdict
from vesicle.candidacy.permissions import ANSWER, ASK_REVIEW
from vesicle.candidacy.queries.screenings import AGE, ended_before, token_hash
from vesicle.candidacy.services.answers import append, refuse_faults, require_own
from vesicle.candidacy.services.reviews import ensure_review, request_review, review_again
from vesicle.candidacy.services.verdicts import record_verdict
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people import queries as people
from vesicle.people.models import Patient
from vesicle.people.services import find_or_register
from vesicle.protocols.queries import offered

STARTED = audit.define("candidacy.started", "began the candidacy questions")
COMPLETED = audit.define("candidacy.completed", "finished the candidacy questions")
ATTACHED = audit.define("candidacy.attached", "was matched with their candidacy answers")
WIDENED = audit.define("candidacy.widened", "asked about further treatments")
IN_FULL = audit.define("candidacy.in-full", "went on to the questions a provider asks")
PREFERRED = audit.define("candidacy.preferences", "said what matters to them in a treatment")
CHOSEN = audit.define("candidacy.chosen", "chose a treatment after the candidacy questions")


@dataclass(frozen=True, slots=True)
class Started:
    """A screening that has begun, and the token that resumes it. The token is never shown again."""

    screening: Screening
    token: str


def start_screening(
    *,
    by: Actor,
    date_of_birth: date | None = None,
    areas: Sequence[str] = DEFAULT_AREAS,
    concerns: Sequence[str] = (),
    interests: Sequence[str] = (),
    option: str = "",
    patient: Patient | None = None,
    now: datetime | None = None,
) -> Started:
    """Begin the questions for somebody, known (``patient``) or not.

    Answers of a known patient's last screening that are still fresh are carried over with their dates, so that nobody
    is asked the same thing twice in a week. ``interests`` are treatments to ask about; none asks about all.

    Raises:
        Invalid: a birth date, area or concern that cannot be right, by field.
    """
    by.require(ANSWER)
    at = now or clock.now()
    today = queries.clinic_day(by.clinic_id, at)
    born = patient.date_of_birth if patient else date_of_birth
    names = _area_names(areas)
    refuse_faults(Answers({}, born, None, names), today)
    _refuse_unknown(concerns)
    if patient is not None and (patient.clinic_id != by.clinic_id or (by.is_patient and by.id != patient.pk)):
        raise NotFound("We could not find that patient.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        carried = queries.latest_screening(by, patient.pk) if patient and by.kind != "visitor" else None
        row = Screening.objects.create(
            clinic_id=by.clinic_id,
            token_hash=token_hash(token),
            patient=patient,
            chosen_option=option,
            concerns=list(dict.fromkeys(concerns)),
            areas=list(names),
            interests=list(dict.fromkeys(interests)),
            started_at=at,
        )
        if born is not None:
            append(row, AGE, Answer(ANSWERED, born), at)
        if carried is not None and tuple(carried.areas) == names:
            _carry_over(carried, row, today)
        audit.record(STARTED, by=by, about=row, patient_id=row.patient_id, detail={"option": option}, at=at)
    return Started(row, token)


def complete(*, by: Actor, screening: Screening, now: datetime | None = None) -> tuple[ScreeningVerdict, ...]:
    """Decide about every option the clinic offers and keep the verdicts with all it takes to replay them.

    May be called again after answers changed. A known patient's reviews are asked for anew where the reasons changed,
    and one is asked for where the chosen option is suitable: a provider examines before the first treatment.
    """
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    today = queries.clinic_day(by.clinic_id, at)
    told = queries.said(screening)
    with transaction.atomic():
        stored = tuple(
            record_verdict(screening, offer, verdict, told.answers, at)
            for offer, verdict in queries.verdicts_on(by, told.answers, today)
        )
        screening.completed_at = at
        screening.sheet, screening.sheet_layout = standard_layout().write(told.answers), standard_layout().id
        screening.save(update_fields=["completed_at", "sheet", "sheet_layout"])
        audit.record(
            COMPLETED,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            detail={"verdicts": {row.option: row.verdict for row in stored}},
            at=at,
        )
        review_again(by=by, screening=screening, now=at)
        if screening.patient_id is not None:
            ensure_review(by=by, screening=screening, option=screening.chosen_option, now=at)
    return stored


def screen(
    *,
    by: Actor,
    answers: Answers,
    concerns: Sequence[str] = (),
    option: str = "",
    patient: Patient | None = None,
    now: datetime | None = None,
) -> Screening:
    """Begin, answer and finish in one go: for a list of answers that came in at once.

    Raises:
        Invalid: with everything that cannot be right, by question; nothing is stored then.
    """
    by.require(ANSWER)
    at = now or clock.now()
    refuse_faults(answers, queries.clinic_day(by.clinic_id, at))
    if answers.date_of_birth is None and patient is None:
        message = _("is needed to keep these answers; an age alone goes out of date.")
        raise Invalid(f"date_of_birth {message}", fields={"date_of_birth": message})
    with transaction.atomic():
        row = start_screening(
            by=by,
            date_of_birth=answers.date_of_birth,
            areas=answers.areas,
            concerns=concerns,
            option=option,
            patient=patient,
            now=at,
        ).screening
        ended = ended_before(row, at)
        for question in standard_catalogue().in_order(answers.given):
            given = answers.given[question]
            if given.answer == "no" and given.ended is None:
                given = replace(given, ended=ended.get(question))
            append(row, question, given, at)
        complete(by=by, screening=row, now=at)
    return row


def attach_patient(*, by: Actor, screening: Screening, patient: Patient, now: datetime | None = None) -> Screening:
    """Say whose answers these are. Repeating it is harmless.

    Raises:
        Invalid: the birth dates differ, so it is somebody else.
        Conflict: the answers belong to another patient already.
    """
    by.require(ANSWER)
    at = now or clock.now()
    if patient.clinic_id != screening.clinic_id:
        raise NotFound("We could not find that patient.")
    if screening.patient_id == patient.pk:
        return screening
    if screening.patient_id is not None:
        raise Conflict(_("These answers belong to somebody else. Please answer the questions for yourself."))
    born = queries.said(screening).answers.date_of_birth
    if born is not None and born != patient.date_of_birth:
        message = _("This is not the date of birth given with the health questions. Correct it, or answer them again.")
        raise Invalid(message, fields={"date_of_birth": message})
    with transaction.atomic():
        screening.patient = patient
        screening.save(update_fields=["patient"])
        audit.record(ATTACHED, by=by, about=screening, patient_id=patient.pk, at=at)
        if screening.completed_at is not None:
            ensure_review(by=by, screening=screening, option=screening.chosen_option, now=at)
    return screening


def ask_provider(
    *, by: Actor, screening: Screening, option: str, details: Mapping[str, Any] | None, now: datetime | None = None
) -> Review:
    """Say who one is and ask a provider about one option, all or nothing.

    Args:
        by: who asks.
        screening: their finished answers.
        option: what they would like to have.
        details: name, e-mail and phone as ``people.services.find_or_register`` takes them; ``None`` where the clinic
            knows the person already (signed in, or named before). The birth date is the one given with the answers.
        now: when; by default now.

    Raises:
        Invalid: details that cannot be right, by field.
        Blocked: nobody can clear the option now.
        Conflict: questions are still open, or the answers belong to somebody else.
    """
    by.require(ASK_REVIEW)
    require_own(by, screening)
    at = now or clock.now()
    with transaction.atomic():
        person = screening.patient or (people.patient(by, by.person_id) if by.is_patient else None)
        if person is None:
            born = queries.said(screening).answers.date_of_birth
            if born is None:
                raise Invalid(_("Your date of birth is missing. Please start the questions again."))
            zone = queries.zone(by.clinic_id)
            person = find_or_register(by=by, date_of_birth=born, time_zone=zone, **(details or {}))
        attach_patient(by=by, screening=screening, patient=person, now=at)
        choose(by=by, screening=screening, option=option, now=at)
        return request_review(by=by, screening=screening, option=option, now=at)


def choose(*, by: Actor, screening: Screening, option: str, now: datetime | None = None) -> Screening:
    """Remember which option the person goes on with; ask for its examination where the person is known."""
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    with transaction.atomic():
        if screening.chosen_option != option:
            screening.chosen_option = option
            screening.save(update_fields=["chosen_option"])
            audit.record(
                CHOSEN, by=by, about=screening, patient_id=screening.patient_id, detail={"option": option}, at=at
            )
        if screening.patient_id is not None and screening.completed_at is not None:
            ensure_review(by=by, screening=screening, option=option, now=at)
    return screening


def widen(*, by: Actor, screening: Screening, now: datetime | None = None) -> Screening:
    """Ask about every treatment from now on, not only those the person named."""
    by.require(ANSWER)
    require_own(by, screening)
    if screening.interests:
        with transaction.atomic():
            screening.interests = []
            screening.save(update_fields=["interests"])
            audit.record(WIDENED, by=by, about=screening, patient_id=screening.patient_id, at=now or clock.now())
    return screening


def ask_in_full(*, by: Actor, screening: Screening, option: str, now: datetime | None = None) -> Screening:
    """Go on to everything a provider may want to know about one option, once a person wants to be seen for it."""
    by.require(ANSWER)
    require_own(by, screening)
    offered(by.clinic_id, option)
    if screening.in_full != option:
        with transaction.atomic():
            screening.in_full = option
            screening.save(update_fields=["in_full"])
            detail = {"option": option}
            at = now or clock.now()
            audit.record(IN_FULL, by=by, about=screening, patient_id=screening.patient_id, detail=detail, at=at)
    return screening


def state_wishes(
    *,
    by: Actor,
    screening: Screening,
    concerns: Sequence[str],
    preferences: Preferences,
    now: datetime | None = None,
) -> Screening:
    """Keep what somebody would like to change and what matters to them; it orders options and decides none.

    Raises:
        Invalid: a concern that nobody knows.
        NotFound: the answers belong to somebody else.
    """
    by.require(ANSWER)
    require_own(by, screening)
    _refuse_unknown(concerns)
    wanted, said = list(dict.fromkeys(concerns)), preferences.as_json()
    if (screening.concerns, screening.preferences) == (wanted, said):
        return screening
    with transaction.atomic():
        screening.concerns, screening.preferences = wanted, said
        screening.save(update_fields=["concerns", "preferences"])
        audit.record(
            PREFERRED,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            # What somebody wants to change is theirs to tell; the trail says which wishes they stated, not what.
            detail={"stated": sorted(said) + (["concerns"] if wanted else [])},
            at=now or clock.now(),
        )
    return screening


# --- the parts ------------------------------------------------------------------------------------------


def _carry_over(before: Screening, into: Screening, today: date) -> None:
    """Copy answers that are still fresh, with the time they were given."""
    told = queries.said(before)
    stale = set(stale_on(today, told.days, standard_catalogue()))
    for question in standard_catalogue().in_order(told.answers.given):
        if question not in stale and question.partition(".")[0] not in stale:
            append(into, question, told.answers.given[question], told.at[question])


def _area_names(areas: Sequence[str]) -> tuple[str, ...]:
    names = standard_catalogue().area_names
    unknown = [area for area in areas if area not in names]
    if unknown:
        message = f"has {', '.join(unknown)}, which we do not know."
        raise Invalid(f"areas {message}", fields={"areas": message})
    return tuple(dict.fromkeys(names[area] for area in areas))


def _refuse_unknown(concerns: Sequence[str]) -> None:
    unknown = [concern for concern in concerns if concern not in standard_catalogue().concerns]
    if unknown:
        message = f"has {', '.join(unknown)}, which we do not know."
        raise Invalid(f"concerns {message}", fields={"concerns": message})
