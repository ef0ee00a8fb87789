"""Reads of measured photographs, beginning with who is asking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from vesicle import skin
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.results.measuring import retesting
from vesicle.results.measuring.retesting import Progress, Taken, Value
from vesicle.results.models import PhotoMeasure, PhotoMeasuring, Retest
from vesicle.results.permissions import READ
from vesicle.treatment.models import Photo


def captures_again(actor: Actor) -> dict[str, dict[str, list[Taken]]]:
    """Return, by camera and person, what photographs of one view and day show where there are two or more.

    Of a person with several such days the fullest counts, so that nobody counts twice. Only values of today's methods.
    """
    actor.require(READ)
    days: dict[tuple[str, int], dict[tuple[object, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = Photo.objects.filter(clinic_id=actor.clinic_id, capture__is_for_measuring=True, measuring__state="done")
    for photo in rows.order_by("taken_at"):
        camera = retesting.camera_name(photo.camera)
        key = (photo.encounter_id, photo.view, photo.area, photo.day)
        days[camera, photo.patient_id][key].append(photo.pk)
    chosen = {who: max(groups.values(), key=len) for who, groups in days.items()}
    chosen = {who: numbers for who, numbers in chosen.items() if len(numbers) >= 2}
    values = _values([number for numbers in chosen.values() for number in numbers])
    found: dict[str, dict[str, list[Taken]]] = defaultdict(dict)
    for (camera, patient_id), numbers in chosen.items():
        found[camera][str(patient_id)] = [values[number] for number in numbers if number in values]
    return dict(found)


def _values(photo_ids: Sequence[int]) -> dict[int, Taken]:
    rows = PhotoMeasure.objects.filter(photo_id__in=photo_ids, value__isnull=False, method__in=skin.METHODS.values())
    found: dict[int, dict[str, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    for number, region, measure, value, unit, method in rows.values_list(
        "photo_id", "region", "measure", "value", "unit", "method"
    ):
        if value is not None:
            found[number][region][measure] = Value(value, unit, method)
    return {number: Taken(regions) for number, regions in found.items()}


def retest_progress(actor: Actor) -> list[Progress]:
    """Return how far the retest of each camera is."""
    return retesting.progress(captures_again(actor))


def retests(actor: Actor) -> Sequence[Retest]:
    """Return the retests that were settled, the newest first."""
    actor.require(READ)
    return list(Retest.objects.filter(clinic_id=actor.clinic_id).select_related("settled_by").order_by("-settled_at"))


def retest(actor: Actor, retest_id: int) -> Retest:
    """Return one retest. Raises ``NotFound``."""
    found = next((row for row in retests(actor) if row.pk == retest_id), None)
    if found is None:
        raise NotFound("We could not find that retest.")
    return found


def retest_of(actor: Actor, camera: str) -> dict[str, skin.Repeatability] | None:
    """Return the newest figures of a camera, or ``None`` where it was never retested or is not known."""
    if not camera:
        return None
    row = Retest.objects.filter(clinic_id=actor.clinic_id, camera=camera).order_by("-settled_at").first()
    return retesting.as_figures(row.figures) if row is not None else None


def archive(actor: Actor, methods: str) -> dict[str, int]:
    """Return how many photographs are done, refused and queued by these methods, and how many are still due."""
    actor.require(READ)
    due = Photo.objects.filter(clinic_id=actor.clinic_id, capture__is_for_measuring=True)
    states = PhotoMeasuring.objects.filter(clinic_id=actor.clinic_id, methods=methods)
    counts = {state: states.filter(state=state).count() for state in PhotoMeasuring.State.values}
    return counts | {"due": due.count() - sum(counts.values())}
