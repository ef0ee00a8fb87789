"""All options, or some of them, criterion by criterion."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from vesicle.core import addresses
from vesicle.core.spoken import put_together
from vesicle.protocols.bank import Bank
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.common import Grade, Range
from vesicle.website import domain, drawings
from vesicle.website.drawings import Pair
from vesicle.website.presenters import safety, words
from vesicle.website.presenters.evidence import GradeMeaning, grade_meanings
from vesicle.website.presenters.facts import Facts, facts_of, treatment_url


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that may be compared."""

    id: str
    title: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Column:
    """An option that is compared."""

    id: str
    title: str
    name: str
    url: str
    book_url: str
    summary: str
    facts: Facts
    stops: tuple[str, ...]
    other_stops: int

    @property
    def label(self) -> str:
        """Treatment and way in one line, short enough for a drawing."""
        return put_together([words.short_title(self.title), ", ", words.small(self.name)])


@dataclass(frozen=True, slots=True)
class Criterion:
    """A figure of all columns on one scale."""

    id: str
    title: str
    lede: str
    drawing: Pair


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """How certain it is that one option helps with one concern."""

    option: str
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One concern across the columns."""

    id: str
    name: str
    cells: tuple[EvidenceCell, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Everything the template prints."""

    choices: tuple[tuple[str, tuple[Choice, ...]], ...]
    columns: tuple[Column, ...]
    criteria: tuple[Criterion, ...]
    evidence: tuple[EvidenceRow, ...]
    grades: tuple[GradeMeaning, ...]
    is_everything: bool

    @property
    def chosen(self) -> tuple[str, ...]:
        """The options that are compared; none where it is all of them."""
        return () if self.is_everything else tuple(column.id for column in self.columns)


_STOPS_SHOWN = 7


def comparison_page(offered: Sequence[OfferedOption], chosen: Sequence[str], bank: Bank) -> ComparisonPage:
    """Return the comparison of the chosen options; of all where none, or none that is offered, was chosen."""
    known = [one for one in offered if one.option.id in chosen]
    compared = known or list(offered)
    choices: dict[str, list[Choice]] = {}
    for one in offered:
        choice = Choice(one.option.id, one.option.title, one.option.name, one in compared)
        choices.setdefault(one.option.title, []).append(choice)
    columns = tuple(_column(one, bank) for one in compared)
    return ComparisonPage(
        choices=tuple((title, tuple(group)) for title, group in choices.items()),
        columns=columns,
        criteria=_criteria(columns),
        evidence=_evidence(compared, columns, bank),
        grades=grade_meanings(bank),
        is_everything=len(compared) == len(offered),
    )


def _column(one: OfferedOption, bank: Bank) -> Column:
    stops = [
        words.capital(safety.told(each.when, bank))
        for each in domain.barriers([one.option])
        if each.effect == "exclude"
    ]
    return Column(
        id=one.option.id,
        title=one.option.title,
        name=one.option.name,
        url=treatment_url(one.option.id),
        book_url=addresses.onward(f"/book/?option={one.option.id}"),
        summary=one.option.sections.summary,
        facts=facts_of(one),
        stops=tuple(stops[:_STOPS_SHOWN]),
        other_stops=len(stops[_STOPS_SHOWN:]),
    )


def _criteria(columns: Sequence[Column]) -> tuple[Criterion, ...]:
    def criterion(
        key: str, title: str, lede: str, units: str, values: Sequence[Range | None], unit: words.Unit | None = None
    ) -> Criterion:
        rows = [(column.label, value) for column, value in zip(columns, values, strict=True)]
        one = words.counted(1, 1, unit).removeprefix("1 ") if unit else ""
        return Criterion(key, title, lede, drawings.bars(rows, units, title, one=one))

    facts = [column.facts for column in columns]
    currency = facts[0].currency
    return (
        criterion(
            "downtime",
            gettext("Downtime"),
            gettext("Days until most people are comfortable among others."),
            gettext("days"),
            [each.downtime for each in facts],
            "day",
        ),
        criterion(
            "visits",
            gettext("Visits"),
            gettext("How many one course takes."),
            gettext("visits"),
            [each.visits for each in facts],
            "visit",
        ),
        criterion(
            "minutes",
            gettext("Time at the clinic"),
            gettext("From arrival to leaving, from the smallest area to the largest."),
            gettext("minutes"),
            [each.minutes for each in facts],
            "minute",
        ),
        criterion(
            "onset",
            gettext("First change"),
            gettext("Weeks after the first visit."),
            gettext("weeks"),
            [each.onset for each in facts],
            "week",
        ),
        criterion(
            "lasts",
            gettext("How long it lasts"),
            gettext("Where the bar is missing, nobody has measured it."),
            gettext("months"),
            [each.lasts for each in facts],
            "month",
        ),
        criterion(
            "price",
            gettext("Price from"),
            gettext("For one visit, smallest area."),
            currency,
            [Range(min=each.price_from, max=each.price_from) for each in facts],
        ),
    )


def _evidence(compared: Sequence[OfferedOption], columns: Sequence[Column], bank: Bank) -> tuple[EvidenceRow, ...]:
    helps = domain.help_by_concern(one.option for one in compared)
    rows = []
    for concern in bank.concerns.values():
        grades = {each.option: each.grade for each in helps.get(concern.id, ())}
        if grades:
            cells = tuple(EvidenceCell(column.label, grades.get(column.id)) for column in columns)
            rows.append(EvidenceRow(concern.id, concern.name, cells))
    return tuple(rows)
