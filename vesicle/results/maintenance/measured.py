"""What the photographs of a course say about its fading: of the measure it is for, and only beyond noise."""

from __future__ import annotations

from collections.abc import Iterable

from vesicle.consent import queries as consents
from vesicle.core.actor import Actor
from vesicle.protocols.queries import option_of_edition
from vesicle.results.maintenance.domain import Measured
from vesicle.results.models import PhotoMeasure
from vesicle.results.photo_courses import PhotoCourse
from vesicle.results.photo_presenters import that_matter
from vesicle.treatment.models import Encounter


def measured_of(encounter: Encounter) -> Measured | None:
    """Return when the result of a course is predicted to be gone, or ``None`` where that cannot be said.

    Before is what was measured before the first visit that has photographs from before, after what was measured since
    ``encounter``, the last one. Nothing is read of whoever does not agree to photographs in their record.
    """
    system = Actor.system(encounter.clinic_id, "maintenance")
    if not consents.photo_consent(system, encounter.patient_id, consents.Use.CLINICAL):
        return None
    option = option_of_edition(encounter.edition_id, encounter.option).option
    first, _ = that_matter(_rows(encounter), option, encounter.areas, encounter.started_at)
    return of_primary(first)


def _rows(encounter: Encounter) -> list[PhotoMeasure]:
    series = encounter.appointment.series_id
    whose = {"photo__encounter__appointment__series": series} if series else {"photo__encounter": encounter}
    mine = PhotoMeasure.objects.filter(clinic_id=encounter.clinic_id, **whose).select_related("photo")
    before = list(mine.filter(photo__week=None).order_by("photo__encounter__started_at", "photo__taken_at"))
    begun = before[0].photo.encounter_id if before else None
    after = mine.filter(photo__encounter=encounter, photo__week__isnull=False).order_by("photo__taken_at")
    return [*(row for row in before if row.photo.encounter_id == begun), *after]


def of_primary(courses: Iterable[PhotoCourse]) -> Measured | None:
    """Return the fading of the first measure, in the region where its return is known most closely."""
    rows = list(courses)
    said = (_said(one) for one in rows if one.measure == rows[0].measure)
    return min((one for one in said if one is not None), key=lambda one: one.high - one.low, default=None)


def _said(one: PhotoCourse) -> Measured | None:
    found, before = one.fading, one.before
    if found is None or found.return_week is None or found.low is None or found.high is None:
        return None
    values = one.comparable
    best = min(values, key=lambda value: abs(value.day / 7 - (found.best_week or 0)))
    latest = values[-1]
    if before is None or before.value is None or best.value is None or latest.value is None:
        return None
    noise = max(best.sdc or float("inf"), latest.sdc or float("inf"))
    if abs(latest.value - best.value) <= noise:
        return None
    lost = (latest.value - best.value) / (before.value - best.value)
    return Measured(one.measure, one.region, best.day / 7, round(lost, 3), found.return_week, found.low, found.high)
