"""A healthy person's answers and findings, and what makes the awkward ones different."""

from collections.abc import Mapping, Sequence
from datetime import date

from vesicle.candidacy.domain import Answer, Answers
from vesicle.candidacy.domain.exam import key_of
from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema.sections import ExamItem, Finding


def healthy(*, born: date, areas: tuple[str, ...], skin: str, **different: Answer) -> Answers:
    """Return clean answers to the whole question bank; ``different`` replaces some (``SCR_PREG=Answer("yes")``)."""
    usual = {question.id: _clean(question.id, question.kind) for question in load_bank().in_order()}
    given = {name: answer for name, answer in usual.items() if answer is not None}
    given |= {"SCR-FITZ": Answer(skin), "SCR-SUNAVOID": Answer("yes"), "SCR-BIOLOGIC-OK": Answer("yes")}
    changed: Mapping[str, Answer] = {name.replace("_", "-"): answer for name, answer in different.items()}
    return Answers({**given, **changed}, born, None, areas)


def _clean(question: str, kind: str) -> Answer | None:
    if kind == "yes-no":
        return Answer("no")
    if kind == "text":
        return (
            Answer("answered", text="Smoother skin, without looking different.") if question == "SCR-EXPECT" else None
        )
    return None


def examined(exam: Sequence[ExamItem], *, skin: str = "II") -> dict[str, object]:
    """Return what an examination of a healthy person finds: every required finding, and nothing against them."""
    found = {key_of(item, finding): _found(finding) for item in exam for finding in item.findings if finding.required}
    return found | {key: skin for key in found if key == "skin-type.type"}


def _found(finding: Finding) -> object:
    if finding.kind == "choice":
        return next(choice for choice in finding.choices if choice not in finding.against)
    if finding.kind == "number":
        return f"{finding.min:g}"
    return True if finding.kind == "check" else "As described."
