"""Editions in every state, reached by the services, for tests of this room."""

from vesicle.protocols import services
from vesicle.protocols.models import Edition
from vesicle.protocols.queries import forget_editions

STATEMENT = "I have read it and approve it."


def install():
    """Install the shipped library, with nothing remembered of another test's database."""
    forget_editions()
    return services.install_library()


def draft(cast, treatment="prp", overlay=None, by="owen"):
    return services.draft_edition(by=cast.actor(by), treatment=treatment, overlay=overlay)


def in_review(cast, treatment="prp", overlay=None):
    return services.submit_for_review(by=cast.actor("owen"), edition=draft(cast, treatment, overlay))


def approved(cast, treatment="prp", overlay=None):
    edition = in_review(cast, treatment, overlay)
    services.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)
    return Edition.objects.get(pk=edition.pk)


def fresh(edition):
    return Edition.objects.select_related("release").get(pk=edition.pk)
