"""Screenings and what was said in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from vesicle.candidacy.domain import (
    Answer,
    Answers,
    Verdict,
    Wishes,
    evaluate_all,
    read_preferences,
    standard_catalogue,
)
from vesicle.candidacy.models import Screening, ScreeningAnswer, ScreeningVerdict
from vesicle.candidacy.questionnaire import Way, way
from vesicle.clinic.models import Location
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.languages import ENGLISH
from vesicle.people import queries as people
from vesicle.people.links import LinkGone, open_link
from vesicle.protocols.queries import OfferedOption, offered_options
from vesicle.protocols.schema import Option

AGE = "SCR-AGE"
LINK = "candidacy"
A_SLIP = timedelta(hours=1)
"""A yes taken back sooner than this was a slip, and nothing has ended."""
LOOKED_BACK = 20
"""How many earlier screenings of a patient are read to see what has ended since."""
OPEN_FOR = timedelta(days=180)
"""How long a questionnaire can be resumed by its link."""


class ScreeningGone(NotFound):
    """A link that leads to no questionnaire any more. The message says why, and what to do."""

    code = "screening-gone"


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that replaced another one in the same screening."""

    question: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in one screening, as it stands.

    ``skipped`` are optional questions passed over. ``days`` is the clinic's day each answer was given on.
    """

    answers: Answers
    skipped: frozenset[str]
    at: Mapping[str, datetime]
    days: Mapping[str, date]
    changed: tuple[Changed, ...]

    @property
    def last_day(self) -> date | None:
        """The day of the latest answer."""
        return max(self.days.values(), default=None)


def token_hash(token: str) -> str:
    """Return what is stored of a screening's token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def zone(clinic_id: int) -> str:
    """Return the time zone a clinic counts its days in: that of its first location. Remembered for a minute."""
    key = f"candidacy-zone:{clinic_id}"
    known: str | None = cache.get(key)
    if known is None:
        rows = Location.objects.filter(clinic_id=clinic_id, is_active=True).order_by("pk")
        known = rows.values_list("time_zone", flat=True).first()
        if known is None:
            return "UTC"
        cache.set(key, known, 60)
    return known


def clinic_day(clinic_id: int, now: datetime) -> date:
    """Return the clinic's calendar day at ``now``."""
    return clock.day_in(zone(clinic_id), now)


def screening_by_token(actor: Actor, token: str, *, now: datetime | None = None) -> Screening:
    """Return the screening a link opens: the one the visitor began, or one we sent a patient a link to.

    Raises:
        ScreeningGone: the link is unknown, of another clinic, or too old; the message says what to do.
    """
    at = now or clock.now()
    rows = Screening.objects.select_related("patient").filter(clinic_id=actor.clinic_id)
    found = rows.filter(token_hash=token_hash(token)).first()
    if found is None:
        try:
            link = open_link(token, purpose=LINK, now=at)
        except LinkGone as gone:
            raise ScreeningGone(gone.message) from gone
        found = rows.filter(pk=link.subject_id or 0).first()
    elif found.started_at + OPEN_FOR <= at:
        raise ScreeningGone(_("These answers are more than half a year old, so this link has been closed."))
    if found is None or (actor.is_patient and found.patient_id not in (None, actor.id)):
        raise ScreeningGone(_("We could not find the questions that belong to this link."))
    return found


def screening(actor: Actor, screening_id: int) -> Screening:
    """Return a screening by number, for staff and for the patient it belongs to. Raises ``NotFound``."""
    rows = Screening.objects.select_related("patient").filter(clinic_id=actor.clinic_id, pk=screening_id)
    found = rows.first()
    if found is None or found.patient_id is None:
        raise NotFound("We could not find those answers.")
    people.require_chart(actor, found.patient_id)
    return found


def screenings_of(actor: Actor, patient_id: int) -> Sequence[Screening]:
    """Return a patient's finished screenings, newest first."""
    people.require_chart(actor, patient_id)
    rows = Screening.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id, completed_at__isnull=False)
    return list(rows.order_by("-completed_at", "-pk"))


def latest_screening(actor: Actor, patient_id: int) -> Screening | None:
    """Return a patient's newest screening, finished or not."""
    people.require_chart(actor, patient_id)
    rows = Screening.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id)
    return rows.order_by("-started_at", "-pk").first()


def latest_finished(actor: Actor, patient_id: int) -> Screening | None:
    """Return the screening a patient's clearance rests on: the newest finished one."""
    return next(iter(screenings_of(actor, patient_id)), None)


def said(screening: Screening) -> Said:
    """Return what was said in a screening, in one read. The caller has been let at the screening already."""
    return said_of([screening])[screening.pk]


def said_of(screenings: Iterable[Screening]) -> dict[int, Said]:
    """Return the same for several screenings, in two reads."""
    wanted = {row.pk: row for row in screenings}
    rows = ScreeningAnswer.objects.filter(screening_id__in=wanted).order_by("answered_at", "pk")
    by_screening: dict[int, list[ScreeningAnswer]] = {pk: [] for pk in wanted}
    for row in rows:
        by_screening[row.screening_id].append(row)
    name = zone(next(iter(wanted.values())).clinic_id) if wanted else "UTC"
    return {pk: _said(wanted[pk], given, name) for pk, given in by_screening.items()}


