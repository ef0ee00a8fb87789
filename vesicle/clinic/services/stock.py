"""Verbs about stock: receiving lots, taking from them, recalls."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from vesicle.clinic import domain, law, permissions, queries, scanning
from vesicle.clinic.models import Location, Lot, LotMovement, LotRecall, Product
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.people.models import Staff
from vesicle.people.queries import named_staff_id, require_same_clinic

LOT_RECEIVED = audit.define("clinic.lot-received", "received a lot")
STOCK_MOVED = audit.define("clinic.stock-moved", "took from or put back to a lot")
LOT_RECALLED = audit.define("clinic.lot-recalled", "recalled a lot")


def receive_lot(
    *,
    by: Actor,
    product: Product,
    location: Location,
    code: str,
    expires_on: date,
    quantity: Decimal,
    certificate: str = "",
    received_on: date | None = None,
    scan: str = "",
    checked_by: Staff | None = None,
) -> Lot:
    """Receive a lot into stock at a location.

    Hard stops: expired, no certificate of analysis for an exosome product, a category the clinic may not use by any
    route of the label, and a typed (not scanned) code of a human-source product that no second person compared.

    Raises:
        Invalid: something is missing or contradicts the scan; ``fields`` names it.
        Blocked: a hard stop.
        Conflict: this lot was received here already.
    """
    by.require(permissions.RECEIVE_LOTS)
    require_same_clinic(by, product)
    require_same_clinic(by, location)
    receiver = named_staff_id(by)
    day = received_on or clock.day_in(location.time_zone, clock.now())
    read = scanning.read(scan) if scan else None
    problems = _lot_problems(product, code=code, expires_on=expires_on, quantity=quantity, day=day, read=read)
    if problems:
        raise Invalid("Please check the lot.", fields=problems)
    _receiving_gate(by, product, certificate=certificate, scanned=bool(read and read.is_gs1), checked_by=checked_by)
    try:
        with transaction.atomic():
            lot = Lot.objects.create(
                clinic_id=by.clinic_id,
                product=product,
                location=location,
                code=code.strip(),
                expires_on=expires_on,
                received_on=day,
                received_by_id=receiver,
                quantity_received=quantity,
                certificate=certificate.strip(),
                scan=read.raw if read else "",
                checked_by=checked_by,
            )
            detail = {"product": product.name, "code": lot.code, "quantity": quantity, "location": location.name}
            audit.record(LOT_RECEIVED, by=by, about=lot, detail=detail)
            site_changed(by.clinic_id)
    except IntegrityError:
        raise Conflict(f"Lot {code} of {product.name} was received at {location.name} already.") from None
    return lot


def take(*, by: Actor, lot: Lot, quantity: Decimal, reason: str, at: datetime | None = None) -> LotMovement:
    """Take ``quantity`` from a lot, and say what for.

    Raises:
        Blocked: there is not that much left.
        Invalid: the quantity is not positive.
    """
    if quantity <= 0:
        raise Invalid("Enter a quantity above zero.", fields={"quantity": "Enter a quantity above zero."})
    return _move(by, lot, -quantity, reason, at)


def put_back(*, by: Actor, lot: Lot, quantity: Decimal, reason: str, at: datetime | None = None) -> LotMovement:
    """Put back what was taken by mistake. It never makes more than was received."""
    if quantity <= 0:
        raise Invalid("Enter a quantity above zero.", fields={"quantity": "Enter a quantity above zero."})
    return _move(by, lot, quantity, reason, at)


def recall_lot(*, by: Actor, product: Product, code: str, reason: str, at: datetime | None = None) -> LotRecall:
    """Withdraw a lot at every location, whether it was received here or not. From now on it is refused.

    Raises:
        Invalid: no code or reason.
        Conflict: it was recalled already.
    """
    by.require(permissions.RECALL_LOTS)
    require_same_clinic(by, product)
    problems = {}
    if not code.strip():
        problems["code"] = "Enter the lot code."
    if not reason.strip():
        problems["reason"] = "Say why, and who says so: colleagues and patients will ask."
    if problems:
        raise Invalid("Please check the recall.", fields=problems)
    if LotRecall.objects.filter(clinic_id=by.clinic_id, product=product, code__iexact=code.strip()).exists():
        raise Conflict(f"Lot {code} of {product.name} was recalled already.")
    with transaction.atomic():
        recall = LotRecall.objects.create(
            clinic_id=by.clinic_id,
            product=product,
            code=code.strip(),
            reason=reason.strip(),
            recalled_at=at or clock.now(),
            recalled_by_id=named_staff_id(by),
        )
        audit.record(LOT_RECALLED, by=by, about=recall, detail={"product": product.name, "code": recall.code}, at=at)
        site_changed(by.clinic_id)
    return recall


def _move(by: Actor, lot: Lot, quantity: Decimal, reason: str, at: datetime | None) -> LotMovement:
    by.require(permissions.TAKE_STOCK)
    require_same_clinic(by, lot)
    with transaction.atomic():
        # The lock makes two people who take the last millilitre follow one another.
        locked = Lot.objects.select_for_update(of=("self",)).select_related("product").get(pk=lot.pk)
        left = queries.lot_facts(by, locked).remaining
        unit = locked.product.unit
        if left + quantity < 0:
            raise Blocked(f"Only {left.normalize():f} {unit} of lot {locked.code} is left.", code="lot-exhausted")
        if left + quantity > locked.quantity_received:
            raise Invalid(
                f"Lot {locked.code} had {locked.quantity_received.normalize():f} {unit} when it was received."
            )
        movement = LotMovement.objects.create(
            clinic_id=by.clinic_id,
            lot=locked,
            quantity=quantity,
            reason=reason.strip() or "not stated",
            at=at or clock.now(),
            by_id=named_staff_id(by),
        )
        detail = {"lot": locked.code, "quantity": quantity, "reason": movement.reason}
        audit.record(STOCK_MOVED, by=by, about=movement, detail=detail, at=at)
    return movement


def _receiving_gate(by: Actor, product: Product, *, certificate: str, scanned: bool, checked_by: Staff | None) -> None:
    facts = law.rulebook().category(product.category)
    reasons = []
    ways = [queries.may_use(by, product, need=None, route=route) for route in product.routes]
    if all(way is not None for way in ways):
        reasons += list(dict.fromkeys(way.sentence for way in ways if way is not None))
    if facts is not None and facts.family == domain.VESICLES and not certificate.strip():
        reasons.append("An exosome product is received only with its certificate of analysis. Enter its number.")
    if facts is not None and facts.origin == "human-donor" and not scanned:
        if checked_by is None:
            reasons.append("A second person has to compare the typed code of a human-source product with the label.")
        elif checked_by.pk == by.id or checked_by.clinic_id != by.clinic_id:
            reasons.append("The second person has to be a colleague, not the one who received it.")
    if reasons:
        raise Blocked(f"{product.name} cannot be received.", reasons=reasons)


def _lot_problems(
    product: Product, *, code: str, expires_on: date, quantity: Decimal, day: date, read: scanning.Scan | None
) -> dict[str, str]:
    problems = {}
    if not code.strip():
        problems["code"] = "Enter the lot code as it stands on the label."
    if quantity <= 0:
        problems["quantity"] = f"Enter how much was received, in {product.unit}."
    if expires_on < day:
        problems["expires_on"] = "This lot has expired. It cannot be received."
    elif expires_on.year > day.year + 15:
        problems["expires_on"] = "This is more than 15 years away. Check the year."
    if read is not None and read.lot.lower() != code.strip().lower():
        problems["code"] = f"The label was scanned as {read.lot}. Use one of the two."
    if read is not None and read.expires_on is not None and read.expires_on != expires_on:
        problems["expires_on"] = f"The label says {read.expires_on:%Y-%m-%d}."
    if read is not None and read.gtin and product.gtin and read.gtin != product.gtin:
        problems["product"] = f"The label carries another product's number ({read.gtin})."
    return problems
