"""What would change a verdict, and when it is worth asking again.

A verdict that only says no leaves a person standing. Each of these points names one thing that has to be different: a
day that has come, something that has happened, an answer, or a provider's decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from vesicle.candidacy.domain.catalogue import AGE, Catalogue
from vesicle.candidacy.domain.verdict import Outlook, Reason, Turn, VerdictName, in_words


def outlook_of(
    verdict: VerdictName,
    reasons: Iterable[Reason],
    *,
    on: date,
    earliest: date | None,
    unasked: tuple[str, ...],
    ends: dict[str, date],
    shortest: int,
    catalogue: Catalogue,
    told: dict[int, tuple[Reason, tuple[Turn, ...]]],
) -> Outlook:
    """Return what would change ``verdict`` and the day to ask again.

    Args:
        verdict: the verdict.
        reasons: the deciding ones.
        on: the day it was made for.
        earliest: the first day on which nothing defers any more, if known.
        unasked: questions never answered.
        ends: for rules that exclude and whose end is known (a birthday, a due date), the day, by rule.
        shortest: for how many days the shortest-lived answer behind the option may be relied on.
        catalogue: the questions.
        told: what has been put into words for this person; one reason often stands in several options.
    """
    if verdict == "suitable":
        return Outlook(ask_again=on + timedelta(days=shortest))
    if verdict == "incomplete":
        return Outlook((_questions(unasked),), on)
    deciding = tuple(reasons)
    for reason in deciding:
        if id(reason) not in told:
            told[id(reason)] = (reason, tuple(_turns(reason, ends, catalogue)))
    turns = tuple(turn for reason in deciding for turn in told[id(reason)][1])
    if verdict == "defer":
        return Outlook(turns, earliest)
    if verdict == "unsuitable":
        known = [ends.get(reason.rule) for reason in deciding]
        days = [day for day in known if day is not None]
        return Outlook(turns, max(days) if len(days) == len(known) else None)
    return Outlook(turns, None)


def _questions(unasked: tuple[str, ...]) -> Turn:
    count = len(unasked)
    return Turn("answer", f"Answer {count} more question{'s' if count > 1 else ''}.", unasked)


def _turns(reason: Reason, ends: dict[str, date], catalogue: Catalogue) -> Iterator[Turn]:
    asked = in_words(f"“{catalogue.text_of(question)}”" for question in reason.questions) if reason.questions else ""
    day = reason.earliest or ends.get(reason.rule)
    if reason.effect == "defer":
        if reason.until:
            yield Turn("event", f"It has to wait {reason.until.sentence}.", reason.questions)
        elif day:
            yield Turn("day", f"The wait is over on {_day(day)}.", reason.questions, day)
    elif reason.effect == "exclude":
        if day:
            yield Turn("day", f"Ask again on {_day(day)}.", reason.questions, day)
        elif AGE in reason.questions:
            yield Turn("answer", "Only another age changes this.", reason.questions)
        elif asked:
            yield Turn("answer", f"Only another answer to {asked} changes this.", reason.questions)
        else:
            yield Turn("answer", "Choose another area.", ())
    else:
        if reason.why != "fired":
            what = "The date that goes with" if reason.why == "undated" else "A clear answer to"
            yield Turn("answer", f"{what} {asked} may settle this.", reason.questions)
        yield Turn("decision", "A provider decides after an examination.", reason.questions)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
