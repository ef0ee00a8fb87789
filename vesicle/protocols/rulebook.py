"""The bank's categories and countries, as the clinic room asks for them (see ``clinic.law``)."""

from collections.abc import Sequence

from vesicle.clinic.domain import CategoryFacts, Source, Standing
from vesicle.protocols.bank import load_bank
from vesicle.protocols.bank.law import ProductCategory


class BankRulebook:
    """Reads the bank at the first question, not when the program starts."""

    def categories(self) -> Sequence[CategoryFacts]:
        """Return every product category."""
        return [_facts(category) for category in load_bank().product_categories.values()]

    def category(self, category_id: str) -> CategoryFacts | None:
        """Return one category, or ``None`` when the bank does not have it."""
        category = load_bank().product_categories.get(category_id)
        return None if category is None else _facts(category)

    def standing(self, category_id: str, *, jurisdiction: str, route: str) -> Standing | None:
        """Return where a category stands in a country for a route; ``None`` when either is unknown."""
        category = load_bank().product_categories.get(category_id)
        country = load_bank().jurisdictions.get(jurisdiction)
        if category is None or country is None:
            return None
        found = country.standing(category, route)
        return Standing(found.permission, found.status, found.note, found.refs)

    def jurisdictions(self) -> Sequence[tuple[str, str]]:
        """Return code and name of every country in the bank."""
        return [(country.id, country.name) for country in load_bank().jurisdictions.values()]

    def law_of(self, country: str) -> tuple[str, str] | None:
        """Return code and name of the law of a country (``UK`` for ``GB``), or ``None`` when the bank has none."""
        law = load_bank().law_of(country)
        return None if law is None else (law.id, law.name)

    def sources(self, refs: Sequence[str]) -> Sequence[Source]:
        """Return what the references of a standing are, in their order; unknown ones are left out."""
        known = load_bank().references
        return [Source(known[ref].citation, known[ref].url or "") for ref in refs if ref in known]


def _facts(category: ProductCategory) -> CategoryFacts:
    return CategoryFacts(
        id=category.id,
        name=category.name,
        family=category.family,
        origin=category.origin,
        routes=tuple(category.routes),
        locked=category.locked,
        what=category.what,
        risks=category.risks,
        disclosure=category.disclosure or "",
        storage=category.storage,
    )
