"""Which questions can still change a verdict, and in which order they are asked.

Nobody answers forty questions for a no. A question is worth asking while one of the rules that wait for it could make
some verdict stricter than what has fired already, or move the end of a wait; it is not while every such rule is
outdone. What has fired stays fired whatever else is answered (the conditions are monotone), so stopping there gives the
same verdicts as asking everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from vesicle.candidacy.domain.answers import Answers
from vesicle.candidacy.domain.areas import NOWHERE, about_areas
from vesicle.candidacy.domain.catalogue import Catalogue
from vesicle.candidacy.domain.conditions import STILL, UNKNOWN, YES, Facts
from vesicle.candidacy.domain.program import Line
from vesicle.candidacy.domain.table import Table, table_of
from vesicle.protocols.schema.rules import WithinDays
from vesicle.protocols.schema.treatment import Option

RANK = {"note": 0, "review": 1, "defer": 2, "exclude": 3}
"""How strict an effect is."""

EVENT_FIRST = 100_000
_REMEMBERED = 64
_orders: dict[int, tuple[Table, dict[str, tuple[int, int, int]]]] = {}


def worth_asking(
    options: Iterable[Option], answers: Answers, on: date, catalogue: Catalogue, *, in_full: Iterable[str] = ()
) -> frozenset[str]:
    """Return the questions never answered that can still change a verdict on one of ``options``.

    ``in_full`` names options a provider is going to look at: for them every rule that is still open is worth asking,
    even where the verdict stands, and notes as well; what nobody may have any more is not.
    """
    wanted = tuple(options)
    facts = Facts(answers, on, catalogue)
    thorough = frozenset(in_full)
    table = table_of(wanted, catalogue)
    looked_at = [(line, line.outcome(facts)) for line in table.worth_a_look(facts).values()]
    by_option: list[list[tuple[Line, int]]] = [[] for _ in wanted]
    for line, outcome in looked_at:
        for place, _ in table.places[line.key]:
            by_option[place].append((line, outcome))
    found: set[str] = set()
    for option, lines in zip(wanted, by_option, strict=True):
        found.update(_of_option(option, lines, facts, answers, option.id in thorough))
    return frozenset(found)


def _of_option(
    option: Option, lines: Sequence[tuple[Line, int]], facts: Facts, answers: Answers, is_thorough: bool
) -> Iterator[str]:
    """Yield what is worth asking for one option, of which ``lines`` are the rules that may say anything."""
    fired = [line for line, outcome in lines if outcome == YES and _stays(line, facts)]
    settled = max((RANK[line.rule.rule.effect] for line in fired), default=0)
    where = about_areas(option, answers.areas, facts.catalogue)
    if settled == RANK["exclude"] or (where is not None and where.rule.endswith(NOWHERE)):
        return
    deferring = [line for line, _ in lines if line.rule.rule.effect == "defer"]
    known_end = _known_end([line for line in fired if line.rule.rule.effect == "defer"], facts)
    moves = any(line.moving for line in deferring)
    for line, outcome in lines:
        if outcome == YES and line.rule.rule.effect == "defer":
            # What still goes on has no end yet, whatever date stands beside it.
            yield from _still_going_on(line, facts)
        if not is_thorough and not _could_tell(line, settled, known_end, moves, facts):
            continue
        if outcome == UNKNOWN:
            yield from (cause.question for cause in line.causes(facts) if cause.question not in facts.given)
        if facts.ended and line.outlasts:
            yield from (cause.question for cause in line.later_causes(facts) if cause.question not in facts.given)
        yield from _still_going_on(line, facts)
    if is_thorough or settled == 0:
        # Words have no rule of their own: a medicine named there can still call for a provider.
        texts = (entry.id for entry in facts.catalogue.asked.values() if entry.kind == "text" and not entry.parent)
        yield from (question for question in texts if question not in facts.given)


def _known_end(waiting: Sequence[Line], facts: Facts) -> date | None:
    """Return the day on which what defers ends, the last of all days where an event has to come first, or ``None``."""
    ends = [line.ends(facts) for line in waiting]
    # Where something has to happen first, no day is named, and dates are asked once it has.
    return max((end or date.max for end in ends), default=None)


def _stays(line: Line, facts: Facts) -> bool:
    """Return whether a rule that fires does so whatever else is answered: nothing but "yes, still" can undo a "not"."""
    return not line.negates or not any(True for _ in _still_going_on(line, facts))


def _still_going_on(line: Line, facts: Facts) -> Iterator[str]:
    """Yield the questions whether what is dated still goes on, where a yes would outweigh the date."""
    dated = {line.dated_by, *(part.question for part in line.moving if isinstance(part, WithinDays))}
    for question in dated & facts.dates.keys():
        still = f"{question}{STILL}"
        if still in facts.catalogue.asked and still not in facts.given:
            yield still


def _may_wait_for_event(line: Line, catalogue: Catalogue) -> bool:
    """Return whether a wait begins with something that has to happen: an event, or the end of what still goes on."""
    return not line.dated_by or f"{line.dated_by}{STILL}" in catalogue.asked


def _could_tell(line: Line, settled: int, known_end: date | None, moves: bool, facts: Facts) -> bool:
    """Return whether an undecided rule could make the verdict stricter, or the wait longer."""
    rank = RANK[line.rule.rule.effect]
    if rank != RANK["defer"] or settled < rank:
        return rank > settled
    if _may_wait_for_event(line, facts.catalogue) or known_end is None or (moves and known_end < date.max):
        return True
    # A date that has been: whatever it is, the wait ends at most its days from now.
    return known_end < date.max and facts.on + line.days > known_end


def order_of(options: Sequence[Option], catalogue: Catalogue) -> dict[str, tuple[int, int, int]]:
    """Return a key that sorts questions: what can exclude first, then what can make wait, then what needs a provider.

    Among questions that can make wait, events and long waits come first, because a known long wait outdoes shorter
    ones; among the others, those that most rules look at. One yes then spares the rest. A follow-up has the place right
    after its parent.
    """
    table = table_of(tuple(options), catalogue)
    known = _orders.get(id(table))
    if known is None or known[0] is not table:
        if len(_orders) >= _REMEMBERED:
            _orders.clear()
        known = _orders[id(table)] = (table, _order(table))
    return known[1]


def _order(table: Table) -> dict[str, tuple[int, int, int]]:
    rank: dict[str, int] = {}
    breadth: dict[str, int] = {}
    longest: dict[str, int] = {}
    for program in table.programs:
        for line in program.lines:
            for question in line.questions:
                root = question.partition(".")[0]
                rank[root] = max(rank.get(root, 0), RANK[line.rule.rule.effect])
                breadth[root] = breadth.get(root, 0) + 1
                is_event = line.rule.rule.effect == "defer" and _may_wait_for_event(line, table.catalogue)
                days = EVENT_FIRST if is_event else line.days.days
                longest[root] = max(longest.get(root, 0), days)
    keys = {}
    for question, asked in table.catalogue.asked.items():
        root = question.partition(".")[0]
        strict = rank.get(root, -1)
        within = longest if strict == RANK["defer"] else breadth
        keys[question] = (-strict, -within.get(root, 0), asked.place)
    return keys
