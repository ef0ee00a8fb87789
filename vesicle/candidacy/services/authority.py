"""Who may decide, checked; and the clinic's own limits on it, set and lifted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from vesicle.candidacy import queries
from vesicle.candidacy.domain.authority import Authority, Limit, authority
from vesicle.candidacy.models import ClearingLimit
from vesicle.candidacy.permissions import SET_LIMITS
from vesicle.candidacy.queries.authority import limits_in_force
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.people.models import Staff
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption, offered_options

LIMITED = audit.define("candidacy.clearing-limited", "limited who may clear")
LIFTED = audit.define("candidacy.clearing-limit-lifted", "lifted a limit on who may clear")

Kind = ClearingLimit.Kind


def require_decider(by: Actor, found: Authority, today: date) -> Staff:
    """Return the member of staff behind ``by``. Raises ``NotPermitted`` where role, license or its expiry forbid it."""
    staff = Staff.objects.filter(clinic_id=by.clinic_id, pk=by.person_id).first()
    if staff is None or not queries.may_decide(by, found):
        names = ", ".join(sorted(found.licences)).upper() or "nobody"
        raise NotPermitted(
            f"Your license does not allow this decision. The protocol and this clinic's settings name: {names}."
        )
    if staff.licence_expires_on is not None and staff.licence_expires_on < today:
        raise NotPermitted(f"Your license expired on {staff.licence_expires_on}. Have it renewed in your record first.")
    return staff


def limit_clearing(
    *,
    by: Actor,
    kind: str,
    option: str = "",
    rule: str = "",
    licences: Sequence[str] = (),
    now: datetime | None = None,
) -> ClearingLimit:
    """Narrow who may clear at this clinic, from now on.

    Args:
        by: the medical director.
        kind: ``exam``, ``rule`` or ``director``; see ``ClearingLimit``.
        option: for ``exam``, the option concerned; empty for every one.
        rule: for ``rule`` and ``director``, the rule's id with its treatment; for ``director`` empty for every one.
        licences: who is left, for ``exam`` and ``rule``.
        now: when; by default now.

    Raises:
        Invalid: something unknown is named, or nobody would be left whom the protocol allows.
        Conflict: there is such a limit already.
    """
    by.require(SET_LIMITS)
    at = now or clock.now()
    offers = offered_options(by.clinic_id)
    option, rule = (option if kind == Kind.EXAM else ""), (rule if kind != Kind.EXAM else "")
    chosen = [] if kind == Kind.DIRECTOR else sorted(set(licences))
    fields = _faults(kind, option, rule, chosen, offers)
    if not fields:
        new = Limit(kind, option, rule, frozenset(chosen))  # type: ignore[arg-type]  # checked to be one of three
        fields = _nobody_left(new, limits_in_force(by.clinic_id), offers)
    if fields:
        raise Invalid("This limit cannot be set.", fields=fields)
    try:
        with transaction.atomic():
            row = ClearingLimit.objects.create(
                clinic_id=by.clinic_id,
                kind=kind,
                option=option,
                rule=rule,
                licences=chosen,
                set_by_id=by.person_id,
                set_at=at,
            )
            detail = {"kind": kind, "option": option, "rule": rule, "licences": chosen}
            audit.record(LIMITED, by=by, about=row, detail=detail, at=at)
    except IntegrityError:
        raise Conflict("There is such a limit already. Lift it first, then set another.") from None
    return row


def lift_limit(*, by: Actor, limit_id: int, now: datetime | None = None) -> ClearingLimit:
    """Lift one limit, from now on; what the protocol allows counts again.

    Raises:
        NotFound: there is none in force with this number at this clinic.
    """
    by.require(SET_LIMITS)
    at = now or clock.now()
    with transaction.atomic():
        row = queries.limit(by, limit_id)
        row.lifted_at = at
        row.save(update_fields=["lifted_at"])
        detail = {"kind": row.kind, "option": row.option, "rule": row.rule, "licences": row.licences}
        audit.record(LIFTED, by=by, about=row, detail=detail, at=at)
    return row


# --- the parts ------------------------------------------------------------------------------------------


def _faults(
    kind: str, option: str, rule: str, licences: Sequence[str], offers: Sequence[OfferedOption]
) -> dict[str, str]:
    fields = {}
    known = load_bank().licences
    if kind not in Kind.values:
        fields["kind"] = "Choose what to limit."
    if kind != Kind.DIRECTOR and (not licences or not set(licences) <= set(known)):
        fields["licences"] = "Choose at least one of the licenses shown."
    if option and option not in {offer.option.id for offer in offers}:
        fields["option"] = "Choose a treatment that is offered here."
    reviews = {one.id for offer in offers for one in offer.option.rules if one.rule.effect == "review"}
    if (rule or kind == Kind.RULE) and rule not in reviews:
        fields["rule"] = "Choose a rule that a provider clears, of a treatment that is offered here."
    return fields


def _director(found: Authority) -> bool:
    return bool(found.exam) and found.is_open_to_director


def _nobody_left(new: Limit, known: Iterable[Limit], offers: Sequence[OfferedOption]) -> dict[str, str]:
    """Say where the new limit, with those in force, would leave nobody whom the protocol allows."""
    every = (*known, new)
    for offer in offers:
        exam_by = offer.option.sections.qualifications.exam_by
        cleared_by = {one.id: one.rule.cleared_by for one in offer.option.rules if one.rule.effect == "review"}
        for rule in ("", *cleared_by):
            asked = {rule: cleared_by[rule]} if rule else {}
            after = authority(offer.option.id, exam_by, asked, every)
            before = authority(offer.option.id, exam_by, asked, known)
            if after.licences or (not before.licences and (_director(after) or not _director(before))):
                continue  # somebody is left, or it was the medical director's alone before and still is
            named = cleared_by.get(rule) or exam_by
            words = (
                f"Nobody would be left for {offer.option.label}{f', rule {rule}' if rule else ''}. "
                f"The protocol allows: {', '.join(named).upper()}."
            )
            return {"licences": words}
    return {}
