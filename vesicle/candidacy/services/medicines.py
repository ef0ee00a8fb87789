"""Say which medicines were meant. An answer changes only where the person chose another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy import queries
from vesicle.candidacy.domain import UNSURE
from vesicle.candidacy.domain.medicine_questions import Status
from vesicle.candidacy.domain.medicines import Mention
from vesicle.candidacy.models import NamedMedicine, Screening
from vesicle.candidacy.permissions import ANSWER
from vesicle.candidacy.services.answers import answer, require_own
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.protocols.bank import load_bank

NAMED = audit.define("candidacy.medicines-named", "said which medicines they meant")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a person said about one mention; ``medicine`` is the id of the one they confirmed."""

    mention: Mention
    status: Status
    medicine: str = ""


def name_medicines(
    *,
    by: Actor,
    screening: Screening,
    meant: Sequence[Meant],
    changed: Mapping[str, str],
    now: datetime | None = None,
) -> tuple[NamedMedicine, ...]:
    """Keep what a person said about the medicines they had named, and the answers they chose to change.

    Args:
        by: who answers: the person, or staff on their behalf.
        screening: where it belongs.
        meant: their word on each mention that was shown.
        changed: the answer they now give, by question: ``yes`` or ``unsure``. Their own words go along where the
            question asks for words.
        now: when; by default now.

    Raises:
        Invalid: a confirmed medicine is none that the words may mean, or an answer is neither yes nor unsure.
    """
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    for one in meant:
        possible = [medicine.id for medicine in one.mention.medicines]
        if (one.status == "confirmed") != (one.medicine in possible):
            raise Invalid(
                _("“%(words)s” may mean: %(medicines)s. Choose one of them, or none.")
                % {"words": one.mention.said, "medicines": ", ".join(possible)}
            )
    if set(changed.values()) - {"yes", UNSURE}:
        raise Invalid(_("An answer can be changed here to yes or to not sure. Change others on their own page."))
    told = queries.said(screening)
    with transaction.atomic():
        rows = tuple(_append(screening, one, at) for one in meant)
        for question, value in changed.items():
            asked = load_bank().asked[question]
            before = told.answers.given.get(question)
            words = before.text if before else ""
            if value == "yes" and not words and asked.asks_text:
                words = _words_about(question, meant)
            answer(by=by, screening=screening, question=question, answer=value, text=words, now=at)
        audit.record(
            NAMED,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            detail={"medicines": [row.medicine for row in rows if row.medicine], "changed": sorted(changed)},
            at=at,
        )
    return rows


def _words_about(question: str, meant: Sequence[Meant]) -> str:
    said = (one.mention.said for one in meant if one.status == "confirmed" and question in one.mention.questions)
    return ", ".join(dict.fromkeys(said))


def _append(screening: Screening, one: Meant, at: datetime) -> NamedMedicine:
    return NamedMedicine.objects.create(
        clinic_id=screening.clinic_id,
        screening=screening,
        question=one.mention.question,
        said=one.mention.said,
        unclear=one.mention.unclear or "",
        read_as=[medicine.id for medicine in one.mention.medicines],
        medicine=one.medicine,
        status=one.status,
        named_at=at,
    )
