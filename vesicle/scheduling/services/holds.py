"""Holding a time while the person types."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy.models import Screening
from vesicle.clinic.models import Location
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import JustTaken
from vesicle.core.scope import clinic_scope
from vesicle.scheduling import queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.idempotency import once
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.states import locked
from vesicle.scheduling.taking import Wanted, begun, give_back, take_time

S = Appointment.State
HOLD_FOR = timedelta(minutes=10)
_AT_ONCE = 500

HELD = audit.define("appointment.held", "held a time")


def hold(
    *,
    by: Actor,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    start: datetime,
    now: datetime,
    provider_id: int | None = None,
    resource_ids: Collection[int] = (),
    screening: Screening | None = None,
    idempotency_key: str = "",
    made_for: str = "",
) -> Appointment:
    """Take a time for ten minutes (or what the clinic's rules say) while the person types.

    ``made_for`` is the treatment that a patch test or consultation is to come before.
    A retry with the same ``idempotency_key`` returns what was held the first time. Raises ``JustTaken`` when the time
    is no longer free, ``Invalid`` for areas that are not offered.
    """
    by.require(BOOK)
    asked = ("hold", option_id, sorted(areas), str(location_id), start.timestamp(), made_for)

    def make() -> Appointment:
        what = bookable(by.clinic_id, option_id)
        appointment = begun(
            by, what, areas, location_id, now, screening, key=idempotency_key, asked=asked, made_for=made_for
        )
        with transaction.atomic():
            take_time(appointment, what, start, by=by, now=now, wanted=Wanted(provider_id, resource_ids))
            audit.record(HELD, by=by, about=appointment, detail={"option": appointment.option})
        return appointment

    return once(by, idempotency_key, asked, make)


def refresh_hold(*, by: Actor, appointment: Appointment, now: datetime) -> Appointment:
    """Keep a hold for its length once more. Raises ``JustTaken`` when it has lapsed and was given away."""
    with transaction.atomic():
        held = locked(appointment)
        require_held(held)
        held.hold_expires_at = now + timedelta(minutes=queries.booking_rules(held.clinic_id).hold_minutes)
        held.save(update_fields=["hold_expires_at"])
        held.claims.filter(is_active=True).update(held_until=held.hold_expires_at)
    return held


def require_held(held: Appointment) -> None:
    """Let pass a hold that still has its time, lapsed or not. Raises ``JustTaken`` when it was given away."""
    if held.state != S.HELD or not held.claims.filter(is_active=True).exists():
        raise JustTaken(_("We could not keep that time any longer and it was given away. Choose another."))


def release_hold(*, by: Actor, appointment: Appointment, now: datetime) -> None:
    """Give a held time back. Does nothing when it is no longer held."""
    with transaction.atomic():
        held = locked(appointment)
        if held.state == S.HELD:
            give_back(held, by=by, now=now, reason="given back")


def release_stale_holds(*, now: datetime) -> int:
    """Give back the times of holds that have lapsed; return how many. Run by the worker in the scope of all clinics.

    Each is looked at again under its lock: a person may have refreshed or booked it a moment ago.
    """
    count = 0
    stale = Appointment.objects.filter(state=S.HELD, hold_expires_at__lte=now).order_by("pk")
    for pk, clinic_id in list(stale.values_list("pk", "clinic_id")[:_AT_ONCE]):
        with clinic_scope(clinic_id), transaction.atomic():
            row = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            if row.state == S.HELD and row.hold_expires_at is not None and row.hold_expires_at <= now:
                give_back(row, by=Actor.system(clinic_id, "hold cleaner"), now=now, reason="lapsed")
                count += 1
    return count
