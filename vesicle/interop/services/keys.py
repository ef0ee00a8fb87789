"""Giving other programs access to the clinic, and taking it away."""

import hashlib
import secrets

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.interop import queries
from vesicle.interop.models import IntegratorKey
from vesicle.interop.permissions import MANAGE_KEYS

KEY_MADE = audit.define("interop.key-made", "made a key for another program")
KEY_REVOKED = audit.define("interop.key-revoked", "revoked a key of another program")


def make_key(*, by: Actor, name: str) -> tuple[IntegratorKey, str]:
    """Make a key and return its row and the key itself, never shown again. Raises ``Invalid`` without a name."""
    by.require(MANAGE_KEYS)
    if not name.strip():
        raise Invalid("Say which program the key is for.", fields={"name": "For example: our website."})
    key = f"{queries.PREFIX}{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        row = IntegratorKey.objects.create(
            clinic_id=by.clinic_id,
            name=name.strip()[:80],
            key_hash=hashlib.sha256(key.encode()).hexdigest(),
            ending=key[-4:],
            made_at=clock.now(),
            made_by_id=by.id if by.is_staff else None,
        )
        audit.record(KEY_MADE, by=by, about=row, detail={"name": row.name})
    return row, key


def revoke_key(*, by: Actor, key_id: int) -> IntegratorKey:
    """End a key: from now on it opens nothing. Doing it twice does nothing more. Raises ``NotFound``."""
    by.require(MANAGE_KEYS)
    with transaction.atomic():
        row = queries.key(by, key_id)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            audit.record(KEY_REVOKED, by=by, about=row, detail={"name": row.name})
    return row
