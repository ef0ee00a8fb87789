"""What somebody said, as a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from vesicle.candidacy.domain import Answer, Answers, standard_catalogue
from vesicle.candidacy.domain.answers import ANSWERED
from vesicle.candidacy.presenters.words import in_full
from vesicle.core import languages
from vesicle.core.languages import told
from vesicle.core.words import joined
from vesicle.protocols.bank import FollowUp, Question
from vesicle.protocols.translating import bank_in


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question with what was said, for a list."""

    id: str
    ask: str
    label: str
    words: str
    detail: str
    day: date | None
    is_follow_up: bool
    is_notable: bool
    is_changed: bool = False
    before: str = ""


def answer_lines(
    answers: Answers,
    *,
    days: Mapping[str, date],
    skipped: Collection[str] = (),
    changed: Mapping[str, str] | None = None,
) -> tuple[AnswerLine, ...]:
    """Return every answer in the order of asking. ``changed`` maps a question to what was said before."""
    lines = []
    bank = bank_in(languages.active())
    for question_id in standard_catalogue().asked:
        question = bank.asked[question_id]
        given = answers.given.get(question_id)
        if given is None and question_id not in skipped:
            continue
        before = (changed or {}).get(question_id, "")
        lines.append(
            AnswerLine(
                id=question_id,
                ask=question.ask,
                label=question.clinician,
                words=words_of(question, given),
                detail=_detail(given),
                day=days.get(question_id),
                is_follow_up=isinstance(question, FollowUp),
                is_notable=given is not None
                and (given.answer not in ("no", ANSWERED) or bool(given.text) or bool(given.ended)),
                is_changed=bool(before),
                before=before,
            )
        )
    return tuple(lines)


def by_notability(lines: Iterable[AnswerLine]) -> tuple[tuple[str, tuple[AnswerLine, ...]], ...]:
    """Return the lines in two groups for a reviewer: what stands out, and all the rest."""
    several = tuple(lines)
    telling = tuple(line for line in several if line.is_notable or line.is_changed)
    rest = tuple(line for line in several if line not in telling)
    return tuple((title, group) for title, group in (("What stands out", telling), ("Everything else", rest)) if group)


def words_of(question: Question | FollowUp, given: Answer | None) -> str:
    """Return an answer as the person saw it."""
    if given is None:
        return _("Skipped")
    if given.answer == ANSWERED:
        return given.text or _("Nothing to add")
    labels = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}
    labels |= {choice.value: choice.label for choice in question.choices}
    chosen = [labels.get(value, value) for value in given.answer.split(",")]
    return told(joined(chosen, "; "))


def _detail(given: Answer | None) -> str:
    if given is None or given.answer == ANSWERED:
        return ""
    over = _("Over since %(day)s") % {"day": in_full(given.ended)} if given.ended else ""
    parts = [in_full(given.date) if given.date else "", over, given.text]
    return ". ".join(part for part in parts if part)
