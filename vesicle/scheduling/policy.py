"""The policy in force, and remembering who accepted which version of it."""

from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.scheduling import queries
from vesicle.scheduling.models import Appointment, BookingRules, CancellationPolicy, PolicyAcceptance
from vesicle.scheduling.prices import price_of

HOW = {"staff": PolicyAcceptance.How.TOLD, "integrator": PolicyAcceptance.How.PROGRAM}


def in_force(clinic_id: int, now: datetime, *, rules: BookingRules | None = None) -> CancellationPolicy | None:
    """Return the version that counts at ``now``; ``None`` for a clinic without a policy.

    ``rules`` where they were read already: then this asks the database only if the newest version is still to come.
    """
    newest = (rules or queries.booking_rules(clinic_id)).policy
    if newest is None or newest.valid_from <= now:
        return newest
    rows = CancellationPolicy.objects.filter(clinic_id=clinic_id, valid_from__lte=now)
    return rows.order_by("-valid_from", "-number").first()


def accept(
    appointment: Appointment,
    policy: CancellationPolicy | None,
    number: int | None,
    *,
    by: Actor,
    now: datetime,
    language: str = "en",
) -> PolicyAcceptance | None:
    """Remember that version ``number`` was accepted for a booking, with the price it was offered for.

    Staff may book without: then nothing can be charged. Raises ``Invalid`` when somebody else books without accepting
    the version in force, or anybody accepts another.
    """
    if policy is None:
        return None
    if number is None and by.kind in ("staff", "system"):
        return None
    if number != policy.number:
        raise Invalid(
            _("Booking needs the clinic's cancellation policy, version %(number)d, to be accepted.")
            % {"number": policy.number},
            fields={
                "policy_accepted": _("Accept version %(number)d: %(words)s")
                % {"number": policy.number, "words": policy.words(language)}
            },
            code="policy-not-accepted",
        )
    price = price_of(appointment)
    return PolicyAcceptance.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        policy=policy,
        text_hash=policy.text_hash,
        language=language[:10],
        how=HOW.get(by.kind, PolicyAcceptance.How.ONLINE),
        price=price.amount,
        currency=price.currency,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
    )


def accepted(appointment: Appointment) -> PolicyAcceptance | None:
    """Return what was accepted for an appointment, if anything."""
    rows = PolicyAcceptance.objects.filter(clinic_id=appointment.clinic_id, appointment=appointment)
    return rows.select_related("policy").first()
