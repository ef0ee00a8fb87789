"""Closing a location, room, device or calendar for a while, once or again and again; and opening it again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from vesicle.clinic import permissions
from vesicle.clinic.models import Closure, Location, Resource
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.people.queries import require_same_clinic

CLOSED = audit.define("clinic.closed", "closed a location, room, device or calendar for a while")
REOPENED = audit.define("clinic.reopened", "ended a closure")
MOST_AT_ONCE = 60


def close(
    *,
    by: Actor,
    start: datetime,
    end: datetime,
    reason: str,
    location: Location | None = None,
    resource: Resource | None = None,
    kind: str = Closure.Kind.CLOSED,
) -> Closure:
    """Close a location or one resource from ``start`` to ``end``. Bookings made before stay and have to be moved.

    Raises:
        Invalid: not exactly one thing to close, an empty stretch, or no reason.
    """
    return close_times(by=by, times=[(start, end)], reason=reason, location=location, resource=resource, kind=kind)[0]


def close_times(
    *,
    by: Actor,
    times: Sequence[tuple[datetime, datetime]],
    reason: str,
    location: Location | None = None,
    resource: Resource | None = None,
    kind: str = Closure.Kind.CLOSED,
) -> list[Closure]:
    """Close a location or one resource for several stretches, all or none: maintenance that comes again, holidays.

    Raises:
        Invalid: not exactly one thing to close, no or an empty stretch, more than sixty, no reason, an unknown kind.
    """
    by.require(permissions.CLOSE)
    thing = location or resource
    if thing is None or (location is not None and resource is not None):
        raise Invalid("Close either a location or one room, device or provider.")
    require_same_clinic(by, thing)
    if not 1 <= len(times) <= MOST_AT_ONCE:
        raise Invalid(f"Close between 1 and {MOST_AT_ONCE} stretches at once.", fields={"times": "Choose fewer."})
    if any(start >= end for start, end in times):
        raise Invalid("A closure has to end after it starts.", fields={"end": "Choose a later end."})
    if not reason.strip():
        raise Invalid("Say why it is closed.", fields={"reason": "A few words for your colleagues."})
    if kind not in Closure.Kind.values:
        allowed = ", ".join(Closure.Kind.values)
        raise Invalid(f"'{kind}' is no kind of closure.", fields={"kind": f"Choose one of: {allowed}."})
    made = []
    with transaction.atomic():
        for start, end in times:
            closure = Closure.objects.create(
                clinic_id=by.clinic_id,
                location=location,
                resource=resource,
                period=DateTimeTZRange(start, end),
                reason=reason.strip(),
                kind=kind,
            )
            detail = {"of": str(thing), "reason": closure.reason, "kind": kind, "from": start, "to": end}
            audit.record(CLOSED, by=by, about=closure, detail=detail)
            made.append(closure)
    return made


def reopen(*, by: Actor, closure: Closure) -> None:
    """End a closure: it never counted."""
    by.require(permissions.CLOSE)
    require_same_clinic(by, closure)
    with transaction.atomic():
        detail = {"of": str(closure.location or closure.resource), "reason": closure.reason}
        audit.record(REOPENED, by=by, about=closure, detail=detail)
        closure.delete()
