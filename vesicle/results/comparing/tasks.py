"""What workers do with visits that are to be compared."""

import logging

from django_tasks import task

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.results.comparing.services import compare_visits

logger = logging.getLogger(__name__)


@task()
def compare_photographs(clinic_id: int, comparison_ids: list[int]) -> int:
    """Compare visits of one clinic, one after another, so that only one is in memory; return how many could be.

    One that fails does not hold up the others: it stays queued and is due again in an hour.
    """
    by = Actor.system(clinic_id, "Comparing of photographs")
    with clinic_scope(clinic_id):
        return sum(_is_compared(by, number) for number in comparison_ids)


def _is_compared(by: Actor, comparison_id: int) -> bool:
    try:
        compare_visits(by=by, comparison_id=comparison_id, now=clock.now())
    except Exception:
        logger.exception("Comparison %s could not be made; it is tried again in an hour", comparison_id)
        return False
    return True
