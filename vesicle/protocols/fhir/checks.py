"""What cannot be judged at all, as FHIRPath: no day, answers that do not exist, dates that cannot be.

Vesicle refuses such input before it asks any rule. An export that left this out would let a code it does not know pass
for "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vesicle.protocols.bank import Bank
from vesicle.protocols.fhir.names import BIRTH
from vesicle.protocols.fhir.paths import AREAS, BORN, ON_DAY, Paths, any_of, days_after, one_of, years_before

YOUNGEST, OLDEST = 13, 120
"""The ages that questions are answered for, as everywhere in Vesicle."""
_YEARS_AHEAD = 3


def checks(bank: Bank, questions: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the checks for a questionnaire of `questions` (ids of questions and follow-ups): id, sentence, FHIRPath.

    Each expression is true where the response cannot be judged.
    """
    paths = Paths(bank)
    found = [
        (
            "day-asked-about",
            "The response does not say which day it is asked about, as a whole date.",
            f"{ON_DAY}.empty()",
        ),
        (
            "known-answers",
            "An answer is none of the questionnaire's, or a question for one answer has several.",
            any_of(_strange_answers(bank, paths, questions)),
        ),
        (
            "possible-dates",
            "A date cannot be: it lies after the day asked about, or too far ahead.",
            any_of(_impossible_dates(paths, questions)),
        ),
    ]
    if BIRTH in questions:
        too_young, too_old = f"({BORN} > {years_before(YOUNGEST)})", f"({BORN} <= {years_before(OLDEST + 1)})"
        sentence = f"Questions are answered for people from {YOUNGEST} to {OLDEST}."
        found.append(("possible-age", sentence, any_of([too_young, too_old])))
    return tuple(one for one in found if one[2])


def _strange_answers(bank: Bank, paths: Paths, questions: Sequence[str]) -> Iterable[str]:
    """Yield when answers are not the questionnaire's. Questions that are answered alike are looked at together."""
    alike: dict[tuple[bool, bool, tuple[str, ...]], list[str]] = {}
    for question in questions:
        entry = paths.entry(question)
        if entry.answers:
            key = (paths.parent(question) is None, entry.kind == "multi-choice", entry.answers)
            alike.setdefault(key, []).append(question)
    for (is_top, is_multiple, answers), ids in alike.items():
        below = "QuestionnaireResponse.item" if is_top else "QuestionnaireResponse.item.answer.item"
        items = f"{below}.where(linkId in {one_of(ids)})"
        yield f"{items}.answer.all(value.empty() or (value.code in {one_of(answers)})).not()"
        yield f"{items}.all(answer.count() <= 1).not()" if not is_multiple else _unsure_among_others(items)
    yield f"{AREAS}.all($this in {one_of(bank.areas)}).not()"


def _unsure_among_others(items: str) -> str:
    return f"{items}.where((answer.count() > 1) and (answer.value.code contains 'unsure')).exists()"


def _impossible_dates(paths: Paths, questions: Sequence[str]) -> Iterable[str]:
    for question in questions:
        asks = paths.entry(question).asks_date
        if asks is not None:
            latest = ON_DAY if asks.tense == "past" else days_after(_YEARS_AHEAD * 366)
            yield f"({paths.day(question)} > {latest})"
