"""The verb on the clinic's words in other languages: say them, beside their English, and they are on the pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from vesicle.clinic.models import Clinic
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Stale
from vesicle.people.models import Staff
from vesicle.people.queries import named_staff_id
from vesicle.protocols.overlay import own_digest
from vesicle.website.models import SiteTranslation
from vesicle.website.permissions import PUBLISH_PROFILES
from vesicle.website.speaking import queries

SPOKEN = audit.define("site.spoken", "said words of the public pages in another language")


def say(*, by: Actor, language: str, said: Mapping[str, str], expected_revision: int) -> None:
    """Put what was said by place on the pages; an empty place is English again, one left out stays as it is.

    No machine reads these: the check of claims knows English only, and whoever publishes them answers for them. Each
    is kept with the fingerprint of its English, and is not shown any more once that says something else. Raises
    ``Stale`` when somebody else was faster.
    """
    by.require(PUBLISH_PROFILES)
    signer = Staff.objects.get(pk=named_staff_id(by))
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic_id)
        if queries.revision(by, language) != expected_revision:
            raise Stale("Somebody else saved these words meanwhile. Nothing of yours was saved; it is still here.")
        changed = []
        for line in queries.lines(by, language):
            text = said.get(line.place)
            if text is None or (text == line.translation and line.state != "stale"):
                continue
            SiteTranslation.objects.update_or_create(
                clinic_id=by.clinic_id,
                language=language,
                place=line.place,
                defaults={
                    "of": own_digest(line.english),
                    "text": text,
                    "said_by": signer,
                    "changed": expected_revision + 1,
                },
            )
            changed.append(line.place)
        if changed:
            site_changed(by.clinic_id)
            audit.record(SPOKEN, by=by, about=signer.clinic, detail={"language": language, "places": changed})
