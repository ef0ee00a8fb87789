"""Whether a product and a lot may be used: plain rules, every refusal with a code and a sentence.

The order is from what can never be right to what may be mended, so the first reason is the deciding one.
Facts about categories and countries arrive as arguments; this room holds none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

Permission = Literal["usable", "needs-decision", "not-usable"]

INJECTED = frozenset({"intradermal-injection"})
"""Routes that put the product itself through a needle; every other one leaves it on the surface."""
VESICLES = "vesicles"
"""The family of categories that are exosomes, or sold as such."""
SOON_DAYS = 30

ROUTE_WORDS = {
    "topical-intact": "on intact skin",
    "topical-after-microneedling": "on the skin after microneedling",
    "topical-after-laser": "on the skin after laser",
    "needle-channel-device": "through a device that opens needle channels",
    "intradermal-injection": "by injection",
    "peel-application": "as a peel",
    "topical-anesthetic": "as a numbing cream",
}


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What the list of product categories says about one: ``family``, where it comes from, its possible routes."""

    id: str
    name: str
    family: str
    origin: str
    routes: tuple[str, ...]
    locked: bool
    what: str = ""
    risks: str = ""
    disclosure: str = ""
    storage: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a category stands in a country for a route, and what that rests on."""

    permission: Permission
    status: str
    note: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a standing rests on; ``url`` is empty when it has no address."""

    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the clinic decided for itself where the law is unclear."""

    is_allowed: bool
    document: str
    decided_by: str
    decided_on: date


class Need(Protocol):
    """What a treatment asks of a product; a protocol's product need has this shape."""

    @property
    def name(self) -> str:
        """What it is for, in words."""

    @property
    def categories(self) -> Sequence[str]:
        """Categories that will do."""

    @property
    def routes(self) -> Sequence[str]:
        """Routes that the treatment uses."""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the clinic registered about a product. ``category`` is ``None`` when the list does not know it."""

    name: str
    category_id: str
    category: CategoryFacts | None
    routes: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is known about a lot. ``recall_reason`` is ``None`` for a lot that was not recalled."""

    code: str
    product: str
    expires_on: date
    remaining: Decimal
    unit: str
    location_id: int
    location: str
    recall_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be used: a stable code for machines, a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LotState:
    """Whether a lot is usable, how much is left, and every reason against it."""

    remaining: Decimal
    refusals: tuple[Refusal, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.refusals

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences of the refusals, the deciding one first."""
        return tuple(refusal.sentence for refusal in self.refusals)


def may_use(
    product: ProductFacts, need: Need | None, route: str, standing: Standing | None, decision: Decision | None
) -> Refusal | None:
    """Return why ``product`` may not be used for ``need`` by ``route``, or ``None`` when it may.

    Args:
        product: the product.
        need: what the treatment asks for; ``None`` asks only whether the product may be used that way at all.
        route: how it gets to the skin.
        standing: where its category stands in the clinic's country; ``None`` when nothing is known, which blocks.
        decision: the clinic's latest recorded decision on the category there, if any. It settles what the law
            leaves open and never overrules what the law forbids.
    """
    words = ROUTE_WORDS.get(route, route)
    category = product.category
    if category is not None and category.family == VESICLES and route in INJECTED:
        sentence = f"{product.name} is an exosome product: those are never injected, only applied to the skin."
        return Refusal("exosome-injected", sentence)
    if not product.is_active:
        return Refusal("product-inactive", f"{product.name} is no longer in use at this clinic.")
    if category is None or standing is None:
        sentence = f"Nothing is known about the category {product.category_id!r} of {product.name}, so it is blocked."
        return Refusal("category-unknown", sentence)
    if need is not None and product.category_id not in need.categories:
        sentence = f"{product.name} is {_inside(category.name)}; this step asks for {_inside(need.name)}."
        return Refusal("category-not-needed", sentence)
    if need is not None and route not in need.routes:
        return Refusal("route-not-in-protocol", f"The protocol does not use {_inside(need.name)} {words}.")
    if route not in product.routes:
        return Refusal("route-not-on-label", f"{product.name} is not registered for use {words}.")
    return _by_law(product, category, words, standing, decision)


def _by_law(
    product: ProductFacts, category: CategoryFacts, words: str, standing: Standing, decision: Decision | None
) -> Refusal | None:
    if standing.permission == "not-usable":
        sentence = f"{product.name} ({_inside(category.name)}) may not be used {words} here. {standing.note}"
        return Refusal("not-permitted-here", sentence)
    if standing.permission == "usable" or (decision is not None and decision.is_allowed):
        return None
    if decision is not None:
        sentence = (
            f"The clinic decided against {_inside(category.name)} on {_day(decision.decided_on)} ({decision.document})."
        )
        return Refusal("decided-against", sentence)
    sentence = (
        f"The law on {_inside(category.name)} used {words} is not settled here, so {product.name} is blocked until the "
        f"medical director records a decision. {standing.note}"
    )
    return Refusal("needs-decision", sentence)


def lot_refusals(lot: LotFacts, *, on: date, location_id: int | None = None) -> tuple[Refusal, ...]:
    """Return every reason against using ``lot`` on a day, the gravest first. Empty when there is none.

    A lot may be used on the day of its expiry and not after it. ``location_id`` is where it is to be used.
    """
    found = []
    if lot.recall_reason is not None:
        found.append(Refusal("lot-recalled", f"Lot {lot.code} of {lot.product} was recalled: {lot.recall_reason}"))
    if lot.expires_on < on:
        found.append(Refusal("lot-expired", f"Lot {lot.code} of {lot.product} expired on {_day(lot.expires_on)}."))
    if location_id is not None and lot.location_id != location_id:
        sentence = f"Lot {lot.code} of {lot.product} is kept at {lot.location}, not here."
        found.append(Refusal("lot-elsewhere", sentence))
    if lot.remaining <= 0:
        found.append(Refusal("lot-exhausted", f"Nothing is left of lot {lot.code} of {lot.product}."))
    return tuple(found)


def expires_soon(expires_on: date, *, on: date) -> bool:
    """Return whether a lot can still be used but not for much longer than a month."""
    return 0 <= (expires_on - on).days <= SOON_DAYS


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _inside(name: str) -> str:
    """Return a name as it stands inside a sentence: its first letter small, abbreviations as they are."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
