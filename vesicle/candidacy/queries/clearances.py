"""The gate that booking and treating ask: one option, one patient, one day; or a whole day's list at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from vesicle.candidacy.domain import Answers, evaluate, standard_catalogue
from vesicle.candidacy.domain.clearance import (
    Clearance,
    Decision,
    Requirement,
    clear,
    prints_of_stored,
    stale_on,
    unscreened,
)
from vesicle.candidacy.models import ClearanceCondition, ReviewDecision, Screening, ScreeningVerdict
from vesicle.candidacy.queries.reviews import pending_of
from vesicle.candidacy.queries.screenings import Said, said, said_of, zone
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, NotFound
from vesicle.people import permissions as people_permissions
from vesicle.people import queries as people
from vesicle.protocols.queries import OfferedOption, in_words_of, offered, offered_options

Purpose = Literal["book", "treat"]
NOT_OFFERED = _("This treatment is not offered here at present.")


def clearance(actor: Actor, *, patient_id: int, option_id: str, on: date) -> Clearance:
    """Return whether a patient may be booked for, and treated with, one option on a day, and why not.

    The stored answers are judged afresh, by the rules in force now, as of ``on``: a wait ends by itself on its day.

    Raises:
        NotFound: the patient is not within the actor's reach.
    """
    people.patient(actor, patient_id)
    return _clearance(actor.clinic_id, patient_id, option_id, on)


def clearances(actor: Actor, *, patient_id: int, on: date) -> tuple[tuple[OfferedOption, Clearance], ...]:
    """Return the same for every option the clinic offers, in a fixed number of reads."""
    people.patient(actor, patient_id)
    files = _Files.of(actor.clinic_id, {patient_id})
    return tuple((offer, files.judge(offer, patient_id, on)) for offer in offered_options(actor.clinic_id))


def clearances_of_day(actor: Actor, wanted: Iterable[tuple[int, str]], *, on: date) -> dict[tuple[int, str], Clearance]:
    """Return the clearance of each pair of patient and option, in a fixed number of reads. For boards and lists."""
    actor.require(people_permissions.SEE_PATIENTS)
    found = clearances_on_days(actor, {(patient_id, option_id, on) for patient_id, option_id in wanted})
    return {(patient_id, option_id): each for (patient_id, option_id, _), each in found.items()}


def clearances_on_days(actor: Actor, wanted: Iterable[tuple[int, str, date]]) -> dict[tuple[int, str, date], Clearance]:
    """Return the same for triples of patient, option and day. For lists of appointments to come."""
    actor.require(people_permissions.SEE_PATIENTS)
    asked = set(wanted)
    offers = {offer.option.id: offer for offer in offered_options(actor.clinic_id)}
    files = _Files.of(actor.clinic_id, {patient_id for patient_id, _, _ in asked})
    return {one: files.judge(offers.get(one[1]), one[0], one[2]) for one in asked}


def require_clearance(
    actor: Actor, *, patient_id: int, option_id: str, on: date, purpose: Purpose = "treat"
) -> Clearance:
    """Return the clearance, or refuse.

    Also answers services that act for a visitor (booking online); a visitor is told that the door is closed, not what
    the record says.

    Raises:
        Blocked: booking (or treating, by ``purpose``) is not allowed on that day; ``reasons`` say why.
        NotFound: the patient is not within the actor's reach.
    """
    if actor.kind == "visitor":
        found = _clearance(actor.clinic_id, patient_id, option_id, on)
    else:
        found = clearance(actor, patient_id=patient_id, option_id=option_id, on=on)
    reasons = found.not_book if purpose == "book" else found.not_treat
    if not reasons:
        return found
    if actor.kind == "visitor":
        message = _("This cannot be booked yet. Your result page says what is still needed; or call us.")
        raise Blocked(message, code="not-cleared")
    raise Blocked(reasons[0], reasons=reasons[1:], code="not-cleared")


def require_screening_allows(actor: Actor, screening: Screening, option_id: str, *, on: date) -> None:
    """Let pass who may book by this screening. For the booking page, before anybody has said who they are.

    Raises:
        Blocked: booking is not allowed on ``on``; ``reasons`` say why.
    """
    if screening.patient_id is not None and screening.completed_at is not None:
        found = _clearance(actor.clinic_id, screening.patient_id, option_id, on)
    else:
        found = _judge(_offer(actor.clinic_id, option_id), screening, said(screening), None, on)
    if found.not_book:
        raise Blocked(found.not_book[0], reasons=found.not_book[1:], code="not-cleared")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a known person stands with one option: waiting for a provider, decided, and whether it can be booked."""

    clearance: Clearance
    waiting_since: datetime | None

    @property
    def decision(self) -> Decision | None:
        """The latest decision."""
        return self.clearance.decision

    @property
    def state(self) -> str:
        """``waiting``, ``cleared``, ``expired``, ``declined``, ``deferred``, ``more-information`` or empty."""
        if self.waiting_since is not None:
            return "waiting"
        if self.decision is None:
            return ""
        if self.decision.outcome == "cleared" and not self.decision.is_in_force(self.clearance.on):
            return "expired"
        return self.decision.outcome


def standing(screening: Screening, *, on: date) -> dict[str, Standing]:
    """Return where the person behind a screening stands with each option; nothing while nobody knows who they are.

    For whoever holds the screening's link: only this person's own record is read.
    """
    if screening.patient_id is None:
        return {}
    system = Actor.system(screening.clinic_id, "candidacy")
    waiting = {review.option: review.requested_at for review in pending_of(system, screening.patient_id)}
    return {
        offer.option.id: Standing(found, waiting.get(offer.option.id))
        for offer, found in clearances(system, patient_id=screening.patient_id, on=on)
    }


