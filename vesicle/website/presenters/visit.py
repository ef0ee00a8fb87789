"""The visit: its phases and minutes, what it costs by area, its steps, who does it, what is put on the skin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from vesicle.core.languages import told
from vesicle.protocols.bank import Bank
from vesicle.protocols.duration import appointment_minutes
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.sections import Prerequisite, ProductNeed, VisitBefore
from vesicle.website.presenters import words
from vesicle.website.presenters.notes import Notes, Said
from vesicle.website.queries import StockedProduct

_SHOWN_FAMILIES = frozenset({"vesicles", "own-blood", "peel"})
"""Products that a patient chooses a treatment by; needles, numbing creams and ointments are named in the steps."""

_ROUTES = {
    "topical-after-microneedling": lazy("laid on the skin after needling"),
    "topical-after-laser": lazy("laid on the skin after the laser"),
    "topical-intact": lazy("put on unbroken skin"),
    "intradermal-injection": lazy("injected into the skin"),
    "needle-channel-device": lazy("used while needling"),
    "peel-application": lazy("brushed on and taken off"),
}

_VISITS: Final[Mapping[VisitBefore, Promise]] = {
    "patch-test": lazy("A patch test first"),
    "consultation": lazy("A consultation first"),
}


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the appointment. ``minutes`` in words: the areas decide one of them."""

    name: str
    minutes: str
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the visit as the provider follows it."""

    title: str
    said: Said
    stop_if: str


@dataclass(frozen=True, slots=True)
class Before:
    """A visit that comes first: which and how long before, and for whom and why, one sentence for each reason."""

    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Performer:
    """A licence whose holders may do it."""

    name: str
    short: str
    needs_order: bool


@dataclass(frozen=True, slots=True)
class WhoGroup:
    """Who does it and what has to come first, for the ways named; for all where none is named."""

    ways: str
    indexes: str
    performers: tuple[Performer, ...]
    exam: Said


def who_groups(visits: Sequence[tuple[str, "WayVisit"]]) -> tuple[WhoGroup, ...]:
    """Return who does it, ways with the same rules together."""
    groups: dict[tuple[tuple[Performer, ...], Said], list[int]] = {}
    for index, (_, found) in enumerate(visits, 1):
        groups.setdefault((found.performers, found.exam), []).append(index)
    return tuple(
        WhoGroup(
            "" if len(indexes) == len(visits) else words.in_a_row([visits[index - 1][0] for index in indexes]),
            " ".join(map(str, indexes)),
            performers,
            exam,
        )
        for (performers, exam), indexes in groups.items()
    )


@dataclass(frozen=True, slots=True)
class WayVisit:
    """What one way's visit is like, and what comes before it."""

    before: tuple[Before, ...]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    performers: tuple[Performer, ...]
    exam: Said
    equipment: tuple[str, ...]


def way_visit(one: OfferedOption, bank: Bank, notes: Notes) -> WayVisit:
    """Return the visit of one option in words."""
    sections = one.option.sections
    needs = sections.qualifications
    hands_on = [area.minutes for area in sections.areas]
    by_area = gettext("%(count)s min, by area") % {"count": words.bounds(min(hands_on), max(hands_on))}
    return WayVisit(
        before=_visits_before(sections.prerequisites, notes),
        phases=tuple(
            Phase(phase.name, by_area if phase.minutes is None else _minutes(phase.minutes), phase.patient_note or "")
            for phase in sections.timing.phases
        ),
        steps=tuple(Step(step.title, notes.of(step, step.instruction), step.stop_if or "") for step in sections.steps),
        performers=tuple(
            Performer(bank.licences[key].name, bank.licences[key].short, key in needs.order_required_for)
            for key in needs.perform
        ),
        exam=notes.of(needs, needs.supervision),
        equipment=tuple(need.name for need in sections.equipment),
    )


def _visits_before(needed: Sequence[Prerequisite], notes: Notes) -> tuple[Before, ...]:
    reasons: dict[str, list[Said]] = {}
    for one in needed:
        reasons.setdefault(_before(one), []).append(notes.of(one, one.patient))
    return tuple(Before(title, tuple(said)) for title, said in reasons.items())


def _before(needed: Prerequisite) -> str:
    name = str(_VISITS[needed.visit])
    if not needed.min_days_before:
        return name
    days = words.counted(needed.min_days_before, needed.min_days_before, "day")
    return gettext("%(visit)s, at least %(days)s before") % {"visit": name, "days": days}