def _said(screening: Screening, rows: Sequence[ScreeningAnswer], zone_name: str) -> Said:
    catalogue = standard_catalogue()
    latest: dict[str, tuple[int, ScreeningAnswer]] = {}
    changed = []
    ends: dict[str, _Ends] = {}
    for place, row in enumerate(rows):
        _, before = latest.get(row.question, (0, None))
        if before is not None and _told(before) != _told(row):
            changed.append(Changed(row.question, _words(before), _words(row), row.answered_at))
        latest[row.question] = (place, row)
        ends.setdefault(row.question, _Ends()).hear(row, clock.day_in(zone_name, row.answered_at))
    standing = {}
    for question, (place, row) in latest.items():
        known = catalogue.asked.get(question)
        parent = latest.get(known.parent) if known and known.parent else None
        # What was said before the parent was answered anew belonged to the earlier answer.
        if parent is None or parent[0] < place:
            standing[question] = row
    born = standing.pop(AGE, None)
    given = {
        question: Answer(row.answer, row.date, row.text, _ended(row, ends[question]))
        for question, row in standing.items()
        if row.answer
    }
    return Said(
        Answers(given, born.date if born else None, None, tuple(screening.areas)),
        frozenset(question for question, row in standing.items() if not row.answer),
        {question: row.answered_at for question, row in standing.items()},
        {question: clock.day_in(zone_name, row.answered_at) for question, row in standing.items()},
        tuple(changed),
    )


class _Ends:
    """When something was over that was answered yes once, as one question's rows are heard in turn."""

    def __init__(self) -> None:
        self.ended: date | None = None
        self._yes_from: datetime | None = None

    def hear(self, row: ScreeningAnswer, day: date) -> None:
        """Take in the next row, given on ``day``. What is neither yes nor no leaves open what was said before."""
        if row.answer == "yes":
            self._yes_from = self._yes_from or row.answered_at
        elif row.answer == "no":
            if self._yes_from is not None and row.answered_at - self._yes_from >= A_SLIP:
                self.ended = day
            self._yes_from = None
            self.ended = row.ended or self.ended


def _ended(row: ScreeningAnswer, ends: _Ends) -> date | None:
    known = standard_catalogue().asked.get(row.question)
    return ends.ended if row.answer == "no" and known is not None and known.may_end else None


def ended_before(screening: Screening, at: datetime) -> dict[str, date]:
    """Return, by question, when something was over that a patient's earlier screenings know of.

    For an answer of no given at ``at``: what was yes when last asked has ended by the clinic's day; what had ended
    keeps its day. A question about the area counts where the same areas were asked about.
    """
    if screening.patient_id is None:
        return {}
    rows = Screening.objects.filter(clinic_id=screening.clinic_id, patient_id=screening.patient_id)
    rows = rows.filter(started_at__lte=screening.started_at).exclude(pk=screening.pk)
    before = list(rows.order_by("-started_at", "-pk")[:LOOKED_BACK])
    told, today = said_of(before), clinic_day(screening.clinic_id, at)
    found: dict[str, date | None] = {}
    for row in before:
        for question, given in told[row.pk].answers.given.items():
            known = standard_catalogue().asked.get(question)
            if known is None or not known.may_end or (known.about_area and set(row.areas) != set(screening.areas)):
                continue
            if given.answer == "yes" and at - told[row.pk].at[question] < A_SLIP:
                continue
            found.setdefault(question, today if given.answer == "yes" else given.ended)
    return {question: ended for question, ended in found.items() if ended is not None}


def _told(row: ScreeningAnswer) -> tuple[object, ...]:
    return row.answer, row.date, row.text, row.ended


def _words(row: ScreeningAnswer) -> str:
    parts = [row.answer.replace(",", ", ") or "skipped", row.date.isoformat() if row.date else "", row.text]
    parts.append(f"over since {row.ended.isoformat()}" if row.ended else "")
    return ", ".join(part for part in parts if part)


def verdicts_on(
    actor: Actor, answers: Answers, on: date, language: str = ENGLISH
) -> tuple[tuple[OfferedOption, Verdict], ...]:
    """Return the verdict on every option the clinic offers now, in the order of the house.

    ``language`` is that of the page its reasons are read on; what is stored is English.
    """
    offers = offered_options(actor.clinic_id, language)
    catalogue = standard_catalogue(language)
    verdicts = evaluate_all([offer.option for offer in offers], answers, on, catalogue=catalogue)
    return tuple(zip(offers, verdicts, strict=True))


def open_way(actor: Actor, screening: Screening, told: Said, on: date, *, in_full: str = "") -> Way:
    """Return the way through the questions for every option the person is interested in.

    ``in_full``: as if a provider were going to look at that option; by default the one the screening names.
    """
    options = [offer.option for offer in offered_options(actor.clinic_id) if is_of_interest(screening, offer.option)]
    full = {in_full or screening.in_full}
    return way(options, told.answers, on, catalogue=standard_catalogue(), skipped=told.skipped, in_full=full)


def is_of_interest(screening: Screening, option: Option) -> bool:
    """Return whether the person wants to know about ``option``: all treatments, unless they named some."""
    named = {*screening.interests, screening.chosen_option.partition("/")[0]}
    return not screening.interests or option.treatment in named


def wishes_of(screening: Screening) -> Wishes:
    """Return what the person of a screening wishes for: what to change, where, and what matters to them."""
    preferences, _ = read_preferences(screening.preferences)
    return Wishes(tuple(screening.concerns), tuple(screening.areas), preferences)


def stored_verdict(screening: Screening, option: str) -> ScreeningVerdict | None:
    """Return the latest verdict stored for one option of a screening."""
    rows = ScreeningVerdict.objects.filter(screening=screening, option=option)
    return rows.order_by("-decided_at", "-pk").first()
