"""Who is on the list of people whom a change of rules affects."""

from __future__ import annotations

from collections.abc import Sequence

from vesicle.candidacy.models import RuleChange
from vesicle.candidacy.permissions import SEE_QUEUE
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound


def rule_changes(actor: Actor, *, closed: bool = False, most: int = 500) -> Sequence[RuleChange]:
    """Return open (or the latest closed) entries, the next appointment first."""
    actor.require(SEE_QUEUE)
    rows = RuleChange.objects.filter(clinic_id=actor.clinic_id, closed__isnull=not closed)
    rows = rows.select_related("patient", "edition__release", "replaced__release", "closed__closed_by")
    return list(rows.order_by("-closed__closed_at" if closed else "on", "pk")[:most])


def open_rule_changes(actor: Actor) -> int:
    """Return how many entries wait for somebody."""
    actor.require(SEE_QUEUE)
    return RuleChange.objects.filter(clinic_id=actor.clinic_id, closed__isnull=True).count()


def rule_change(actor: Actor, change_id: int) -> RuleChange:
    """Return one entry. Raises ``NotFound``."""
    actor.require(SEE_QUEUE)
    found = RuleChange.objects.filter(clinic_id=actor.clinic_id, pk=change_id).select_related("patient").first()
    if found is None:
        raise NotFound("We could not find that entry.")
    return found
