"""Setting up what can be booked besides treatments, and the clinic's rules for booking."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from vesicle.clinic.permissions import MANAGE_PLACES
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.queries import require_same_clinic
from vesicle.scheduling.models import BookingRules, OpenService

SERVICE_SET = audit.define("scheduling.service-set", "set up a visit that treats nothing")
RULES_SET = audit.define("scheduling.rules-set", "set the rules for booking")

_FIELDS = frozenset(
    field.name for field in OpenService._meta.concrete_fields if field.name not in ("id", "clinic", "slug")
)
_RULES = frozenset(
    field.name for field in BookingRules._meta.concrete_fields if field.name not in ("id", "clinic", "policy")
)


def add_service(
    *, by: Actor, slug: str, name: str, kind: str, minutes: int, needs: Sequence[str], **more: Any
) -> OpenService:
    """Offer a visit that treats nothing. ``more`` are other columns of ``OpenService``.

    Raises ``Invalid`` for minutes, needs or a kind that cannot be, ``Conflict`` when the slug is taken.
    """
    by.require(MANAGE_PLACES)
    service = OpenService(clinic_id=by.clinic_id, slug=slug)
    _fill(service, {"name": name, "kind": kind, "minutes": minutes, "needs": list(needs), **more})
    try:
        with transaction.atomic():
            service.save(force_insert=True)
            audit.record(SERVICE_SET, by=by, about=service, detail={"slug": slug})
    except IntegrityError:
        raise Conflict(f"There is a visit with the short name '{slug}' already. Choose another.") from None
    return service


def change_service(*, by: Actor, service: OpenService, **changes: Any) -> OpenService:
    """Change a visit that treats nothing; appointments made before keep their time. Raises ``Invalid``."""
    by.require(MANAGE_PLACES)
    require_same_clinic(by, service)
    _fill(service, changes)
    with transaction.atomic():
        service.save()
        audit.record(SERVICE_SET, by=by, about=service, detail={"changed": sorted(changes)})
    return service


def set_booking_rules(*, by: Actor, **changes: Any) -> BookingRules:
    """Set the clinic's rules for booking; what is not named stays. Raises ``Invalid`` for a rule that cannot be."""
    by.require(MANAGE_PLACES)
    if unknown := sorted(set(changes) - _RULES):
        raise Invalid(f"There is no rule '{unknown[0]}'. Rules: {', '.join(sorted(_RULES))}.")
    try:
        with transaction.atomic():
            rules, _ = BookingRules.objects.update_or_create(clinic_id=by.clinic_id, defaults=changes)
            audit.record(RULES_SET, by=by, about=rules, detail=changes)
    except IntegrityError:
        raise Invalid("These rules cannot be: the grid divides an hour, and a hold lasts 1 to 60 minutes.") from None
    return rules


def _fill(service: OpenService, values: dict[str, Any]) -> None:
    if unknown := sorted(set(values) - _FIELDS):
        raise Invalid(f"A visit has no '{unknown[0]}'.", fields={unknown[0]: "Leave it out."})
    for name, value in values.items():
        setattr(service, name, value)
    problems = {}
    if not service.name.strip():
        problems["name"] = "Give it a name."
    if service.kind not in OpenService.Kind.values:
        problems["kind"] = f"Choose one of: {', '.join(OpenService.Kind.values)}."
    if service.minutes % 5 or not 5 <= service.minutes <= 480:
        problems["minutes"] = "From 5 to 480, in steps of five."
    if "provider" not in service.needs:
        problems["needs"] = "Somebody has to be there: name 'provider', and what else it needs."
    if problems:
        raise Invalid("Please check the visit.", fields=problems)
