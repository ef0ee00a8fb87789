"""A retry never books twice: what was made with a key is found again by it, even by a twin of the same instant."""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError

from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, VesicleError
from vesicle.scheduling.models import Appointment

FIELD = "Idempotency-Key"


def once(by: Actor, key: str, asked: object, make: Callable[[], Appointment]) -> Appointment:
    """Return what was made with ``key`` before, else what ``make`` makes. An empty key promises nothing.

    ``make`` gets the appointment to carry ``key`` and ``fingerprint(asked)``. Raises ``Invalid`` when the key was used
    to ask for something else.
    """
    try:
        return make()
    except (VesicleError, IntegrityError):
        # Asked only now, because most are no retries: the first of two has the time, or the key, by now.
        if key and (done := _before(by, key, asked)):
            return done
        raise


def fingerprint(asked: object) -> str:
    """Return a short digest of what was asked for, to know a retry from another question."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:32]


def _before(by: Actor, key: str, asked: object) -> Appointment | None:
    rows = Appointment.objects.select_related("location", "provider", "patient", "service")
    done = rows.filter(clinic_id=by.clinic_id, idempotency_key=key).first()
    if done is not None and done.idempotency_print != fingerprint(asked):
        message = "This idempotency key was used to ask for something else. Use a new one for a new booking."
        raise Invalid(message, fields={FIELD: "Used before, for something else."}, code="idempotency-key-used")
    return done