# --- the parts ------------------------------------------------------------------------------------------


def _clearance(clinic_id: int, patient_id: int, option_id: str, on: date) -> Clearance:
    return _Files.of(clinic_id, {patient_id}).judge(_offer(clinic_id, option_id), patient_id, on)


def _offer(clinic_id: int, option_id: str) -> OfferedOption | None:
    try:
        return offered(clinic_id, option_id)
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class _Files:
    """What the gate needs to know about some patients: their latest finished screening, answers and decisions."""

    screenings: Mapping[int, Screening]
    told: Mapping[int, Said]
    decisions: Mapping[tuple[int, str], tuple[int, Decision]]

    @classmethod
    def of(cls, clinic_id: int, patient_ids: set[int]) -> _Files:
        """Read the files of ``patient_ids``, in at most six reads."""
        finished = Screening.objects.filter(clinic_id=clinic_id, patient_id__in=patient_ids, completed_at__isnull=False)
        latest = finished.order_by("patient_id", "-completed_at", "-pk").distinct("patient_id")
        screenings = {row.patient_id: row for row in latest if row.patient_id is not None}
        return cls(screenings, said_of(screenings.values()), _decisions(clinic_id, patient_ids))

    def judge(self, offer: OfferedOption | None, patient_id: int, on: date) -> Clearance:
        """Return the clearance of one patient for one option."""
        screening = self.screenings.get(patient_id)
        if offer is None or screening is None:
            return unscreened(on) if offer else _not_offered(on)
        review_id, decision = self.decisions.get((patient_id, offer.option.id), (None, None))
        found = _judge(offer, screening, self.told[screening.pk], decision, on)
        return replace(found, review_id=review_id)


def _judge(
    offer: OfferedOption | None, screening: Screening, told: Said, decision: Decision | None, on: date
) -> Clearance:
    if offer is None:
        return _not_offered(on)
    # Answers given after ``on`` cannot be left out of sight; the later day is the stricter reading.
    day = max(on, told.last_day or on)
    stale = stale_on(day, told.days, standard_catalogue())
    language = languages.active()
    option, catalogue = in_words_of(offer, language).option, standard_catalogue(language)
    as_told = evaluate(option, told.answers, day, catalogue=catalogue)
    as_fresh = evaluate(option, told.answers.without(*stale), day, catalogue=catalogue) if stale else as_told
    return replace(clear(as_told, as_fresh, told.answers, decision), screening_id=screening.pk)


def _not_offered(on: date) -> Clearance:
    return Clearance(on, None, None, (NOT_OFFERED,), (NOT_OFFERED,))


def _decisions(clinic_id: int, patient_ids: set[int]) -> dict[tuple[int, str], tuple[int, Decision]]:
    """Return the latest decision by patient and option, each with its review's number."""
    rows = ReviewDecision.objects.filter(clinic_id=clinic_id, review__patient_id__in=patient_ids)
    newest_last = rows.select_related("review", "decided_by").defer("findings").order_by("decided_at", "pk")
    latest = {(row.review.patient_id, row.review.option): row for row in newest_last}
    cleared = [row for row in latest.values() if row.outcome == ReviewDecision.Outcome.CLEARED]
    seen = seen_by(cleared)
    depends = _requirements_of(cleared)
    zone_name = zone(clinic_id) if latest else "UTC"
    return {
        key: (row.review_id, _as_decided(row, seen.get(row.pk), depends.get(row.pk, ()), zone_name))
        for key, row in latest.items()
    }


def _requirements_of(rows: Sequence[ReviewDecision]) -> dict[int, tuple[Requirement, ...]]:
    """Return what each clearance depends on, in the order it was written."""
    if not rows:
        return {}
    found: dict[int, tuple[Requirement, ...]] = {}
    conditions = ClearanceCondition.objects.filter(decision_id__in=[row.pk for row in rows])
    for one in conditions.annotate(is_met=Q(met__isnull=False)).order_by("pk"):
        stored = Requirement(one.pk, one.text, one.before, one.is_met)  # type: ignore[arg-type]  # one of two
        found[one.decision_id] = (*found.get(one.decision_id, ()), stored)
    return found


def seen_by(rows: Sequence[ReviewDecision]) -> dict[int, ScreeningVerdict]:
    """Return the verdict that lay before each provider: the last one stored before they decided."""
    if not rows:
        return {}
    wanted = {(row.review.screening_id, row.review.option) for row in rows}
    stored: dict[tuple[int, str], list[ScreeningVerdict]] = {}
    for verdict in ScreeningVerdict.objects.filter(screening_id__in={key[0] for key in wanted}).order_by("decided_at"):
        stored.setdefault((verdict.screening_id, verdict.option), []).append(verdict)
    found = {}
    for row in rows:
        known = stored.get((row.review.screening_id, row.review.option), [])
        before = [verdict for verdict in known if verdict.decided_at <= row.decided_at]
        if before:
            found[row.pk] = before[-1]
    return found


def _as_decided(
    row: ReviewDecision, seen: ScreeningVerdict | None, requirements: tuple[Requirement, ...], zone_name: str
) -> Decision:
    reasons: list[dict[str, Any]] = seen.reasons if seen else []
    return Decision(
        outcome=row.outcome,  # type: ignore[arg-type]  # the column holds nothing else
        decided_on=clock.day_in(zone_name, row.decided_at),
        reason=row.reason,
        by=row.decided_by.name,
        conditions=row.conditions,
        not_before=row.not_before,
        expires_on=row.expires_on,
        saw=prints_of_stored(reasons, Answers.from_json(seen.input)) if seen else frozenset(),
        requirements=requirements,
    )
