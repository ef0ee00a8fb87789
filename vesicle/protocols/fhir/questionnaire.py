"""The questions that rules wait for, as a Questionnaire (R4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vesicle.protocols.bank import Bank, FollowUp, Question
from vesicle.protocols.fhir.names import (
    ANSWERS,
    AREAS,
    AREAS_ITEM,
    BASE,
    ON,
    QUESTIONS,
    STILL,
    Resource,
    choices_system,
    coding,
    date_item,
    help_item,
    resource_id,
    text_item,
)
from vesicle.protocols.fhir.paths import ANSWERED, UNSURE
from vesicle.protocols.schema import Option, Protocol
from vesicle.protocols.schema.rules import AllOf, AnyOf, Condition, NotThis, WithinDays, questions_of

_WORDS = {"yes": "Yes", "no": "No", UNSURE: "I am not sure"}
_HELP = {
    "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
    "valueCodeableConcept": {
        "coding": [
            {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help", "display": "Help-Button"}
        ]
    },
}


def questions_for(bank: Bank, options: Iterable[Option]) -> tuple[str, ...]:
    """Return the ids of all questions and follow-ups that the rules of `options` look at, in the order of asking.

    A follow-up brings its parent, and a date brings the question whether what it dates still goes on.
    """
    wanted: set[str] = set()
    dated: set[str] = set()
    for rule in (entry.rule for option in options for entry in option.rules):
        wanted |= questions_of(rule.when)
        dated |= dates_in(rule.when)
        if rule.wait and rule.wait.from_question:
            dated.add(rule.wait.from_question)
    wanted |= dated | {question + STILL for question in dated if question + STILL in bank.asked}
    wanted |= {question.partition(".")[0] for question in wanted}
    in_order = (one.id for question in bank.in_order() for one in (question, *question.follow_ups))
    return tuple(question for question in in_order if question in wanted)


def dates_in(condition: Condition) -> frozenset[str]:
    """Return the ids of the questions whose date `condition` looks at."""
    if isinstance(condition, AllOf | AnyOf):
        parts = condition.all if isinstance(condition, AllOf) else condition.any
        return frozenset().union(*(dates_in(part) for part in parts))
    if isinstance(condition, NotThis):
        return dates_in(condition.not_)
    return frozenset({condition.question}) if isinstance(condition, WithinDays) else frozenset()


def questionnaire(bank: Bank, protocol: Protocol, name: str, title: str, questions: Iterable[str]) -> Resource:
    """Return the Questionnaire of `questions` (ids, follow-ups included), for a treatment or option called `name`."""
    asked = frozenset(questions)
    return {
        "resourceType": "Questionnaire",
        "id": resource_id(name),
        "url": f"{BASE}/Questionnaire/{resource_id(name)}",
        "version": protocol.version,
        "name": "".join(part.capitalize() for part in resource_id(name).split("-")) + "Questions",
        "title": f"Questions for {title}",
        "status": "active",
        "experimental": False,
        "subjectType": ["Patient"],
        "date": protocol.released.isoformat(),
        "publisher": "Vesicle",
        "description": (
            "The questions that the rules of the PlanDefinition beside it wait for. linkIds are the ids of the "
            "question bank. “I am not sure” is an answer of its own; a date may be left out. Words that people add, "
            "their medicines among them, are for the provider and decide nothing here."
        ),
        "item": [*_own_items(bank), *(_item(one, asked) for one in bank.in_order() if one.id in asked)],
    }


def _own_items(bank: Bank) -> Iterator[Resource]:
    yield {"linkId": ON, "text": "Which day is this about?", "type": "date", "required": True}
    yield {
        "linkId": AREAS_ITEM,
        "text": "Which areas would you like to have treated?",
        "type": "choice",
        "required": True,
        "repeats": True,
        "answerOption": [{"valueCoding": coding(AREAS, area.id, area.name)} for area in bank.areas.values()],
    }


def _item(entry: Question | FollowUp, asked: frozenset[str], parent: Question | None = None) -> Resource:
    item: Resource = {
        "linkId": entry.id,
        "code": [coding(QUESTIONS, entry.id, entry.clinician)],
        "text": entry.ask,
        "type": {"birth-date": "date", "text": "text"}.get(entry.kind, "choice"),
        "required": entry.required,
    }
    if entry.kind == "multi-choice":
        item["repeats"] = True
    if isinstance(entry, FollowUp) and parent is not None:
        item["enableWhen"] = list(_enabled_by(entry, parent))
        if len(item["enableWhen"]) > 1:
            item["enableBehavior"] = "any"
    if entry.answers:
        item["answerOption"] = [{"valueCoding": _answer(entry, value)} for value in entry.answers]
    item["item"] = list(_below(entry, asked))
    return item


def _below(entry: Question | FollowUp, asked: frozenset[str]) -> Iterator[Resource]:
    words = f"{entry.why} {entry.help}" if entry.help else entry.why
    yield {"linkId": help_item(entry.id), "extension": [_HELP], "text": words, "type": "display"}
    if entry.asks_date:
        # Never required, not even where a rule needs it: a date made up is worse than one that is not known.
        yield _after_yes(entry, date_item(entry.id), entry.asks_date.label, "date")
    if entry.asks_text:
        yield _after_yes(entry, text_item(entry.id), entry.asks_text.label, "text")
    if isinstance(entry, Question):
        yield from (_item(one, asked, entry) for one in entry.follow_ups if one.id in asked)


def _after_yes(entry: Question | FollowUp, link_id: str, label: str, kind: str) -> Resource:
    when = {"question": entry.id, "operator": "=", "answerCoding": _answer(entry, "yes")}
    return {"linkId": link_id, "text": label, "type": kind, "enableWhen": [when], "required": False}


def _enabled_by(entry: FollowUp, parent: Question) -> Iterator[Resource]:
    if ANSWERED in entry.when:
        yield {"question": parent.id, "operator": "exists", "answerBoolean": True}
        return
    for value in entry.when:
        yield {"question": parent.id, "operator": "=", "answerCoding": _answer(parent, value)}


def _answer(entry: Question | FollowUp, value: str) -> Resource:
    """Return the Coding of one answer: yes, no and unsure mean the same everywhere, choices are the question's own."""
    if value in _WORDS:
        return coding(ANSWERS, value, _WORDS[value])
    label = next(choice.label for choice in entry.choices if choice.value == value)
    return coding(choices_system(entry.id), value, label)
