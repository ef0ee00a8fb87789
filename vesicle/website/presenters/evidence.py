"""Benefits, concerns and claims with their grades; regulators; what nobody knows yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vesicle.protocols.bank import Bank
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import Benefit
from vesicle.website import domain
from vesicle.website.presenters import words
from vesicle.website.presenters.notes import Notes, Said


@dataclass(frozen=True, slots=True)
class GradeMeaning:
    """A grade and the sentence that explains it."""

    grade: Grade
    meaning: str


def grade_meanings(bank: Bank) -> tuple[GradeMeaning, ...]:
    """Return the five grades, the most certain first."""
    return tuple(GradeMeaning(grade, bank.evidence_grades[grade].meaning) for grade in domain.GRADES)


# --- benefits -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownBenefit:
    """A benefit with its grade, the concern it belongs to and the measure that would show it."""

    title: str
    said: Said
    grade: Grade
    concern: str
    concern_id: str
    measure: str


@dataclass(frozen=True, slots=True)
class BenefitGroup:
    """The benefits of the ways named; all ways together where they are the same."""

    ways: str
    indexes: str
    benefits: tuple[ShownBenefit, ...]


def benefit_groups(offered: Sequence[OfferedOption], bank: Bank, notes: Notes) -> tuple[BenefitGroup, ...]:
    """Return the benefits by way, ways that share all of theirs together."""
    groups: dict[tuple[Benefit, ...], list[int]] = {}
    for index, one in enumerate(offered, 1):
        groups.setdefault(one.option.sections.benefits, []).append(index)
    return tuple(
        BenefitGroup(
            "" if len(indexes) == len(offered) else words.in_a_row([offered[i - 1].option.name for i in indexes]),
            " ".join(map(str, indexes)),
            tuple(_benefit(each, bank, notes) for each in benefits),
        )
        for benefits, indexes in groups.items()
    )


def _benefit(each: Benefit, bank: Bank, notes: Notes) -> ShownBenefit:
    return ShownBenefit(
        each.title,
        notes.of(each, each.text),
        each.grade,
        bank.concerns[each.concern].name,
        each.concern,
        bank.measures[each.measure].what,
    )


# --- concerns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConcernCell:
    """What one way does for a concern; no grade where it says nothing of it."""

    way: str
    index: int
    grade: Grade | None
    said: Said


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """A concern across the ways."""

    id: str
    name: str
    certainty: int
    cells: tuple[ConcernCell, ...]


_SHOWN_CERTAINTY = domain.certainty("low")
_SHOWN_AT_LEAST = 5


def shown_and_folded(rows: Sequence[ConcernRow]) -> tuple[tuple[ConcernRow, ...], tuple[ConcernRow, ...]]:
    """Return the rows a page shows at once, and those behind a line: where hardly anything is known."""
    known = [row for row in rows if row.certainty >= _SHOWN_CERTAINTY]
    count = max(len(known), _SHOWN_AT_LEAST)
    return (tuple(rows), ()) if len(rows) <= count + 2 else (tuple(rows[:count]), tuple(rows[count:]))


def concern_rows(offered: Sequence[OfferedOption], bank: Bank, notes: Notes) -> tuple[ConcernRow, ...]:
    """Return every concern the ways speak of, the one with the most certain help first."""
    helps = domain.help_by_concern(one.option for one in offered)
    order = sorted(helps, key=lambda concern: -domain.certainty(helps[concern][0].grade))
    rows = []
    for concern in order:
        by_option = {each.option: each for each in helps[concern]}
        cells = []
        for index, one in enumerate(offered, 1):
            found = by_option.get(one.option.id)
            said = Said("") if found is None else notes.say(found.effect, found.refs, found.basis)
            cells.append(ConcernCell(one.option.name, index, None if found is None else found.grade, said))
        certainty = domain.certainty(helps[concern][0].grade)
        rows.append(ConcernRow(concern, bank.concerns[concern].name, certainty, tuple(cells)))
    return tuple(rows)


# --- claims -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A sentence about an effect, and everything it rests on."""

    id: str
    wording: str
    mark: str
    grade: Grade
    rests_on: Said
    measure: str
    regulator: str
    review_by: str


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """The claims of one way."""

    way: str
    index: int
    claims: tuple[ShownClaim, ...]


def claim_groups(
    offered: Sequence[OfferedOption], *, on: date, jurisdiction: str, bank: Bank, notes: Notes
) -> tuple[ClaimGroup, ...]:
    """Return the claims in force by way; what is past its review date is left out."""
    groups = []
    for index, one in enumerate(offered, 1):
        in_force = domain.claims_in_force(one.option.sections.claims, on=on, jurisdiction=jurisdiction)
        claims = tuple(
            ShownClaim(
                each.id,
                each.wording,
                notes.mark(each.basis),
                each.grade,
                notes.say(each.rests_on, each.refs),
                bank.measures[each.measure].name if each.measure else "",
                each.regulator_status,
                words.month(each.review_by),
            )
            for each in in_force
        )
        groups.append(ClaimGroup(one.option.name, index, claims))
    return tuple(groups)


# --- regulators and gaps ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Position:
    """Where one regulator stands."""

    country: str
    regulator: str
    sayings: tuple[tuple[str, Said], ...]
    is_here: bool


def positions(offered: Sequence[OfferedOption], jurisdiction: str, bank: Bank, notes: Notes) -> tuple[Position, ...]:
    """Return the regulators' positions, the clinic's own country first, each way's own sentence where they differ."""
    by_country: dict[str, dict[Said, list[str]]] = {}
    here = bank.jurisdictions.get(jurisdiction)
    options = tuple(one.option for one in offered)
    if here is not None:
        printed = (
            (here.prp_statement, domain.prints_statement_on_own_blood(options, here)),
            (here.statement, domain.prints_statement(options, here)),
        )
        names = [one.name for one in options]
        said = {notes.say(text, here.refs, here.basis): names for text, is_printed in printed if is_printed}
        if said:
            by_country[here.id] = said
    for one in offered:
        for each in one.option.sections.regulation:
            position = notes.of(each, each.text)
            by_country.setdefault(each.jurisdiction, {}).setdefault(position, []).append(one.option.name)
    ordered = sorted(by_country, key=lambda country: country != jurisdiction)
    return tuple(
        Position(
            bank.jurisdictions[country].name,
            bank.jurisdictions[country].regulator,
            tuple(
                ("" if len(ways) == len(offered) else words.in_a_row(ways), said)
                for said, ways in by_country[country].items()
            ),
            country == jurisdiction,
        )
        for country in ordered
    )


@dataclass(frozen=True, slots=True)
class GapGroup:
    """What nobody knows yet about the ways named; about all of them where none is named."""

    ways: str
    indexes: str
    gaps: tuple[str, ...]


def gap_groups(offered: Sequence[OfferedOption]) -> tuple[GapGroup, ...]:
    """Return what nobody knows yet, first what holds for all ways."""
    holds_for: dict[str, tuple[int, ...]] = {}
    for index, one in enumerate(offered, 1):
        for gap in one.option.sections.gaps:
            holds_for[gap] = (*holds_for.get(gap, ()), index)
    groups: dict[tuple[int, ...], list[str]] = {}
    for gap, indexes in holds_for.items():
        groups.setdefault(indexes, []).append(gap)
    return tuple(
        GapGroup(
            "" if len(indexes) == len(offered) else words.in_a_row([offered[i - 1].option.name for i in indexes]),
            " ".join(map(str, indexes)),
            tuple(found),
        )
        for indexes, found in sorted(groups.items(), key=lambda item: (-len(item[0]), item[0]))
    )
