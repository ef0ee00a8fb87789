"""The same verdicts for whole populations at once: one pass per rule over all people.

Each answer of each question becomes a plane, one bit a person. A condition is then two planes, "holds" and "not known",
computed with a few ANDs and ORs over 64 people at a time; Kleene's tables are the same as in ``conditions``. What is
not known is kept in two parts, as the verdict needs it: somebody has to ask (unsure, undated, an open follow-up), or
the question was never answered. Dates are compared as numbers once per threshold.

The engine (``engine.evaluate``) is the reference: both must agree on every person (``test_planes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vesicle.candidacy.domain.answers import ANSWERED, UNSURE
from vesicle.candidacy.domain.catalogue import Asked, Catalogue
from vesicle.candidacy.domain.conditions import STILL
from vesicle.candidacy.domain.ended import may_be_both, root_of
from vesicle.candidacy.domain.sheets import ANSWERED_BIT, ENDED_FROM, NAMED_BIT, Layout
from vesicle.candidacy.domain.verdict import STRICTEST_FIRST, VerdictName
from vesicle.protocols.schema.rules import AgeIs, AllOf, AnyOf, AreaIs, Condition, NotThis, WithinDays, questions_of
from vesicle.protocols.schema.treatment import Option, OptionRule

Plane = NDArray[np.uint64]
"""One bit a person, 64 people a word."""


class Three(NamedTuple):
    """A condition over everybody: where it holds, and where it is not known and why.

    ``ask``: somebody has to ask. ``never``: the question was never answered. ``open``: an optional one was not. A
    person may be in several of the three; for who is in any of them it is not known whether it holds.
    """

    yes: Plane
    ask: Plane
    never: Plane
    open: Plane

    @property
    def unknown(self) -> Plane:
        """Where it is not known."""
        return self.ask | self.never | self.open

    def only(self, where: Plane) -> Three:
        """Return the same, with what is not known kept to ``where``."""
        return Three(self.yes, self.ask & where, self.never & where, self.open & where)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Everybody's verdict on one option: five planes by name, of which each person is in exactly one.

    ``active`` are the rules that count against somebody: fired, or waiting for somebody to ask; notes are not in it.
    """

    option: str
    count: int
    planes: Mapping[VerdictName, Plane]
    active: Mapping[str, Plane]

    def names(self) -> list[VerdictName]:
        """Return one verdict a person, in the order of the sheets."""
        codes = np.zeros(self.count, np.uint8)
        for code, name in enumerate(STRICTEST_FIRST):
            codes[members(self.planes[name], self.count)] = code
        return [STRICTEST_FIRST[code] for code in codes]

    def counts(self) -> dict[VerdictName, int]:
        """Return how many people have each verdict."""
        return {name: int(np.bitwise_count(plane).sum()) for name, plane in self.planes.items()}


