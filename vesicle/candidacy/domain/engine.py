"""From an option's rules and a person's answers to a verdict.

An option is compiled once (``Program``) and remembered; deciding is then one pass over its rules, and only rules that
fire or cannot be decided are put into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from vesicle.candidacy.domain.answers import Answers
from vesicle.candidacy.domain.areas import about_areas
from vesicle.candidacy.domain.catalogue import Catalogue, standard_catalogue
from vesicle.candidacy.domain.conditions import (
    FOR_A_PROVIDER,
    NO,
    STILL_OPEN,
    YES,
    Cause,
    Doubt,
    Facts,
)
from vesicle.candidacy.domain.explain import explain_fired, explain_unknown, from_both_parts, one_per_question
from vesicle.candidacy.domain.outlook import outlook_of
from vesicle.candidacy.domain.program import Line, Program
from vesicle.candidacy.domain.table import table_of
from vesicle.candidacy.domain.verdict import Reason, Turn, Verdict, VerdictName
from vesicle.protocols.schema.rules import AgeIs, WithinDays
from vesicle.protocols.schema.treatment import Option

_DECIDES: dict[str, VerdictName] = {"exclude": "unsuitable", "defer": "defer", "review": "review"}
_EFFECTS = {effect: place for place, effect in enumerate((*_DECIDES, "note"))}


def evaluate(
    option: Option,
    answers: Answers,
    on: date,
    *,
    catalogue: Catalogue | None = None,
    named: Mapping[str, Doubt] | None = None,
) -> Verdict:
    """Return the verdict on ``option`` for somebody who gave ``answers``, as of the day ``on``.

    Args:
        option: what they would like to have.
        answers: what they said.
        on: the day it is about.
        catalogue: the questions; by default those of the bank that ships with Vesicle.
        named: answers in doubt because of a medicine they named, to replay a stored decision; by default read anew.

    Raises:
        Invalid: an answer of yes carries a date after ``on`` to a question about the past.
    """
    return evaluate_all((option,), answers, on, catalogue=catalogue, named=named)[0]


def evaluate_all(
    options: Iterable[Option],
    answers: Answers,
    on: date,
    *,
    catalogue: Catalogue | None = None,
    named: Mapping[str, Doubt] | None = None,
) -> tuple[Verdict, ...]:
    """Return a verdict for each option, in the order given. Arguments and errors as for ``evaluate``."""
    facts = Facts(answers, on, catalogue or standard_catalogue(), named)
    wanted = tuple(options)
    table = table_of(wanted, facts.catalogue)
    found: list[list[tuple[int, _Finding]]] = [[] for _ in wanted]
    deferring: list[list[Line]] = [[] for _ in wanted]
    for line in table.worth_a_look(facts).values():
        finding = _find(line, facts)
        for place, position in table.places[line.key]:
            if finding is not None:
                found[place].append((position, finding))
            if line.rule.rule.effect == "defer":
                deferring[place].append(line)
    rank = _Rank(facts.catalogue)
    verdicts = []
    for place, program in enumerate(table.programs):
        # Each option's own rules come before those of what it is combined with, whatever the order of the file.
        own = [finding for _, finding in sorted(found[place], key=itemgetter(0))]
        is_everywhere = facts.catalogue.engine < 2 or facts.sites <= table.sites[place]
        where = None if is_everywhere else about_areas(program.option, answers.areas, facts.catalogue)
        verdicts.append(_decide(program, facts, answers, own, deferring[place], rank, where))
    return tuple(verdicts)


class _Rank:
    """The order of reasons: strictest first, what fired before what is unknown, events before dates, later dates first.

    One reason often stands in several options; its place, and what would change it (``told``), are worked out once.
    """

    __slots__ = ("_catalogue", "_known", "told")

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        # The reason is kept beside its place, so that its number is not given to another meanwhile.
        self._known: dict[int, tuple[Reason, tuple[object, ...]]] = {}
        self.told: dict[int, tuple[Reason, tuple[Turn, ...]]] = {}

    def __call__(self, reason: Reason) -> tuple[object, ...]:
        known = self._known.get(id(reason))
        if known is None:
            known = self._known[id(reason)] = (reason, self._place(reason))
        return known[1]

    def _place(self, reason: Reason) -> tuple[object, ...]:
        return (
            _EFFECTS[reason.effect],
            reason.why != "fired",
            reason.until is None,
            -reason.earliest.toordinal() if reason.earliest else 0,
            [self._catalogue.place_of(question) for question in reason.questions],
            reason.rule,
        )


@dataclass(frozen=True, slots=True)
class _Finding:
    """One rule held against one person: it fires (``reason``), or it is not known and why."""

    is_fired: bool
    reason: Reason | None
    causes: frozenset[Cause] = frozenset()


def _find(line: Line, facts: Facts) -> _Finding | None:
    """Return what a rule says about somebody; ``None`` where it does not apply to them."""
    outcome = line.outcome(facts)
    if outcome == NO:
        return None
    if outcome == YES:
        return _Finding(True, explain_fired(line.rule, facts.catalogue.in_order(line.questions), line.ends(facts)))
    if line.rule.rule.effect == "note":
        return None
    causes = line.causes(facts)
    to_ask = sorted(cause for cause in causes if cause.kind in FOR_A_PROVIDER)
    return _Finding(False, explain_unknown(line.rule, to_ask, facts.catalogue) if to_ask else None, causes)


def _decide(
    program: Program,
    facts: Facts,
    answers: Answers,
    found: Iterable[_Finding],
    deferring: Sequence[Line],
    rank: _Rank,
    where: Reason | None,
) -> Verdict:
    fired: list[Reason] = []
    notes: list[Reason] = []
    unknown: list[Reason] = []
    why_unknown: set[Cause] = set()
    for finding in found:
        why_unknown |= finding.causes
        if finding.reason is not None:
            kept = notes if finding.reason.effect == "note" else fired if finding.is_fired else unknown
            kept.append(finding.reason)
    if where is not None:
        (fired if where.effect == "exclude" else notes).append(where)
    if program.is_combined:
        fired, notes = from_both_parts(fired), from_both_parts(notes)
    reasons = [*fired, *one_per_question(unknown)] if unknown else fired
    return _verdict(program, facts, answers, reasons, notes, why_unknown, deferring, rank)


def _verdict(
    program: Program,
    facts: Facts,
    answers: Answers,
    reasons: list[Reason],
    notes: list[Reason],
    why_unknown: set[Cause],
    deferring: Sequence[Line],
    rank: _Rank,
) -> Verdict:
    def named(*kinds: str) -> tuple[str, ...]:
        questions = {cause.question for cause in why_unknown if cause.kind in kinds}
        return facts.catalogue.in_order(questions) if questions else ()

    unasked = named("unanswered")
    effects = {reason.effect for reason in reasons}
    deciding = next((effect for effect in _DECIDES if effect in effects), None)
    name: VerdictName = _DECIDES[deciding] if deciding else "incomplete" if unasked else "suitable"
    in_order = sorted(reasons, key=rank)
    decisive = tuple(reason for reason in in_order if reason.effect == deciding)
    until = tuple(sorted({reason.until for reason in decisive if reason.until}))
    latest = max((reason.earliest for reason in decisive if reason.earliest), default=None)
    if name == "defer" and not until and any(line.moving for line in deferring):
        latest = _first_day_without(deferring, facts, answers)
    earliest = None if until else latest
    outlook = outlook_of(
        name,
        decisive,
        on=facts.on,
        earliest=earliest,
        unasked=unasked,
        ends=_ends_of_exclusions(program, facts, answers, decisive) if name == "unsuitable" else {},
        shortest=facts.catalogue.shortest_validity(program.questions) if name == "suitable" else 0,
        catalogue=facts.catalogue,
        told=rank.told,
    )
    return Verdict(
        option=program.option.id,
        protocol=program.option.version,
        on=facts.on,
        verdict=name,
        earliest=earliest,
        until=until,
        not_before=latest,
        reasons=decisive,
        other=tuple(reason for reason in in_order if reason.effect != deciding),
        notes=tuple(sorted(notes, key=rank)),
        missing=named(*STILL_OPEN),
        unasked=unasked,
        optional=named("optional"),
        outlook=outlook,
    )


def _ends_of_exclusions(
    program: Program, facts: Facts, answers: Answers, decisive: Iterable[Reason]
) -> dict[str, date]:
    """Return the known day on which to look again, by excluding rule: a birthday, or a date ahead that was given."""
    ends = {}
    for reason in decisive:
        line = program.by_rule.get(reason.rule)
        if line is None:
            continue
        ahead = [day for question in line.questions if (day := facts.dates.get(question)) and day > facts.on]
        birthdays = _birthdays(line, answers.date_of_birth)
        lapse = [day for day in sorted(birthdays) if day > facts.on and _lapses(line, answers, day, facts)]
        if days := [*ahead, *lapse[:1]]:
            ends[line.rule.id] = max(days)
    return ends


def _lapses(line: Line, answers: Answers, day: date, facts: Facts) -> bool:
    return line.outcome(Facts(answers, day, facts.catalogue, facts.named)) != YES


def _birthdays(line: Line, born: date | None) -> set[date]:
    """Return the birthdays at which an age in a rule begins or ends to hold."""
    if born is None:
        return set()
    parts = (part for part in line.moving if isinstance(part, AgeIs))
    bounds = (bound for part in parts for bound in (part.age.from_, part.age.below))
    return {_birthday(born, age) for age in bounds if age is not None}


# --- the first day that is free -------------------------------------------------------------------------


def _first_day_without(deferring: Sequence[Line], facts: Facts, answers: Answers) -> date | None:
    """Return the first day after today on which no rule defers, ``None`` where none of the known dates brings one.

    ``deferring`` are the rules that may ever do so, given the answers. Needed where a condition itself moves with time
    (an age, "within 30 days"): the wait may then end earlier than its days say, or another may begin. Nothing changes
    between two of the days looked at.
    """
    for day in sorted(_turning_days(deferring, facts, answers)):
        later = Facts(answers, day, facts.catalogue, facts.named)
        if not any(line.outcome(later) == YES for line in deferring):
            return day
    return None


def _turning_days(deferring: Sequence[Line], facts: Facts, answers: Answers) -> set[date]:
    days = {day for line in deferring for day in line.turning_days(facts)}
    for line in deferring:
        days |= _birthdays(line, answers.date_of_birth)
        for part in line.moving:
            if isinstance(part, WithinDays):
                given = facts.dates.get(part.question)
                if given:
                    days |= {given - timedelta(days=part.within_days), given + timedelta(days=part.within_days + 1)}
    return {day for day in days if day > facts.on}


def _birthday(born: date, age: int) -> date:
    year = min(born.year + age, date.max.year)
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
