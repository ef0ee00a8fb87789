"""What was true until lately: a wait of "until it is over, then 7 days more" outlasts the answer that began it.

An answer of no may carry the day on which it stopped being yes (``Answer.ended``). For as many days after it as a rule
waits, the rule is asked again with such questions taken as if they still held, by the strictest reading: what was
followed up under the former yes is no longer known, so it counts as whatever lets the rule fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from vesicle.candidacy.domain.conditions import NO, UNKNOWN, YES, Cause, Compiled, Facts, compile_condition
from vesicle.protocols.schema.rules import AgeIs, AllOf, Answered, AnyOf, AreaIs, Condition, NotThis, WithinDays

Found = tuple[int, frozenset[Cause]]
_NOTHING: frozenset[Cause] = frozenset()


def held_since(condition: Condition, facts: Facts, since: date) -> Found:
    """Return whether ``condition`` may have held at some time after ``since``, and where unknown, why.

    Never milder than the condition is now: with more answers that ended it only becomes stricter.
    """
    return _held(condition, facts, since, is_wanted=True)


def first_day_over(condition: Condition, facts: Facts, questions: Iterable[str], wait: timedelta) -> date | None:
    """Return the first day on which ``condition`` has no longer held for ``wait``; it holds no longer today."""
    for day in days_over(facts, questions, wait):
        if day > facts.on and held_since(condition, facts, day - wait)[0] != YES:
            return day
    return None


def days_over(facts: Facts, questions: Iterable[str], wait: timedelta) -> list[date]:
    """Return the days on which the wait after one of ``questions`` is over, in order."""
    roots = {root_of(question) for question in questions}
    return sorted({facts.ended[root] + wait for root in roots if root in facts.ended})


def root_of(question: str) -> str:
    """Return the question that ``question`` is, or follows up."""
    return question.partition(".")[0]


def may_be_both(condition: Answered | WithinDays, *, is_wanted: bool) -> bool:
    """Return whether what a question's former yes and present no leave open lets ``condition`` hold.

    ``is_wanted``: holding is what makes the rule fire; under a "not" it is what keeps it silent.
    """
    if isinstance(condition, WithinDays) or "." in condition.question:
        return is_wanted
    among = {"yes", "no"} & set(condition.is_)
    return bool(among) if is_wanted else len(among) > 1


def _held(condition: Condition, facts: Facts, since: date, *, is_wanted: bool) -> Found:
    if isinstance(condition, NotThis):
        found, why = _held(condition.not_, facts, since, is_wanted=not is_wanted)
        return (YES, NO, UNKNOWN)[found], why
    if isinstance(condition, AllOf):
        return _joined([_held(part, facts, since, is_wanted=is_wanted) for part in condition.all], decided=NO)
    if isinstance(condition, AnyOf):
        return _joined([_held(part, facts, since, is_wanted=is_wanted) for part in condition.any], decided=YES)
    if not isinstance(condition, AgeIs | AreaIs):
        ended = facts.ended.get(root_of(condition.question))
        if ended is not None and ended > since:
            return (YES if may_be_both(condition, is_wanted=is_wanted) else NO), _NOTHING
    now = _compiled(condition)
    found = now.test(facts)
    return found, now.why(facts) if found == UNKNOWN else _NOTHING


def _joined(parts: Sequence[Found], *, decided: int) -> Found:
    """Kleene's tables: one part that is ``decided`` decides the whole."""
    values = [value for value, _ in parts]
    if decided in values:
        return decided, _NOTHING
    if UNKNOWN in values:
        return UNKNOWN, _NOTHING.union(*(why for _, why in parts))
    return (YES if decided == NO else NO), _NOTHING


@cache
def _compiled(condition: Condition) -> Compiled:
    return compile_condition(condition)
