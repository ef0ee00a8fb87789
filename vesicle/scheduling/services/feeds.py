"""Private calendar addresses: made, renewed and revoked."""

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from vesicle.clinic.models import Resource
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.core.permissions import Role
from vesicle.people.queries import named_staff_id
from vesicle.scheduling.models import CalendarFeed
from vesicle.scheduling.permissions import MAKE_FEEDS

MADE = audit.define("scheduling.feed-made", "made a private calendar address")
REVOKED = audit.define("scheduling.feed-revoked", "revoked a private calendar address")


def make_feed(*, by: Actor, resource_id: int, shows: str, now: datetime) -> tuple[CalendarFeed, str]:
    """Make an address under which a calendar program reads a resource's appointments; return it and its token.

    The token is never shown again. Providers make their own, the director and the owner everybody's.

    Raises:
        NotFound: no such resource, or not theirs.
        Conflict: it has an address already; renew that one.
        Invalid: ``shows`` is neither ``initials`` nor ``nothing``.
    """
    by.require(MAKE_FEEDS)
    made_by = named_staff_id(by)
    if shows not in CalendarFeed.Shows.values:
        raise Invalid("Choose what the calendar says of patients.", fields={"shows": "Initials, or nothing."})
    resource = Resource.objects.filter(clinic_id=by.clinic_id, pk=resource_id, is_active=True).first()
    if resource is None or not may_make_for(by, resource):
        raise NotFound("We could not find that.")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(
                clinic_id=by.clinic_id,
                resource=resource,
                shows=shows,
                token_hash=digest(token),
                made_at=now,
                made_by_id=made_by,
            )
            detail = {"resource": resource.name, "shows": shows}
            audit.record(MADE, by=by, about=feed, detail=detail)
    except IntegrityError:
        raise Conflict(f"{resource.name} has an address already. Renew it to see a new one.") from None
    return feed, token


def renew_feed(*, by: Actor, feed_id: int, now: datetime) -> tuple[CalendarFeed, str]:
    """Make a new address in place of one, which opens nothing from now on. Raises ``NotFound``."""
    with transaction.atomic():
        old = revoke_feed(by=by, feed_id=feed_id, now=now)
        return make_feed(by=by, resource_id=old.resource_id, shows=old.shows, now=now)


def revoke_feed(*, by: Actor, feed_id: int, now: datetime) -> CalendarFeed:
    """Let an address open nothing any more. Raises ``NotFound`` for one that is not theirs or ended already."""
    by.require(MAKE_FEEDS)
    with transaction.atomic():
        rows = CalendarFeed.objects.select_for_update(of=("self",)).select_related("resource")
        feed = rows.filter(clinic_id=by.clinic_id, pk=feed_id, revoked_at=None).first()
        if feed is None or not may_make_for(by, feed.resource):
            raise NotFound("We could not find that calendar address. It may have been revoked already.")
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
        audit.record(REVOKED, by=by, about=feed, detail={"resource": feed.resource.name})
    return feed


def may_make_for(actor: Actor, resource: Resource) -> bool:
    """Return whether the actor may make an address for a resource: the director and owner for all, others their own."""
    return bool(actor.roles & {Role.MEDICAL_DIRECTOR, Role.OWNER}) or resource.staff_id == actor.id


def digest(token: str) -> str:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