def _minutes(count: int) -> str:
    return gettext("%(count)s min") % {"count": count}


# --- minutes and prices by area -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AreaCell:
    """Minutes and price of one area by one way; empty words where it is not offered."""

    minutes: str
    price: str
    mark: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area by all ways, in their order."""

    name: str
    plain: str
    cells: tuple[AreaCell, ...]


def area_rows(offered: Sequence[OfferedOption], bank: Bank, notes: Notes) -> tuple[AreaRow, ...]:
    """Return every area that any way treats, in the order of the protocol."""
    areas = dict.fromkeys(area.area for one in offered for area in one.option.sections.areas)
    return tuple(
        AreaRow(bank.areas[area].name, bank.areas[area].plain, tuple(_cell(one, area, notes) for one in offered))
        for area in areas
    )


def _cell(one: OfferedOption, area: str, notes: Notes) -> AreaCell:
    sections = one.option.sections
    found = next((each for each in sections.areas if each.area == area), None)
    if found is None:
        return AreaCell("", "", "")
    minutes = appointment_minutes(sections.timing, sections.areas, [area])
    price = "" if found.price_from is None else words.money(found.price_from, sections.price.currency)
    return AreaCell(_minutes(minutes), price, notes.mark(found.basis))


# --- products -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShelfProduct:
    """A product on the shelf: what it is, where it comes from, where the law stands."""

    name: str
    maker: str
    kind: str
    what: str
    source: str
    disclosure: str
    risks: str
    standing: Said


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One thing a treatment puts on or into the skin.

    ``kinds`` names what it may be made of; ``made_of`` says so where it comes from the patient and stands on no shelf.
    """

    name: str
    route: str
    note: str
    shelf: tuple[ShelfProduct, ...]
    kinds: str
    made_of: str
    made_of_disclosure: str


def product_lines(
    offered: Sequence[OfferedOption],
    stocked: Mapping[str, Sequence[StockedProduct]],
    jurisdiction: str,
    bank: Bank,
    notes: Notes,
) -> tuple[ProductLine, ...]:
    """Return the products that patients ask about, each once, with what stands on the shelf."""
    lines: dict[str, ProductLine] = {}
    for one in offered:
        for need in one.option.sections.products:
            if need.id not in lines and _is_shown(need, bank):
                lines[need.id] = _line(need, stocked.get(need.id, ()), jurisdiction, bank, notes)
    return tuple(lines.values())


def shown_needs(offered: Sequence[OfferedOption], bank: Bank) -> tuple[ProductNeed, ...]:
    """Return the product needs whose shelf the page shows."""
    needs = {need.id: need for one in offered for need in one.option.sections.products if _is_shown(need, bank)}
    return tuple(needs.values())


def _is_shown(need: ProductNeed, bank: Bank) -> bool:
    return any(bank.product_categories[category].family in _SHOWN_FAMILIES for category in need.categories)


def _line(
    need: ProductNeed, shelf: Sequence[StockedProduct], jurisdiction: str, bank: Bank, notes: Notes
) -> ProductLine:
    categories = [bank.product_categories[category] for category in need.categories]
    names = [category.name for category in categories]
    own = next((category for category in categories if category.origin == "own-body"), None)
    return ProductLine(
        name=need.name,
        route=words.in_a_row([str(_ROUTES.get(route, route)) for route in need.routes], "or"),
        note=need.note or "",
        shelf=tuple(_on_shelf(product, jurisdiction, bank, notes) for product in shelf),
        kinds=words.in_a_row([words.small(name) for name in names], "or"),
        made_of="" if own is None else own.what,
        made_of_disclosure="" if own is None else own.disclosure or "",
    )


def _on_shelf(product: StockedProduct, jurisdiction: str, bank: Bank, notes: Notes) -> ShelfProduct:
    category = bank.product_categories[product.category]
    standing = bank.jurisdictions[jurisdiction].standing(category, product.route)
    return ShelfProduct(
        name=product.name,
        maker=product.maker,
        kind=category.name,
        what=category.what,
        source=product.source,
        disclosure=category.disclosure or "",
        risks=category.risks,
        standing=notes.say(told(standing.note), standing.refs),
    )
