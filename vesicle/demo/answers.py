"""A healthy person's answers to every question, and what makes the awkward ones different."""

from collections.abc import Mapping
from datetime import date

from vesicle.candidacy.domain import Answer, Answers
from vesicle.protocols.bank import load_bank


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
