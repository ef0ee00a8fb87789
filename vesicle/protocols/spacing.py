"""How many days have to lie between one of our own treatments and the next, read from the rules that already say so.

A screening asks what was done recently, and a rule says how long to wait after it. The bank says which of our own
options such an answer speaks of (``counts``). Put together they say what a visit here means for the next one, and no
wait is written twice. Between visits of one and the same option its own plan of sessions counts instead, as the
question itself tells people.

Not read from the rules, because they do not say it in days:

- a review after something "within the last 12 months" of the question's own words, without ``within_days``;
- that a provider planned two treatments as one; whoever may let people through decides that;
- how deep a visit here really went; an option counts as what it usually is.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from vesicle.protocols.bank import Question, load_bank
from vesicle.protocols.schema import Option, OptionRule
from vesicle.protocols.schema.rules import AllOf, Answered, AnyOf, Condition, NotThis, WithinDays

DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class Gap:
    """Days that have to lie between a visit of one of ``after`` and a later one of the option asked about.

    Attributes:
        after: ids of our options, sorted; what came first.
        days: the later visit may be on this day after it, and not earlier.
        rule: the rule it comes from, ``prp.recent-needling``; empty for the option's own plan of sessions.
        effect: ``wait``, or ``review`` where a provider may decide earlier.
        per_area: whether it is only about skin that both visits treat (see ``overlap``).
        patient: the reason, as patients read it.
    """

    after: tuple[str, ...]
    days: int
    rule: str
    effect: Literal["wait", "review"]
    per_area: bool
    patient: str


def gaps(option: Option) -> tuple[Gap, ...]:
    """Return the days that have to lie between our treatments and a later visit of ``option``, the shortest first.

    They hold in one direction: the visit of ``after`` came first. Of several that name the same option the longest
    holds (``gap_after``). Visits of the option itself are at least as far apart as ``sessions.spacing_weeks`` begins;
    where its plan says nothing, its rules count for it as well.
    """
    plan = option.sections.sessions
    found: list[Gap] = []
    if plan.spacing_weeks is not None:
        found.append(Gap((option.id,), round(plan.spacing_weeks.min * DAYS_IN_WEEK), "", "wait", True, plan.text))
    for question in load_bank().questions.values():
        counted = {name: question.as_if(name) for name in _counted(question)}
        if plan.spacing_weeks is not None:
            counted.pop(option.id, None)
        if counted:
            for settled in option.rules:
                found += _of_rule(settled, question, counted)
    return tuple(sorted(found, key=lambda gap: (gap.days, gap.rule, gap.after)))


def gap_after(option: Option, earlier: str) -> Gap | None:
    """Return the longest gap between a visit of the option ``earlier`` and a later one of ``option``, or ``None``.

    Of a wait and a review that last as long, the wait is returned: it is the stricter of the two.
    """
    return longest(gaps(option), earlier)


def longest(found: Iterable[Gap], earlier: str) -> Gap | None:
    """Return the longest gap after ``earlier`` of those that an option asks for, or ``None``."""
    after = [gap for gap in found if earlier in gap.after]
    return max(after, key=lambda gap: (gap.days, gap.effect == "wait"), default=None)


def overlap(areas: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether two visits treat some of the same skin, by ids of the area catalogue.

    An area that the catalogue does not know may be anywhere, and so may a visit without areas.
    """
    known = load_bank().areas
    one, other = set(areas), set(others)
    if not one or not other or not (one | other) <= known.keys():
        return True
    sites, more = ({site for area in side for site in known[area].sites} for side in (one, other))
    return not sites.isdisjoint(more)


def _counted(question: Question) -> Iterator[str]:
    for part in (question, *question.follow_ups):
        yield from part.counting


def _of_rule(settled: OptionRule, question: Question, counted: Mapping[str, Mapping[str, str]]) -> Iterator[Gap]:
    """Yield the gaps of one rule; options after which it lasts as long are named together."""
    by_days: dict[int, list[str]] = {}
    for name, answers in counted.items():
        days = _lasts(settled, question.id, answers)
        if days:
            by_days.setdefault(days, []).append(name)
    for days, names in by_days.items():
        effect: Literal["wait", "review"] = "wait" if settled.rule.wait else "review"
        yield Gap(tuple(sorted(names)), days, settled.id, effect, question.scope == "area", settled.rule.patient)


def _lasts(settled: OptionRule, question: str, answers: Mapping[str, str]) -> int:
    """Return for how many days a rule holds somebody back who had something done here; 0 for never, or without end."""
    rule = settled.rule

    def holds(day: int) -> bool:
        return _kleene(rule.when, answers, question, day) is True

    if not holds(0):
        return 0
    if rule.wait is not None:
        return rule.wait.days if rule.wait.from_question == question else 0
    ends = sorted(days + 1 for days in _limits(rule.when, question))
    return next((day for day in ends if not holds(day)), 0) if rule.effect == "review" else 0


def _limits(condition: Condition, question: str) -> Iterator[int]:
    """Yield the days within which something counts, wherever a condition says so of the question's date."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from _limits(part, question)
    elif isinstance(condition, NotThis):
        yield from _limits(condition.not_, question)
    elif isinstance(condition, WithinDays) and condition.question == question:
        yield condition.within_days


def _kleene(condition: Condition, answers: Mapping[str, str], question: str, day: int) -> bool | None:
    """Return whether a condition holds ``day`` days after the visit; ``None`` where other answers would decide it."""
    if isinstance(condition, AllOf | AnyOf):
        parts = condition.all if isinstance(condition, AllOf) else condition.any
        values = {_kleene(part, answers, question, day) for part in parts}
        decides = isinstance(condition, AnyOf)
        return decides if decides in values else None if None in values else not decides
    if isinstance(condition, NotThis):
        value = _kleene(condition.not_, answers, question, day)
        return None if value is None else not value
    if isinstance(condition, WithinDays) and condition.question == question:
        return day <= condition.within_days
    if isinstance(condition, Answered) and condition.question in answers:
        return answers[condition.question] in condition.is_
    return None
