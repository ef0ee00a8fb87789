"""The questions that an edition would ask, for those who read it before it is signed. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vesicle.candidacy.forms import AnswerForm
from vesicle.clinic.queries import latest_day
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.framing import let_frame
from vesicle.people.access import staff_page
from vesicle.protocols import permissions
from vesicle.protocols import queries as protocols
from vesicle.protocols.bank import FollowUp, Question, load_bank
from vesicle.protocols.editor.sentences import rule_sentence
from vesicle.protocols.schema import Option, questions_of


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as patients read it, and each rule that reads its answer with the options that have the rule."""

    question: Question | FollowUp
    answers: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


@require_safe
@staff_page(permissions.SEE)
def questions(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Every question that an edition's rules wait for, in the order of asking, with the rules that it feeds."""
    edition = protocols.edition(request.actor, edition_id)
    options = [one.option for one in protocols.options_in_edition(edition.pk).values() if one.is_offered]
    context = {"edition": edition, "asked": asked_for(options), "title": options[0].title if options else ""}
    return render(request, "candidacy/desk/preview.html", context)


@require_safe
@staff_page(permissions.SEE)
def as_asked(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The same questions as patients read them, on one page; nothing can be filled in."""
    edition = protocols.edition(request.actor, edition_id)
    options = [one.option for one in protocols.options_in_edition(edition.pk).values() if one.is_offered]
    today = latest_day(request.clinic.pk, clock.now())
    forms = [
        AnswerForm(None, question=one.question, today=today, given=None, prefix=one.question.id)
        for one in asked_for(options)
    ]
    return let_frame(render(request, "candidacy/desk/asked.html", {"edition": edition, "forms": forms}))


def asked_for(options: Iterable[Option]) -> list[AskedQuestion]:
    """Return what the options' rules ask, in the order of the bank, a follow-up after its parent."""
    feeds: dict[str, dict[str, list[str]]] = {}
    for option in options:
        for entry in option.rules:
            for question in questions_of(entry.rule.when):
                feeds.setdefault(question, {}).setdefault(rule_sentence(entry.rule), []).append(option.name)
    return [
        AskedQuestion(
            question,
            tuple(choice.label for choice in question.choices) or tuple(a for a in question.answers if a != "unsure"),
            tuple((sentence, ", ".join(dict.fromkeys(names))) for sentence, names in feeds[question.id].items()),
        )
        for question in load_bank().asked.values()
        if question.id in feeds
    ]
