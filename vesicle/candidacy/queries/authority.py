"""Who may decide about an option here: the protocol's licenses, narrowed by the clinic's own limits."""

from __future__ import annotations

from collections.abc import Sequence

from vesicle.candidacy.domain import Verdict
from vesicle.candidacy.domain.authority import Authority, Limit, authority
from vesicle.candidacy.models import ClearingLimit
from vesicle.candidacy.permissions import DECIDE, SET_LIMITS
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.permissions import Role
from vesicle.people.models import Staff
from vesicle.protocols.queries import OfferedOption


def limits(actor: Actor) -> Sequence[ClearingLimit]:
    """Return the clinic's limits in force, in reading order."""
    actor.require(SET_LIMITS)
    rows = ClearingLimit.objects.filter(clinic_id=actor.clinic_id, lifted_at__isnull=True)
    return list(rows.select_related("set_by").order_by("kind", "option", "rule"))


def limit(actor: Actor, limit_id: int) -> ClearingLimit:
    """Return one limit in force. Raises ``NotFound``."""
    found = next((row for row in limits(actor) if row.pk == limit_id), None)
    if found is None:
        raise NotFound("We could not find that limit. It may have been lifted already.")
    return found


def limits_in_force(clinic_id: int) -> tuple[Limit, ...]:
    """Return the clinic's limits as the domain knows them, in one read."""
    rows = ClearingLimit.objects.filter(clinic_id=clinic_id, lifted_at__isnull=True)
    return tuple(as_limit(row) for row in rows)


def as_limit(row: ClearingLimit) -> Limit:
    """Return a limit as the domain knows it."""
    return Limit(row.kind, row.option, row.rule, frozenset(row.licences))  # type: ignore[arg-type]  # one of three


def authority_for(clinic_id: int, offer: OfferedOption, verdict: Verdict) -> Authority:
    """Return who may decide about ``offer`` with the reasons for a review in ``verdict``."""
    behind = {name for reason in verdict.for_review for name in reason.rules}
    cleared_by = {rule.id: rule.rule.cleared_by for rule in offer.option.rules if rule.id in behind}
    return authority(
        offer.option.id,
        offer.option.sections.qualifications.exam_by,
        cleared_by,
        limits_in_force(clinic_id),
    )


def exam_authority(clinic_id: int, offer: OfferedOption) -> Authority:
    """Return who may examine for ``offer``, whatever the answers."""
    exam_by = offer.option.sections.qualifications.exam_by
    return authority(offer.option.id, exam_by, {}, limits_in_force(clinic_id))


def may_decide(actor: Actor, found: Authority) -> bool:
    """Return whether role and license let ``actor`` decide where ``found`` says who may."""
    return actor.may(DECIDE) and found.may(actor.licence, is_director=Role.MEDICAL_DIRECTOR in actor.roles)


def deciders(actor: Actor, found: Authority) -> Sequence[Staff]:
    """Return the members of staff who may decide, by name: for telling somebody who may not."""
    rows = Staff.objects.filter(clinic_id=actor.clinic_id, is_active=True, licence__in=found.exam).order_by("name")
    roles = {role.value for role in DECIDE.roles}
    return [
        row
        for row in rows
        if roles & set(row.roles) and found.may(row.licence, is_director=Role.MEDICAL_DIRECTOR.value in row.roles)
    ]
