"""The sites that may show a clinic's pages in a frame."""

from vesicle.clinic import permissions
from vesicle.clinic.models import EmbedOrigin
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope


def embed_origins(actor: Actor) -> list[EmbedOrigin]:
    """Return the sites listed, by name, for the page that changes them."""
    actor.require(permissions.MANAGE_EMBEDS)
    return list(EmbedOrigin.objects.filter(clinic_id=actor.clinic_id).select_related("added_by").order_by("origin"))


def origins_framing(clinic_id: int) -> tuple[str, ...]:
    """Return the origins that may frame the clinic's pages. Asked before anybody is known, so without an actor."""
    with clinic_scope(clinic_id):
        rows = EmbedOrigin.objects.filter(clinic_id=clinic_id).order_by("origin")
        return tuple(rows.values_list("origin", flat=True))
