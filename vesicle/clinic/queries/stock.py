"""Reads of products, lots, recalls and decisions, and the question whether a lot may be used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Lower

from vesicle.clinic import domain, law, permissions, scanning
from vesicle.clinic.models import CategoryDecision, Clinic, Lot, LotMovement, LotRecall, Product
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid, NotFound

_IN_STOCK = Q(remaining__gt=0)


class UnknownLot(Blocked):
    """No lot of that code was received here, so nobody knows what it is: it may not be used."""

    code = "lot-unknown"


@dataclass(frozen=True, slots=True)
class FoundLot:
    """A lot that was looked up, with the scan it was read from and what to confirm by eye."""

    lot: Lot
    scan: scanning.Scan | None
    warnings: tuple[str, ...]


# --- products and decisions -------------------------------------------------------------------


def products(actor: Actor, *, include_inactive: bool = False) -> Sequence[Product]:
    """Return the clinic's products, by name."""
    actor.require(permissions.SEE_STOCK)
    rows = Product.objects.filter(clinic_id=actor.clinic_id)
    return list((rows if include_inactive else rows.filter(is_active=True)).order_by(Lower("name"), "pk"))


def product(actor: Actor, product_id: int) -> Product:
    """Return one product. Raises ``NotFound``."""
    actor.require(permissions.SEE_STOCK)
    found = Product.objects.filter(clinic_id=actor.clinic_id, pk=product_id).first()
    if found is None:
        raise NotFound("We could not find that product.")
    return found


def decisions(actor: Actor) -> Sequence[CategoryDecision]:
    """Return every recorded decision, newest first. The latest on a category and country is the one in force."""
    actor.require(permissions.SEE_STOCK)
    rows = CategoryDecision.objects.select_related("decided_by").filter(clinic_id=actor.clinic_id)
    return list(rows.order_by("-decided_at", "-pk"))


def decisions_in_force(actor: Actor) -> Mapping[str, domain.Decision]:
    """Return the latest decision on each category in the clinic's country."""
    return _decisions_in_force(actor, _jurisdiction(actor))


def decision_on(actor: Actor, category: str) -> domain.Decision | None:
    """Return the decision in force on a category in the clinic's country, or ``None``."""
    return decisions_in_force(actor).get(category)


def standing(actor: Actor, category: str, route: str) -> domain.Standing | None:
    """Return where a category stands in the clinic's country, or ``None`` when nothing is known."""
    return law.rulebook().standing(category, jurisdiction=_jurisdiction(actor), route=route)


def is_category_usable(actor: Actor, category: str, route: str) -> bool:
    """Return whether the clinic may use a category by a route: by law, or by its own decision where that is open."""
    found = standing(actor, category, route)
    decision = decision_on(actor, category)
    if found is None or found.permission == "not-usable":
        return False
    return found.permission == "usable" or (decision is not None and decision.is_allowed)


def may_use(actor: Actor, found: Product, *, need: domain.Need | None, route: str) -> domain.Refusal | None:
    """Return why a product may not be used for a need by a route here, or ``None`` when it may."""
    return domain.may_use(
        product_facts(found), need, route, standing(actor, found.category, route), decision_on(actor, found.category)
    )


def product_refusals(actor: Actor) -> Sequence[tuple[Product, tuple[domain.Refusal | None, ...]]]:
    """Return every product with the reason against each route of its label, ``None`` for a route that is fine."""
    jurisdiction = _jurisdiction(actor)
    in_force = _decisions_in_force(actor, jurisdiction)

    def against(found: Product, route: str) -> domain.Refusal | None:
        legal = law.rulebook().standing(found.category, jurisdiction=jurisdiction, route=route)
        return domain.may_use(product_facts(found), None, route, legal, in_force.get(found.category))

    rows = products(actor, include_inactive=True)
    return [(found, tuple(against(found, route) for route in found.routes)) for found in rows]


def category(category_id: str) -> domain.CategoryFacts:
    """Return one product category of the rulebook. Raises ``NotFound``."""
    found = law.rulebook().category(category_id)
    if found is None:
        raise NotFound("There is no product category of that name.")
    return found


