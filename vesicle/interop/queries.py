"""Keys of other programs, from a request to the program behind it, and what programs may read."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest

from vesicle.clinic.models import Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.core.permissions import Role
from vesicle.interop.domain import Wish
from vesicle.interop.models import IntegratorKey
from vesicle.interop.permissions import MANAGE_KEYS
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.models import Appointment

PREFIX = "vsk_"
"""What every key begins with, so that one that got out is recognized."""
_SCHEME = "Bearer "
_WHOSE = """
SELECT id, clinic_id, name, last_used_on FROM interop_integratorkey WHERE key_hash = %s AND revoked_at IS NULL
"""


def keys(actor: Actor) -> list[IntegratorKey]:
    """Return the clinic's keys, the newest first, revoked ones included."""
    actor.require(MANAGE_KEYS)
    return list(IntegratorKey.objects.filter(clinic_id=actor.clinic_id).select_related("made_by"))


def key(actor: Actor, key_id: int) -> IntegratorKey:
    """Return one of the clinic's keys. Raises ``NotFound``."""
    actor.require(MANAGE_KEYS)
    found = IntegratorKey.objects.filter(clinic_id=actor.clinic_id, pk=key_id).first()
    if found is None:
        raise NotFound("We could not find that key.")
    return found


def integrator_of(request: HttpRequest) -> Actor | None:
    """Return the program whose key a request carries, or ``None`` where it carries none that is good."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(_SCHEME + PREFIX):
        return None
    digest = hashlib.sha256(header.removeprefix(_SCHEME).strip().encode()).hexdigest()
    with connection.cursor() as cursor:
        # Every request of a program begins with this one.
        cursor.execute(_WHOSE, [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    key_id, clinic_id, name, last_used_on = row
    if last_used_on != (today := clock.now().date()):
        IntegratorKey.objects.filter(pk=key_id).update(last_used_on=today)
    return Actor("integrator", key_id, name, clinic_id, frozenset({Role.INTEGRATOR}))


def appointment(actor: Actor, appointment_id: int) -> Appointment:
    """Return an appointment that this program made. Raises ``NotFound`` for everything else."""
    return scheduling.appointment(actor, appointment_id)


def resource_ids(actor: Actor, place: Location, names: Mapping[str, str]) -> tuple[int, ...]:
    """Return the resources with these names, by kind. Raises ``Invalid`` for a name that nothing has there."""
    found = []
    for kind, name in names.items():
        rows = Resource.objects.filter(clinic_id=actor.clinic_id, kind=kind, name=name, is_active=True)
        if kind != Resource.Kind.PROVIDER:
            rows = rows.filter(location=place)
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            message = f"There is no {kind} '{name}' at {place.name}. Leave it out, or use a name that a slot says."
            raise Invalid(message, fields={kind: "Use a name that a slot says."})
        found += ids
    return tuple(found)


_DAYS_ROUND = 7
_ALTERNATIVES = 5


def alternatives(actor: Actor, wish: Wish, *, now: datetime) -> list[scheduling.Slot]:
    """Return the free starts nearest to a wish that could not be had, the nearest first."""
    place = scheduling.location(actor, wish.location)
    day = clock.day_in(place.time_zone, wish.start)
    today = clock.day_in(place.time_zone, now)
    found = scheduling.slots(
        actor,
        option_id=wish.option_id,
        areas=wish.areas,
        location_id=place,
        from_=max(day - timedelta(days=1), today),
        to=max(day, today) + timedelta(days=_DAYS_ROUND),
        now=now,
    )
    return sorted(found, key=lambda slot: abs(slot.start - wish.start))[:_ALTERNATIVES]
