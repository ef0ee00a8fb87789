"""What workers do with photographs."""

import logging

from django_tasks import task

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.results.measuring.services import measure_photo

logger = logging.getLogger(__name__)


@task()
def measure_photographs(clinic_id: int, photo_ids: list[int]) -> int:
    """Measure photographs of one clinic, one after another; return how many could be.

    One that fails does not hold up the others: it stays queued and is due again in an hour.
    """
    by = Actor.system(clinic_id, "Measuring of photographs")
    with clinic_scope(clinic_id):
        return sum(_is_measured(by, number) for number in photo_ids)


def _is_measured(by: Actor, photo_id: int) -> bool:
    try:
        measure_photo(by=by, photo_id=photo_id, now=clock.now())
    except Exception:
        logger.exception("Photograph %s could not be measured; it is tried again in an hour", photo_id)
        return False
    return True