def product_facts(found: Product) -> domain.ProductFacts:
    """Return what the rules need to know about a product."""
    category = law.rulebook().category(found.category)
    return domain.ProductFacts(found.name, found.category, category, tuple(found.routes), found.is_active)


# --- lots -------------------------------------------------------------------------------------


def lots(
    actor: Actor, *, location_id: int | None = None, product_id: int | None = None, with_stock: bool = False
) -> Sequence[Lot]:
    """Return lots, soonest expiry first, each with ``remaining`` and ``recall_reason``."""
    actor.require(permissions.SEE_STOCK)
    rows = _lots(actor)
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    if with_stock:
        rows = rows.filter(_IN_STOCK)
    return list(rows.order_by("expires_on", "product__name", "code"))


def lots_like(actor: Actor, text: str, *, limit: int = 20) -> Sequence[Lot]:
    """Return lots whose code begins with ``text``."""
    actor.require(permissions.SEE_STOCK)
    rows = Lot.objects.filter(clinic_id=actor.clinic_id, code__istartswith=text)
    return list(rows.select_related("product", "location").order_by("code")[:limit])


def lot(actor: Actor, lot_id: int) -> Lot:
    """Return one lot, with ``remaining`` and ``recall_reason``. Raises ``NotFound``."""
    actor.require(permissions.SEE_STOCK)
    found = _lots(actor).filter(pk=lot_id).first()
    if found is None:
        raise NotFound("We could not find that lot.")
    return found


def lot_state(actor: Actor, found: Lot, *, on: date, location_id: int | None = None) -> domain.LotState:
    """Return whether a lot as such is usable on a day (expiry, recall, stock, place) and how much is left."""
    facts = lot_facts(actor, found)
    return domain.LotState(facts.remaining, domain.lot_refusals(facts, on=on, location_id=location_id))


def state_of(found: Lot, *, on: date, location_id: int | None = None) -> domain.LotState:
    """Return the state of a lot that was read by ``lots``, ``lot`` or ``find_lot``, without asking again."""
    facts = _facts(found)
    return domain.LotState(facts.remaining, domain.lot_refusals(facts, on=on, location_id=location_id))


def movements(actor: Actor, found: Lot) -> Sequence[LotMovement]:
    """Return what was taken from or put back to a lot, newest first."""
    actor.require(permissions.SEE_STOCK)
    rows = LotMovement.objects.select_related("by").filter(clinic_id=actor.clinic_id, lot=found)
    return list(rows.order_by("-at", "-pk"))


def refusals(
    actor: Actor, found: Lot, *, need: domain.Need | None, route: str, on: date, location_id: int | None = None
) -> tuple[domain.Refusal, ...]:
    """Return every reason against using a lot for a need by a route: the product's first, then the lot's."""
    against_product = may_use(actor, found.product, need=need, route=route)
    state = lot_state(actor, found, on=on, location_id=location_id)
    return ((against_product,) if against_product else ()) + state.refusals


def usable_lots(actor: Actor, *, need: domain.Need, location_id: int, route: str, on: date) -> Sequence[Lot]:
    """Return the lots at a location that may be used for a need by a route on a day, soonest expiry first."""
    actor.require(permissions.SEE_STOCK)
    rows = _lots(actor).filter(_IN_STOCK, location_id=location_id, product__category__in=list(need.categories))
    jurisdiction = _jurisdiction(actor)
    in_force = _decisions_in_force(actor, jurisdiction)
    usable = []
    for found in rows.order_by("expires_on", "code"):
        category = found.product.category
        legal = law.rulebook().standing(category, jurisdiction=jurisdiction, route=route)
        if domain.may_use(product_facts(found.product), need, route, legal, in_force.get(category)):
            continue
        if not domain.lot_refusals(_facts(found), on=on, location_id=location_id):
            usable.append(found)
    return usable


