"""Which sites may show the clinic's pages in a frame."""

from typing import Final

from django.db import IntegrityError, transaction

from vesicle.clinic import permissions
from vesicle.clinic.domain.origins import origin_of
from vesicle.clinic.models import EmbedOrigin
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound

ALLOWED = audit.define("clinic.embed-allowed", "allowed a site to show the clinic's pages in a frame")
ENDED = audit.define("clinic.embed-ended", "no longer allows a site to show the clinic's pages in a frame")
MOST_ORIGINS: Final = 20
"""They are all sent with every framed page."""


@transaction.atomic
def allow_origin(*, by: Actor, origin: str) -> EmbedOrigin:
    """Let a site show the clinic's pages in a frame.

    Raises:
        Invalid: not an origin (https, no path; http for localhost only), listed already, or more than twenty.
    """
    by.require(permissions.MANAGE_EMBEDS)
    name = origin_of(origin)
    if EmbedOrigin.objects.filter(clinic_id=by.clinic_id).count() >= MOST_ORIGINS:
        message = f"At most {MOST_ORIGINS} sites can be listed. Remove one first."
        raise Invalid(message, fields={"origin": message})
    try:
        with transaction.atomic():
            made = EmbedOrigin.objects.create(
                clinic_id=by.clinic_id, origin=name, added_at=clock.now(), added_by_id=by.person_id
            )
    except IntegrityError as error:
        message = f"{name} is listed already."
        raise Invalid(message, fields={"origin": message}) from error
    audit.record(ALLOWED, by=by, about=made, detail={"origin": name})
    site_changed(by.clinic_id)
    return made


@transaction.atomic
def end_origin(*, by: Actor, origin: str) -> None:
    """Take a site off the list; browsers refuse to show the pages there from the next request on."""
    by.require(permissions.MANAGE_EMBEDS)
    row = EmbedOrigin.objects.filter(clinic_id=by.clinic_id, origin=origin).first()
    if row is None:
        raise NotFound("That site is not on the list.")
    audit.record(ENDED, by=by, about=row, detail={"origin": row.origin})
    row.delete()
    site_changed(by.clinic_id)
