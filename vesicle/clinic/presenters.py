"""Words for the stock pages, from plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vesicle.clinic import domain, law
from vesicle.clinic.domain import CategoryFacts, Decision, LotState, Source, Standing
from vesicle.clinic.models import Lot

_STATUS = {
    "allowed": "Allowed",
    "cosmetic-only": "As a cosmetic only",
    "medical-act": "As a medical act",
    "unclear": "Not settled",
    "study-only": "Only in an approved study",
    "no": "Not allowed",
}
_TONE = {"usable": "ok", "needs-decision": "warn", "not-usable": "bad"}


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Where a category stands for one route: words, tone of the chip, and what it rests on."""

    route: str
    status: str
    tone: str
    note: str
    sources: Sequence[Source]
    decision: Decision | None


def amount(quantity: Decimal) -> str:
    """Return a quantity without idle zeros: 20, 17.5."""
    return f"{quantity.normalize():f}"


def route_words(route: str) -> str:
    """Return a route in words, with a capital."""
    words = domain.ROUTE_WORDS.get(route, route)
    return words[:1].upper() + words[1:]


def standing_rows(category: CategoryFacts, jurisdiction: str, decision: Decision | None) -> list[StandingRow]:
    """Return one row per route a category can be used by, in one country."""
    rows = []
    for route in category.routes:
        found = law.rulebook().standing(category.id, jurisdiction=jurisdiction, route=route)
        if found is None:
            rows.append(
                StandingRow(route_words(route), "Unknown", "bad", "Nothing is known, so it is blocked.", (), None)
            )
        else:
            rows.append(_row(route, found, decision))
    return rows


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category in the list of categories; ``is_open`` when the clinic has something to decide or has decided."""

    category: CategoryFacts
    standings: Sequence[StandingRow]
    decision: Decision | None
    is_open: bool


def category_row(category: CategoryFacts, jurisdiction: str, decision: Decision | None) -> CategoryRow:
    """Return the row for one category in the clinic's country."""
    rows = standing_rows(category, jurisdiction, decision)
    is_open = any(row.tone == "warn" or row.decision is not None for row in rows)
    return CategoryRow(category, rows, decision, is_open)


def by_country(category: CategoryFacts, home: str, decision: Decision | None) -> list[tuple[str, list[StandingRow]]]:
    """Return the rows of every country in the list, the clinic's own first. A decision counts at home only."""
    countries = sorted(law.rulebook().jurisdictions(), key=lambda country: (country[0] != home, country[1]))
    return [(name, standing_rows(category, code, decision if code == home else None)) for code, name in countries]


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as a row of a list: what is left, a chip, and every reason against it."""

    lot: Lot
    remaining: str
    received: str
    tone: str
    words: str
    reasons: tuple[str, ...]


def lot_row(lot: Lot, state: LotState, *, on: date) -> LotRow:
    """Return the row for a lot on a day."""
    tone, words = lot_chip(state, lot.expires_on, on=on)
    return LotRow(lot, amount(state.remaining), amount(lot.quantity_received), tone, words, state.reasons)


def belongs(row: LotRow, segment: str) -> bool:
    """Return whether a row is in ``stock`` (something left), ``soon`` (expiring), ``blocked`` or ``all``."""
    return {"stock": row.remaining != "0", "soon": row.tone == "warn", "blocked": row.tone == "bad"}.get(segment, True)


def lot_chip(state: LotState, expires_on: date, *, on: date) -> tuple[str, str]:
    """Return tone and words of the chip that says how a lot stands."""
    words = {
        "lot-recalled": "Recalled",
        "lot-expired": "Expired",
        "lot-elsewhere": "Elsewhere",
        "lot-exhausted": "Used up",
    }
    if state.refusals:
        code = state.refusals[0].code
        return ("neutral" if code == "lot-exhausted" else "bad"), words[code]
    if domain.expires_soon(expires_on, on=on):
        days = (expires_on - on).days
        return "warn", "Expires today" if days == 0 else f"{days} day{'s' if days > 1 else ''} left"
    return "ok", "Usable"


def _row(route: str, found: Standing, decision: Decision | None) -> StandingRow:
    status, tone = _STATUS.get(found.status, found.status), _TONE[found.permission]
    applies = decision if found.permission == "needs-decision" else None
    if found.permission == "needs-decision" and found.status != "unclear":
        status = f"{status}, not confirmed"
    if applies is not None:
        status = f"{status}; the clinic decided: {'allowed' if applies.is_allowed else 'not allowed'}"
        tone = "ok" if applies.is_allowed else "bad"
    return StandingRow(route_words(route), status, tone, found.note, law.rulebook().sources(found.refs), applies)