def pack(flags: NDArray[np.bool_]) -> Plane:
    """Return one bit a person from one truth value a person."""
    padded = np.zeros(-(-len(flags) // 64) * 8, np.uint8)
    packed = np.packbits(flags)
    padded[: len(packed)] = packed
    return padded.view(np.uint64)


def members(plane: Plane, count: int) -> NDArray[np.intp]:
    """Return the places of the people in ``plane``, in order."""
    return np.flatnonzero(np.unpackbits(plane.view(np.uint8), count=count))


class Population:
    """Many people's answers as planes, for any number of options and days."""

    def __init__(self, sheets: NDArray[np.void], layout: Layout, catalogue: Catalogue) -> None:
        """Split ``sheets`` (as ``Layout.read`` returns them) into planes. Takes a second or two for a million."""
        self.count = len(sheets)
        self.catalogue = catalogue
        self.everybody = pack(np.ones(self.count, np.bool_))
        self.nobody = np.zeros_like(self.everybody)
        self.born = np.ascontiguousarray(sheets["born"])
        self.ages = np.ascontiguousarray(sheets["age"])
        self.given: dict[str, Plane] = {}
        self.named: dict[str, Plane] = {}
        self.values: dict[str, dict[str, Plane]] = {}
        for question, place in layout.places.items():
            codes = np.ascontiguousarray(sheets["answers"][:, place])
            self.given[question] = pack((codes & ANSWERED_BIT) != 0)
            self.named[question] = pack((codes & NAMED_BIT) != 0)
            names = enumerate(layout.values[question])
            self.values[question] = {value: pack((codes & (1 << bit)) != 0) for bit, value in names}
        self.dates = {
            question: np.ascontiguousarray(sheets["dates"][:, place]) for question, place in layout.date_places.items()
        }
        self.ended = {
            question: np.ascontiguousarray(sheets["ended"][:, place])
            for question, place in layout.ended_places.items()
            if sheets["ended"][:, place].any()
        }
        self.areas = {area: pack(sheets["areas"][:, place] != 0) for place, area in enumerate(layout.areas)}

    def value(self, question: str, value: str) -> Plane:
        """Return who gave ``value`` as an answer."""
        return self.values.get(question, {}).get(value, self.nobody)

    def at(self, on: date) -> Day:
        """Return the same people as they are on one day."""
        return Day(self, on)


class Day:
    """A population on one day: states of questions, conditions and verdicts, each computed once."""

    def __init__(self, people: Population, on: date) -> None:
        self.people = people
        self.on = on.toordinal()
        self._states: dict[str, Three] = {}
        self._conditions: dict[Condition, Three] = {}
        self._rules: dict[tuple[Condition, str, int], Three] = {}
        self._recent: dict[tuple[str, int], Plane] = {}
        self._ages = self._ages_on(on)
        self._ages_known = pack(self._ages >= 0)
        self._sites_asked = self._sites()

    def verdicts(self, options: Iterable[Option]) -> tuple[Verdicts, ...]:
        """Return everybody's verdict on each option, in the order given."""
        return tuple(self._verdicts(option) for option in options)

    # --- options and rules --------------------------------------------------------------------------

    def _verdicts(self, option: Option) -> Verdicts:
        nobody = self.people.nobody
        fired = {"exclude": self._not_given_there(option), "defer": nobody, "review": nobody}
        never = nobody
        active = {}
        for rule in option.rules:
            effect = rule.rule.effect
            if effect == "note":
                continue
            found = self._rule(rule)
            fired[effect] = fired[effect] | found.yes
            fired["review"] = fired["review"] | found.ask
            never = never | found.never
            active[rule.id] = found.yes | found.ask
        excluded = fired["exclude"]
        deferred = fired["defer"] & ~excluded
        decided = excluded | deferred
        reviewed = fired["review"] & ~decided
        decided = decided | reviewed
        incomplete = never & ~decided
        planes: dict[VerdictName, Plane] = {
            "unsuitable": excluded,
            "defer": deferred,
            "review": reviewed,
            "incomplete": incomplete,
            "suitable": self.people.everybody & ~(decided | incomplete),
        }
        return Verdicts(option.id, self.people.count, planes, active)

    def _rule(self, rule: OptionRule) -> Three:
        wait = rule.rule.wait
        dated_by = (wait.from_question or "") if wait else ""
        when = self._condition(rule.rule.when)
        if wait is None:
            return when
        if not dated_by:
            return self._outlasting(rule.rule.when, wait.days) if wait.days and self.people.ended else when
        # By what it says and not by its name: two editions may give one name two waits.
        key = (rule.rule.when, dated_by, wait.days)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = self._waiting(when, dated_by, wait.days)
        return found

    def _waiting(self, when: Three, dated_by: str, days: int) -> Three:
        """A wait from a date: it fires until the date lies ``days`` back, and is not known without one."""
        dated = self._dated(dated_by)
        running = self._since(dated_by, self.on - days) & dated
        doubted = self._doubted(dated_by)
        holds_or_not_known = when.yes | when.unknown
        unknown = (holds_or_not_known & (~dated | (dated & ~running & doubted))) | (running & when.unknown)
        causes = when.only(unknown)
        undated = self._why_undated(dated_by).only(unknown & (~dated | doubted))
        return Three(
            running & when.yes, causes.ask | undated.ask, causes.never | undated.never, causes.open | undated.open
        )

    def _outlasting(self, condition: Condition, days: int) -> Three:
        """A wait that goes on for some days after its condition held; see ``ended``."""
        if not any(root_of(question) in self.people.ended for question in questions_of(condition)):
            return self._condition(condition)
        key = (condition, "", days)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = self._held(condition, self.on - days, is_wanted=True)
        return found

    def _held(self, condition: Condition, since: int, *, is_wanted: bool) -> Three:
        if isinstance(condition, AllOf):
            return self._all([self._held(part, since, is_wanted=is_wanted) for part in condition.all])
        if isinstance(condition, AnyOf):
            return self._any([self._held(part, since, is_wanted=is_wanted) for part in condition.any])
        if isinstance(condition, NotThis):
            return self._opposite(self._held(condition.not_, since, is_wanted=not is_wanted))
        now = self._condition(condition)
        if isinstance(condition, AgeIs | AreaIs):
            return now
        ended = self.people.ended.get(root_of(condition.question))
        if ended is None:
            return now
        lately = pack((ended > 0) & (ended.astype(np.int32) + ENDED_FROM > since))
        rest = now.only(~lately)
        yes = now.yes | lately if may_be_both(condition, is_wanted=is_wanted) else now.yes & ~lately
        return rest._replace(yes=yes)

    def _not_given_there(self, option: Option) -> Plane:
        given = [area.area for area in option.sections.areas]
        catalogue = self.people.catalogue
        if not given or catalogue.engine < 2:
            return self.people.nobody
        sites = catalogue.sites_of(given)
        covered = [plane for area, plane in self.people.areas.items() if not sites.isdisjoint(catalogue.areas[area])]
        return self._any_area & ~self._union(covered)

    # --- conditions ---------------------------------------------------------------------------------

    def _condition(self, condition: Condition) -> Three:
        found = self._conditions.get(condition)
        if found is None:
            found = self._conditions[condition] = self._compute(condition)
        return found

    def _compute(self, condition: Condition) -> Three:
        if isinstance(condition, AllOf):
            return self._all([self._condition(part) for part in condition.all])
        if isinstance(condition, AnyOf):
            return self._any([self._condition(part) for part in condition.any])
        if isinstance(condition, NotThis):
            return self._opposite(self._condition(condition.not_))
        if isinstance(condition, AgeIs):
            return self._age(condition.age.from_ or 0, condition.age.below)
        if isinstance(condition, AreaIs):
            return self._area(condition.area)
        if isinstance(condition, WithinDays):
            return self._within(condition.question, condition.within_days)
        return self._answered(condition.question, condition.is_)

    def _all(self, parts: Sequence[Three]) -> Three:
        possible = reduce(np.bitwise_and, [part.yes | part.unknown for part in parts])
        yes = reduce(np.bitwise_and, [part.yes for part in parts])
        return self._joined(yes, possible & ~yes, parts)

    def _any(self, parts: Sequence[Three]) -> Three:
        yes = self._union([part.yes for part in parts])
        return self._joined(yes, self._union([part.unknown for part in parts]) & ~yes, parts)

    def _opposite(self, part: Three) -> Three:
        return part._replace(yes=self.people.everybody & ~(part.yes | part.unknown))

    def _joined(self, yes: Plane, unknown: Plane, parts: Sequence[Three]) -> Three:
        ask, never, open_ = (self._union(list(planes)) for planes in zip(*(part[1:] for part in parts), strict=True))
        return Three(yes, ask & unknown, never & unknown, open_ & unknown)

    def _age(self, at_least: int, below: int | None) -> Three:
        holds = self._ages >= at_least
        if below is not None:
            holds &= self._ages < below
        unknown = self.people.everybody & ~self._ages_known
        return Three(pack(holds) & self._ages_known, self.people.nobody, unknown, self.people.nobody)

    def _area(self, wanted: Sequence[str]) -> Three:
        holds = self._union([self._treated(area) for area in wanted])
        never = self.people.everybody & ~self._any_area
        return Three(holds, self.people.nobody, never, self.people.nobody)

    def _within(self, question: str, days: int) -> Three:
        state = self._state(question)
        told = state.yes & self._effective(question, "yes")
        dated = self._dated(question)
        recent = told & dated & self._since(question, self.on - days - 1) & ~self._since(question, self.on + days)
        undated = told & ~dated
        doubted = told & dated & ~recent & self._doubted(question)
        return Three(recent, state.ask | undated | doubted, state.never, state.open)

    def _answered(self, question: str, wanted: Sequence[str]) -> Three:
        state = self._state(question)
        yes = state.yes & self._union([self._effective(question, value) for value in wanted if value != UNSURE])
        if UNSURE not in wanted:
            return state._replace(yes=yes)
        own_unsure = state.ask & self._effective(question, UNSURE)
        return state._replace(yes=yes | own_unsure, ask=state.ask & ~own_unsure)

    # --- what is known of a question ----------------------------------------------------------------

    def _state(self, question: str) -> Three:
        """Where an answer (or that none applies) is known, and where it is not and why."""
        found = self._states.get(question)
        if found is None:
            found = self._states[question] = self._look_up(question)
        return found

    def _look_up(self, question: str) -> Three:
        people = self.people
        known = people.catalogue.asked.get(question)
        given = people.given.get(question, people.nobody)
        unsure = people.value(question, UNSURE) | people.named.get(question, people.nobody)
        if known is None or not known.parent:
            missing = people.everybody & ~given
            required = known is None or known.required
            return self._known(given & ~unsure, unsure, missing if required else None, None if required else missing)
        return self._look_up_follow_up(known, given, unsure)

    def _look_up_follow_up(self, known: Asked, given: Plane, unsure: Plane) -> Three:
        people = self.people
        parent = people.catalogue.asked.get(known.parent)
        parent_given = people.given.get(known.parent, people.nobody)
        parent_unsure = people.value(known.parent, UNSURE) | people.named.get(known.parent, people.nobody)
        leads = self._leads(known)
        alone = given if ANSWERED in known.when else given & ~people.value(known.id, "no")
        doubted = parent_unsure & ~leads
        counts = (leads & given) | ((~parent_given | doubted) & alone)
        not_applicable = parent_given & ~leads & ~parent_unsure
        open_parent = people.everybody & ~parent_given & ~alone
        open_here = leads & ~given
        ask = (doubted & ~alone) | (counts & unsure) | (open_here if known.required else people.nobody)
        parent_required = parent is None or parent.required
        never = open_parent if parent_required else people.nobody
        optional = people.nobody if parent_required else open_parent
        if not known.required:
            optional = optional | open_here
        return Three((counts & ~unsure) | not_applicable, ask, never, optional)

    def _known(self, yes: Plane, ask: Plane, never: Plane | None, optional: Plane | None) -> Three:
        nobody = self.people.nobody
        return Three(yes, ask, nobody if never is None else never, nobody if optional is None else optional)

    def _effective(self, question: str, value: str) -> Plane:
        """Who gave ``value``, where the question applies to them at all."""
        people = self.people
        found = people.value(question, value)
        known = people.catalogue.asked.get(question)
        if known is None or not known.parent:
            return found
        open_parent = ~people.given.get(known.parent, people.nobody) | people.value(known.parent, UNSURE)
        open_parent = open_parent | people.named.get(known.parent, people.nobody)
        return found & (self._leads(known) | open_parent)

    def _leads(self, follow_up: Asked) -> Plane:
        """Whose answer to the parent leads to the follow-up."""
        people = self.people
        if ANSWERED in follow_up.when:
            return people.given.get(follow_up.parent, people.nobody)
        return self._union([people.value(follow_up.parent, answer) for answer in follow_up.when])

    # --- dates --------------------------------------------------------------------------------------

    def _dated(self, question: str) -> Plane:
        return self._since(question, 0)

    def _since(self, question: str, day: int) -> Plane:
        """Who gave a date after ``day``; who still goes on counts as today."""
        key = (question, day)
        found = self._recent.get(key)
        if found is None:
            dates = self.people.dates.get(question)
            found = self.people.nobody if dates is None else pack(dates > day)
            if dates is not None and day > 0:
                still = self._still(question)
                found = (found | still) if self.on > day else (found & ~still)
            self._recent[key] = found
        return found

    def _still(self, question: str) -> Plane:
        """Who gave a date and said that it still goes on."""
        return self._since(question, 0) & self._goes_on(question, "yes")

    def _doubted(self, question: str) -> Plane:
        return self._since(question, 0) & self._goes_on(question, UNSURE)

    def _goes_on(self, question: str, value: str) -> Plane:
        known = self.people.catalogue.asked.get(f"{question}{STILL}")
        if known is None or known.parent != question:
            return self.people.nobody
        return self.people.value(known.id, value)

    def _why_undated(self, question: str) -> Three:
        state = self._state(question)
        return state._replace(ask=state.ask | state.yes)

    # --- people and places --------------------------------------------------------------------------

    def _ages_on(self, on: date) -> NDArray[np.int32]:
        """Completed years on the day; -1 where neither age nor birth date is known."""
        born = self.people.born
        days = born.astype("datetime64[D]") - np.int64(date(1970, 1, 1).toordinal())
        months = days.astype("datetime64[M]").astype(np.int64)
        day_of_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
        complete = (on.year - 1970) * 12 + on.month - 1 - months - (day_of_month > on.day)
        return np.where(born > 0, complete // 12, self.people.ages).astype(np.int32)

    @property
    def _any_area(self) -> Plane:
        return self._union(list(self.people.areas.values()))

    def _sites(self) -> dict[str, Plane]:
        """Who is to be treated at each site."""
        asked: dict[str, Plane] = {}
        for area, plane in self.people.areas.items():
            for site in self.people.catalogue.areas[area]:
                asked[site] = asked.get(site, self.people.nobody) | plane
        return asked

    def _treated(self, area: str) -> Plane:
        """Who is treated in the whole of ``area``: asked for, or made up of what was asked for."""
        sites = self.people.catalogue.areas.get(area)
        asked = self.people.areas.get(area, self.people.nobody)
        if not sites:
            return asked
        return asked | reduce(np.bitwise_and, [self._sites_asked.get(site, self.people.nobody) for site in sites])

    def _union(self, planes: Sequence[Plane]) -> Plane:
        return reduce(np.bitwise_or, planes, self.people.nobody)
