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
from vesicle.candidacy.domain.program import Line, Program, program_of
from vesicle.protocols.schema.rules import WithinDays
from vesicle.protocols.schema.treatment import Option

RANK = {"note": 0, "review": 1, "defer": 2, "exclude": 3}
"""How strict an effect is."""

EVENT_FIRST = 100_000


def worth_asking(
    options: Iterable[Option], answers: Answers, on: date, catalogue: Catalogue, *, in_full: Iterable[str] = ()
) -> frozenset[str]:
    """Return the questions never answered that can still change a verdict on one of ``options``.

    ``in_full`` names options a provider is going to look at: for them every rule that is still open is worth asking,
    even where the verdict stands, and notes as well; what nobody may have any more is not.
    """
    facts = Facts(answers, on, catalogue)
    thorough = frozenset(in_full)
    found: set[str] = set()
    for option in options:
        found.update(_of_option(program_of(option), facts, answers, option.id in thorough))
    return frozenset(found)


def _of_option(program: Program, facts: Facts, answers: Answers, is_thorough: bool) -> Iterator[str]:
    fired = [line for line in program.lines if line.outcome(facts) == YES]
    settled = max((RANK[line.rule.rule.effect] for line in fired), default=0)
    where = about_areas(program.option, answers.areas, facts.catalogue)
    if settled == RANK["exclude"] or (where is not None and where.rule.endswith(NOWHERE)):
        return
    # Where something has to happen first, no day is named, and dates are asked once it has.
    waits_for_event = any(
        not line.dated_by and not line.ends(facts) for line in fired if line.rule.rule.effect == "defer"
    )
    latest = max((ends for line in fired if (ends := line.ends(facts))), default=None)
    known_end = date.max if waits_for_event else latest
    for line in program.lines:
        if not is_thorough and not _could_tell(line, settled, known_end, program, facts):
            continue
        if line.outcome(facts) == UNKNOWN:
            yield from (cause.question for cause in line.causes(facts) if cause.question not in facts.given)
        if facts.ended and line.outlasts:
            yield from (cause.question for cause in line.later_causes(facts) if cause.question not in facts.given)
        yield from _still_going_on(line, facts)
    if is_thorough or settled == 0:
        # Words have no rule of their own: a medicine named there can still call for a provider.
        texts = (entry.id for entry in facts.catalogue.asked.values() if entry.kind == "text" and not entry.parent)
        yield from (question for question in texts if question not in facts.given)


def _still_going_on(line: Line, facts: Facts) -> Iterator[str]:
    """Yield the questions whether what is dated still goes on, where a yes would outweigh the date."""
    dated = {line.dated_by, *(part.question for part in line.moving if isinstance(part, WithinDays))}
    for question in dated & facts.dates.keys():
        still = f"{question}{STILL}"
        if still in facts.catalogue.asked and still not in facts.given:
            yield still


def _could_tell(line: Line, settled: int, known_end: date | None, program: Program, facts: Facts) -> bool:
    """Return whether an undecided rule could make the verdict stricter, or the wait longer."""
    rank = RANK[line.rule.rule.effect]
    if rank != RANK["defer"] or settled < rank:
        return rank > settled
    if not line.dated_by or known_end is None or (program.moves and known_end < date.max):
        return True
    # A date that has been: whatever it is, the wait ends at most its days from now.
    return known_end < date.max and facts.on + line.days > known_end


def order_of(options: Sequence[Option], catalogue: Catalogue) -> dict[str, tuple[int, int, int]]:
    """Return a key that sorts questions: what can exclude first, then what can make wait, then what needs a provider.

    Among questions that can make wait, events and long waits come first, because a known long wait outdoes shorter
    ones; among those that can only call for a provider, those that do so for most options. One yes then spares the
    others. A follow-up has the place right after its parent.
    """
    rank: dict[str, int] = {}
    breadth: dict[str, int] = {}
    longest: dict[str, int] = {}
    for option in options:
        for line in program_of(option).lines:
            for question in line.questions:
                root = question.partition(".")[0]
                rank[root] = max(rank.get(root, 0), RANK[line.rule.rule.effect])
                breadth[root] = breadth.get(root, 0) + 1
                days = line.days.days if line.dated_by else EVENT_FIRST if line.rule.rule.effect == "defer" else 0
                longest[root] = max(longest.get(root, 0), days)
    keys = {}
    for question, asked in catalogue.asked.items():
        root = question.partition(".")[0]
        strict = rank.get(root, -1)
        within = {RANK["defer"]: longest, RANK["review"]: breadth}.get(strict, {})
        keys[question] = (-strict, -within.get(root, 0), asked.place)
    return keys
