"""Verbs about products, and the clinic's decisions on their categories."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from vesicle.clinic import domain, hooks, law, permissions
from vesicle.clinic.models import CategoryDecision, Clinic, Product
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.people.queries import named_staff_id, require_same_clinic

PRODUCT_ADDED = audit.define("clinic.product-added", "registered a product")
PRODUCT_CHANGED = audit.define("clinic.product-changed", "changed a product")
CATEGORY_DECIDED = audit.define("clinic.category-decided", "recorded a decision on a product category")

_CHANGEABLE = frozenset({"source", "storage", "ingredients", "regulatory_status", "is_active", "gtin", "routes"})


def add_product(
    *,
    by: Actor,
    name: str,
    maker: str,
    category: str,
    source: str,
    routes: Sequence[str],
    storage: str,
    unit: str,
    gtin: str = "",
    ingredients: str = "",
    regulatory_status: Mapping[str, Any] | None = None,
) -> Product:
    """Register a product.

    Raises:
        Invalid: something is missing, the category is not in the list, a route is impossible for it, or the
            product number has a wrong check digit.
        Conflict: the product or its number is registered already.
    """
    by.require(permissions.REGISTER_PRODUCTS)
    given = {"name": name, "maker": maker, "source": source, "storage": storage, "unit": unit}
    problems = {key: "This cannot be empty." for key, value in given.items() if not value.strip()}
    problems |= _label_problems(category=category, routes=routes, gtin=gtin) | _source_problems(by, source)
    if problems:
        raise Invalid("Please check the product.", fields=problems)
    try:
        with transaction.atomic():
            product = Product.objects.create(
                clinic_id=by.clinic_id,
                name=name.strip(),
                maker=maker.strip(),
                category=category,
                source=source.strip(),
                routes=list(routes),
                storage=storage.strip(),
                unit=unit.strip(),
                gtin=_gtin_14(gtin),
                ingredients=ingredients.strip(),
                regulatory_status=dict(regulatory_status or {}),
            )
            audit.record(PRODUCT_ADDED, by=by, about=product, detail={"name": product.name, "category": category})
            site_changed(by.clinic_id)
    except IntegrityError:
        raise Conflict(f"{name} by {maker}, or its product number, is registered already.") from None
    return product


def change_product(*, by: Actor, product: Product, **changes: Any) -> Product:
    """Change what is known about a product; name, maker and category stay, because lots were used under them."""
    by.require(permissions.REGISTER_PRODUCTS)
    require_same_clinic(by, product)
    if unknown := set(changes) - _CHANGEABLE:
        raise Invalid(f"These cannot be changed: {', '.join(sorted(unknown))}. Register a new product instead.")
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=product.pk)
        routes, gtin = changes.get("routes", product.routes), changes.get("gtin", product.gtin)
        problems = _label_problems(category=product.category, routes=routes, gtin=gtin)
        if problems := problems | _source_problems(by, changes.get("source", "")):
            raise Invalid("Please check the product.", fields=problems)
        for field, value in changes.items():
            setattr(product, field, value)
        product.gtin = _gtin_14(gtin)
        product.save()
        audit.record(PRODUCT_CHANGED, by=by, about=product, detail={"fields": sorted(changes)})
        site_changed(by.clinic_id)
    return product


def decide_category(
    *, by: Actor, category: str, is_allowed: bool, document: str, at: datetime | None = None
) -> CategoryDecision:
    """Record the clinic's decision on a category that its country's law leaves open. A later one replaces it.

    Raises:
        Invalid: an unknown category, or no document named.
        Blocked: the law forbids the category by every route; there is nothing to decide.
    """
    by.require(permissions.DECIDE_CATEGORIES)
    facts = law.rulebook().category(category)
    problems = {}
    if facts is None:
        problems["category"] = "Choose a category from the list."
    if not document.strip():
        problems["document"] = "Name the advice it rests on: who, when, which document."
    if problems or facts is None:
        raise Invalid("Please check the decision.", fields=problems)
    clinic = Clinic.objects.get(pk=by.clinic_id)
    stands = [
        law.rulebook().standing(category, jurisdiction=clinic.jurisdiction, route=route) for route in facts.routes
    ]
    if is_allowed and all(stand is not None and stand.permission == "not-usable" for stand in stands):
        notes = tuple(sorted({stand.note for stand in stands if stand is not None}))
        raise Blocked(f"{facts.name} is not allowed here, and the clinic cannot decide otherwise.", reasons=notes)
    with transaction.atomic():
        decision = CategoryDecision.objects.create(
            clinic_id=by.clinic_id,
            category=category,
            jurisdiction=clinic.jurisdiction,
            is_allowed=is_allowed,
            document=document.strip(),
            decided_by_id=named_staff_id(by),
            decided_at=at or clock.now(),
        )
        detail = {"category": category, "jurisdiction": clinic.jurisdiction, "is_allowed": is_allowed}
        audit.record(CATEGORY_DECIDED, by=by, about=decision, detail=detail, at=at)
        site_changed(by.clinic_id)
    return decision


def _source_problems(by: Actor, source: str) -> dict[str, str]:
    """Patients read on the page where a product comes from; a promise does not belong there."""
    country = Clinic.objects.values_list("jurisdiction", flat=True).get(pk=by.clinic_id)
    refused = hooks.refusal_of(source, country, is_origin=True)
    return {"source": f"Patients read this on the page. {refused}"} if refused else {}


def _label_problems(*, category: str, routes: Sequence[str], gtin: str) -> dict[str, str]:
    problems = {}
    facts = law.rulebook().category(category)
    if facts is None:
        problems["category"] = "Choose a category from the list."
    if not routes:
        problems["routes"] = "Choose at least one way in which the label allows it to be used."
    elif facts is not None and (wrong := set(routes) - set(facts.routes)):
        ways = ", ".join(domain.ROUTE_WORDS.get(route, route) for route in sorted(wrong))
        problems["routes"] = f"{facts.name} is never used {ways}."
    if gtin.strip() and not _is_gtin(gtin):
        problems["gtin"] = (
            "A product number has 8, 12, 13 or 14 digits; the last one is a check digit, and it does not fit."
        )
    return problems


def _is_gtin(text: str) -> bool:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def _gtin_14(text: str) -> str:
    return text.strip().zfill(14) if text.strip() else ""
