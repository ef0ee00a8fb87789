"""What workers do: measure some photographs of one clinic."""

import logging

from django_tasks import task

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import VesicleError
from vesicle.core.scope import clinic_scope

logger = logging.getLogger(__name__)


@task()
def measure_photos(clinic_id: int, photo_ids: list[int]) -> int:
    """Measure photographs by the current methods and return how many rows that added; one that fails stops no other."""
    from vesicle.results.measuring.services import measure_photo  # services enqueue this task

    by, added = Actor.system(clinic_id, "Photo measuring"), 0
    with clinic_scope(clinic_id):
        for photo_id in photo_ids:
            try:
                added += measure_photo(by=by, photo_id=photo_id, now=clock.now())
            except (VesicleError, OSError):
                # Not done, so the next ``vesicle remeasure`` asks for it again.
                logger.exception("Photograph %s was not measured", photo_id)
    return added