def find_lot(
    actor: Actor,
    *,
    code: str | None = None,
    scan: str | None = None,
    location_id: int,
    product_id: int | None = None,
) -> FoundLot:
    """Return the lot that a typed code or a scanned barcode names at a location. Says nothing about its use.

    Raises:
        Invalid: nothing given, an unreadable barcode, or a code that two products share.
        UnknownLot: no such lot was received here.
    """
    actor.require(permissions.SEE_STOCK)
    read = scanning.read(scan) if scan else None
    wanted = read.lot if read else (code or "").strip()
    if not wanted:
        raise Invalid("Scan the label or type the lot code.", fields={"code": "Scan the label or type the lot code."})
    rows = _lots(actor).filter(code__iexact=wanted)
    if read and read.gtin:
        rows = rows.filter(product__gtin=read.gtin)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    everywhere = list(rows.order_by("pk"))
    here = [found for found in everywhere if found.location_id == location_id]
    if len(here) > 1:
        names = ", ".join(sorted(found.product.name for found in here))
        raise Invalid(f"Lot {wanted} exists for more than one product ({names}). Scan the label or choose the product.")
    if not here:
        raise _unknown(wanted, read, everywhere)
    return FoundLot(here[0], read, (read.warnings if read else ()) + _contradictions(here[0], read))


def lot_facts(actor: Actor, found: Lot) -> domain.LotFacts:
    """Return what the rules need to know about a lot, freshly read."""
    fresh = _lots(actor).filter(pk=found.pk).first()
    if fresh is None:
        raise NotFound("We could not find that lot.")
    return _facts(fresh)


def _facts(found: Lot) -> domain.LotFacts:
    annotated: Mapping[str, object] = vars(found)
    remaining, reason = annotated["remaining"], annotated["recall_reason"]
    return domain.LotFacts(
        code=found.code,
        product=found.product.name,
        expires_on=found.expires_on,
        remaining=remaining if isinstance(remaining, Decimal) else Decimal(0),
        unit=found.product.unit,
        location_id=found.location_id,
        location=found.location.name,
        recall_reason=None if reason is None else str(reason),
    )


def _lots(actor: Actor) -> QuerySet[Lot]:
    amount: DecimalField[Decimal, Decimal] = DecimalField(max_digits=9, decimal_places=2)
    moved = LotMovement.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(sum=Sum("quantity"))
    recalls = LotRecall.objects.filter(product=OuterRef("product"), code__iexact=OuterRef("code"))
    rows = Lot.objects.select_related("product", "location", "received_by").filter(clinic_id=actor.clinic_id)
    return rows.annotate(
        remaining=F("quantity_received")
        + Coalesce(Subquery(moved.values("sum")), Value(Decimal(0)), output_field=amount),
        recall_reason=Subquery(recalls.values("reason")[:1]),
    )


def _unknown(wanted: str, read: scanning.Scan | None, elsewhere: Iterable[Lot]) -> UnknownLot:
    places = ", ".join(sorted({found.location.name for found in elsewhere}))
    if places:
        return UnknownLot(
            f"Lot {wanted} is kept at {places}, not here. Use a lot from this location.", code="lot-elsewhere"
        )
    by_code = f" for the product with the number {read.gtin}" if read and read.gtin else ""
    return UnknownLot(
        f"Lot {wanted} is not known here{by_code}. It has to be received into stock before it can be used.",
        reasons=("An unknown lot may be counterfeit, recalled or stored wrongly.",),
    )


def _contradictions(found: Lot, read: scanning.Scan | None) -> tuple[str, ...]:
    if read and read.expires_on and read.expires_on != found.expires_on:
        day = f"{found.expires_on:%Y-%m-%d}"
        return (f"The label says it expires on {read.expires_on:%Y-%m-%d}, our record of this lot says {day}.",)
    return ()


def _jurisdiction(actor: Actor) -> str:
    return Clinic.objects.values_list("jurisdiction", flat=True).get(pk=actor.clinic_id)


def _decisions_in_force(actor: Actor, jurisdiction: str) -> dict[str, domain.Decision]:
    rows = CategoryDecision.objects.select_related("decided_by").filter(
        clinic_id=actor.clinic_id, jurisdiction=jurisdiction, decided_at__lte=clock.now()
    )
    latest = {}
    for row in rows.order_by("decided_at", "pk"):
        latest[row.category] = domain.Decision(row.is_allowed, row.document, row.decided_by.name, row.decided_at.date())
    return latest
