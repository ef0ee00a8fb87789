"""What workers do with photographs."""

from django_tasks import task

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.results.measuring.services import measure_photo


@task()
def measure_photographs(clinic_id: int, photo_ids: list[int]) -> int:
    """Measure photographs of one clinic, one after another; return how many."""
    by = Actor.system(clinic_id, "Measuring of photographs")
    with clinic_scope(clinic_id):
        for number in photo_ids:
            measure_photo(by=by, photo_id=number, now=clock.now())
    return len(photo_ids)
