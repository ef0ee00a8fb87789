"""An option's rules, compiled once: what each asks of somebody's facts, and why it cannot be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from vesicle.candidacy.domain.conditions import NO, UNKNOWN, YES, Cause, Compiled, Facts, compile_condition, why_undated
from vesicle.candidacy.domain.ended import days_over, first_day_over, held_since
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, Condition, NotThis, WithinDays, questions_of
from vesicle.protocols.schema.treatment import Option, OptionRule

_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, ready to run. ``days`` and ``dated_by`` come from a wait that starts at a date.

    ``outlasts``: it waits for an event, then for ``days`` more, so it may fire when its condition holds no longer.
    ``moving`` are the parts of its condition that change as time passes; ``negates``: a "not" is among them. Options
    that share a rule (a treatment's ways, combined treatments) share its line: ``key`` names it, so that a person is
    held against it once.
    """

    key: int
    rule: OptionRule
    when: Compiled
    dated_by: str
    outlasts: bool
    days: timedelta
    questions: tuple[str, ...]
    moving: tuple[WithinDays | AgeIs, ...]
    negates: bool

    def outcome(self, facts: Facts) -> int:
        """Return whether the rule fires."""
        if not self.dated_by:
            now = self.when.test(facts)
            if now == YES or not facts.ended or not self.outlasts:
                return now
            return held_since(self.rule.rule.when, facts, facts.on - self.days)[0]
        day = facts.dates.get(self.dated_by)
        if day is None:
            return UNKNOWN if self.when.test(facts) else NO
        if day + self.days > facts.on:
            return self.when.test(facts)
        return UNKNOWN if self.dated_by in facts.doubted and self.when.test(facts) else NO

    def ends(self, facts: Facts) -> date | None:
        """Return the first day after the wait, where it runs from a known date that lies behind."""
        if self.outlasts:
            if not facts.ended or self.when.test(facts) == YES:
                return None
            return first_day_over(self.rule.rule.when, facts, self.questions, self.days)
        day = facts.dates.get(self.dated_by) if self.dated_by not in facts.still else None
        return day + self.days if day else None

    def turning_days(self, facts: Facts) -> Iterator[date]:
        """Yield the days on which a wait of this rule may be over, whether or not it fires today."""
        if not self.outlasts:
            if ends := self.ends(facts):
                yield ends
        elif facts.ended:
            yield from days_over(facts, self.questions, self.days)

    def later_causes(self, facts: Facts) -> frozenset[Cause]:
        """Return what is not known once the wait after an answer that ended is over: it could make it longer."""
        ends = self.ends(facts) if self.outlasts else None
        return held_since(self.rule.rule.when, facts, ends - self.days)[1] if ends else frozenset()

    def causes(self, facts: Facts) -> frozenset[Cause]:
        """Return why the rule cannot be decided."""
        if self.outlasts and facts.ended:
            return held_since(self.rule.rule.when, facts, facts.on - self.days)[1]
        found = self.when.why(facts) if self.when.test(facts) == UNKNOWN else frozenset()
        if self.dated_by and (self.dated_by not in facts.dates or self.dated_by in facts.doubted):
            found |= {why_undated(self.dated_by, facts)}
        return found


@dataclass(frozen=True, slots=True)
class Program:
    """An option's rules in a canonical order, so that the order of the file never shows.

    ``areas``: where the option is given at all. ``is_combined``: rules of several treatments are among them.
    """

    option: Option
    lines: tuple[Line, ...]
    by_rule: Mapping[str, Line]
    is_combined: bool
    areas: tuple[str, ...]
    questions: tuple[str, ...]


_programs: dict[int, Program] = {}
_lines: dict[tuple[int, str], Line] = {}
_keys = count()


def program_of(option: Option) -> Program:
    """Return an option's rules ready to run. Compiled once for as long as the option is in use."""
    known = _programs.get(id(option))
    if known is None or known.option is not option:
        if len(_programs) >= _REMEMBERED:
            _programs.clear()
            _lines.clear()
        known = _programs[id(option)] = _compile(option)
    return known


def _compile(option: Option) -> Program:
    own_first = sorted(option.rules, key=lambda rule: (rule.origin != option.id, rule.id))
    lines = tuple(_line(rule) for rule in own_first)
    by_rule = {line.rule.id: line for line in lines}
    is_combined = len({rule.id.partition(".")[0] for rule in option.rules}) > 1
    areas = tuple(area.area for area in option.sections.areas)
    questions = tuple(sorted({question for line in lines for question in line.questions}))
    return Program(option, lines, by_rule, is_combined, areas, questions)


def _line(rule: OptionRule) -> Line:
    key = (id(rule.rule), rule.id)
    known = _lines.get(key)
    if known is not None and known.rule.rule is rule.rule:
        return known
    wait = rule.rule.wait
    dated_by = (wait.from_question or "") if wait else ""
    questions = questions_of(rule.rule.when) | ({dated_by} if dated_by else set())
    days = timedelta(days=wait.days if wait else 0)
    when = rule.rule.when
    made = Line(
        key=next(_keys),
        rule=rule,
        when=compile_condition(when),
        dated_by=dated_by,
        outlasts=wait is not None and not dated_by and wait.days > 0,
        days=days,
        questions=tuple(sorted(questions)),
        moving=tuple(_moving_parts(when)),
        negates=_negates(when),
    )
    _lines[key] = made
    return made


def _negates(condition: Condition) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return any(map(_negates, condition.all if isinstance(condition, AllOf) else condition.any))
    return isinstance(condition, NotThis)


def _moving_parts(condition: Condition) -> Iterator[WithinDays | AgeIs]:
    if isinstance(condition, WithinDays | AgeIs):
        yield condition
    elif isinstance(condition, NotThis):
        yield from _moving_parts(condition.not_)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from _moving_parts(part)
