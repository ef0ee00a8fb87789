"""How many times one visitor may hold at once. Staff, programs and the house itself are not counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.scheduling.models import Appointment, VisitorHold
from vesicle.scheduling.services.holds import release_hold

MOST_A_VISITOR = 3
"""One to book, one to compare with, one in a forgotten tab."""
MOST_AN_ADDRESS = 20
"""A family or an office may share an address; a program that forgets its cookies has only this."""
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Seals of a session (empty without cookies) and of a network address."""

    session: str
    address: str


class TooManyHolds(Conflict):
    """A visitor holds as many times as one may. ``own`` are the open holds of this session, the oldest first."""

    status = 429
    code = "too-many-holds"

    def __init__(self, message: str, own: list[Appointment]) -> None:
        super().__init__(message)
        self.own = own


def visitor(clinic_id: int, session: str, address: str) -> Visitor:
    """Return a visitor as the table knows them."""

    def seal(what: str) -> str:
        return salted_hmac(f"scheduling.visitor.{clinic_id}", what, algorithm="sha256").hexdigest()

    return Visitor(seal(f"session {session}") if session else "", seal(f"address {address}"))


def hold_bounded(
    *,
    by: Actor,
    who: Visitor,
    take: Callable[[], Appointment],
    now: datetime,
    instead: int | None = None,
) -> Appointment:
    """Hold a time for a visitor by ``take`` unless they hold too many; ``instead`` is one of theirs to give back.

    All or nothing: the old time is kept when the new one is gone. Raises ``TooManyHolds``, and what ``take`` raises.
    """
    with transaction.atomic():
        _wait_for_turn(who)
        own = _open(now, clinic_id=by.clinic_id, session=who.session) if who.session else []
        for row in own:
            if row.pk == instead:
                release_hold(by=by, appointment=row, now=now)
        own = [row for row in own if row.pk != instead]
        if len(own) >= MOST_A_VISITOR:
            raise TooManyHolds(
                _("We keep %(count)d times for you already. Give one back and take this one instead.")
                % {"count": len(own)},
                own,
            )
        if len(_open(now, clinic_id=by.clinic_id, address=who.address)) >= MOST_AN_ADDRESS:
            raise TooManyHolds(
                _("Very many times are kept from your network just now. Try again in ten minutes, or call us."), own
            )
        held = take()
        VisitorHold.objects.create(
            clinic_id=by.clinic_id, appointment=held, session=who.session, address=who.address, made_at=now
        )
    return held


def forget_visitors(*, now: datetime) -> int:
    """Delete what is known of visitors' holds after a day; return how many. Run by the worker for all clinics."""
    return VisitorHold.objects.filter(made_at__lt=now - _KEPT).delete()[0]


def _open(now: datetime, **whose: object) -> list[Appointment]:
    ids = VisitorHold.objects.filter(**whose).values("appointment")
    rows = Appointment.objects.filter(pk__in=ids, state=Appointment.State.HELD, hold_expires_at__gt=now)
    return list(rows.select_related("location", "service", "provider").order_by("pk"))


def _wait_for_turn(who: Visitor) -> None:
    """Let one address take one hold at a time, so that twenty requests at once are counted as twenty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hold {who.address}"])
