"""The rules of several options laid side by side, each once, found by what somebody answered.

Most answers are no, and most rules have nothing to say to a no. A rule that is silent whenever every question it looks
at was answered no is only looked at where one of them was not; which rules those are is found out once, by asking each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vesicle.candidacy.domain.answers import Answer, Answers
from vesicle.candidacy.domain.catalogue import Catalogue
from vesicle.candidacy.domain.conditions import NO, Facts
from vesicle.candidacy.domain.program import Line, Program, program_of
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis
from vesicle.protocols.schema.treatment import Option

_REMEMBERED = 64
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Table:
    """Every rule of some options once.

    ``places`` says for each which options have it, and where in them; ``sites`` where on the body each option is given.
    ``by_root`` are the rules to look at for somebody who said anything but no to that question, or nothing, or whose no
    was a yes before; ``always`` those that are looked at for everybody.
    """

    options: tuple[Option, ...]
    catalogue: Catalogue
    programs: tuple[Program, ...]
    places: dict[int, tuple[tuple[int, int], ...]]
    sites: tuple[frozenset[str], ...]
    always: tuple[Line, ...]
    by_root: dict[str, tuple[Line, ...]]

    def worth_a_look(self, facts: Facts) -> dict[int, Line]:
        """Return the rules that may say something to somebody, on this or any later day, by their keys."""
        given, named = facts.given, facts.named
        found = {line.key: line for line in self.always}
        for root, lines in self.by_root.items():
            said = given.get(root)
            if said is None or said.answer != "no" or root in named:
                for line in lines:
                    found[line.key] = line
        for root in facts.ended:
            for line in self.by_root.get(root, ()):
                found[line.key] = line
        return found


_tables: dict[tuple[int, ...], Table] = {}


def table_of(options: Sequence[Option], catalogue: Catalogue) -> Table:
    """Return the table of ``options``. Made once for as long as these options are in use."""
    key = (id(catalogue), *map(id, options))
    known = _tables.get(key)
    if known is not None and known.catalogue is catalogue and all(map(_is, known.options, options)):
        return known
    if len(_tables) >= _REMEMBERED:
        _tables.clear()
    made = _tables[key] = _make(tuple(options), catalogue)
    return made


def _is(one: Option, other: Option) -> bool:
    return one is other


def _make(options: tuple[Option, ...], catalogue: Catalogue) -> Table:
    programs = tuple(program_of(option) for option in options)
    places: dict[int, tuple[tuple[int, int], ...]] = {}
    lines: dict[int, Line] = {}
    for number, program in enumerate(programs):
        for rank, line in enumerate(program.lines):
            lines[line.key] = line
            places[line.key] = (*places.get(line.key, ()), (number, rank))
    silent = {key for key, line in lines.items() if _is_silent_to_no(line, catalogue)}
    by_root: dict[str, list[Line]] = {}
    for key in silent:
        for root in _roots(lines[key]):
            by_root.setdefault(root, []).append(lines[key])
    return Table(
        options,
        catalogue,
        programs,
        places,
        tuple(catalogue.sites_of(program.areas) for program in programs),
        tuple(line for key, line in lines.items() if key not in silent),
        {root: tuple(several) for root, several in by_root.items()},
    )


def _roots(line: Line) -> frozenset[str]:
    return frozenset(question.partition(".")[0] for question in line.questions)


def _is_silent_to_no(line: Line, catalogue: Catalogue) -> bool:
    """Return whether a rule does not fire, and is decided, for whoever answers no to all it looks at."""
    if _looks_at_more(line.rule.rule.when):
        return False
    answers = Answers({root: Answer("no") for root in _roots(line)})
    return line.outcome(Facts(answers, _ANY_DAY, catalogue, {})) == NO


def _looks_at_more(condition: Condition) -> bool:
    """Return whether a condition looks at the person's age or areas as well."""
    if isinstance(condition, AllOf | AnyOf):
        return any(map(_looks_at_more, condition.all if isinstance(condition, AllOf) else condition.any))
    if isinstance(condition, NotThis):
        return _looks_at_more(condition.not_)
    return isinstance(condition, AgeIs | AreaIs)
