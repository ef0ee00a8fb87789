"""What the photographs of a course say about its fading: of the measure it is for, and only beyond noise."""

from __future__ import annotations

from collections.abc import Iterable

from vesicle.core.actor import Actor
from vesicle.protocols.queries import option_of_edition
from vesicle.results.comparing.queries import compared
from vesicle.results.maintenance.domain import Measured
from vesicle.results.photo_courses import PhotoCourse
from vesicle.results.photo_presenters import that_matter
from vesicle.treatment.models import Encounter


def measured_of(encounter: Encounter) -> Measured | None:
    """Return when the result of a course is predicted to be gone, or ``None`` where that cannot be said.

    ``encounter`` is the last visit of the course; what its photographs show since is compared with those from before.
    Nothing is read of whoever does not agree to photographs in their record.
    """
    system = Actor.system(encounter.clinic_id, "maintenance")
    option = option_of_edition(encounter.edition_id, encounter.option).option
    first, _ = that_matter(compared(system, encounter), (), option, encounter.areas, encounter.started_at)
    return of_primary(first)


def of_primary(courses: Iterable[PhotoCourse]) -> Measured | None:
    """Return the fading of the first measure, in the region where its return is known most closely."""
    rows = list(courses)
    said = (_said(one) for one in rows if one.measure == rows[0].measure)
    return min((one for one in said if one is not None), key=lambda one: one.high - one.low, default=None)


def _said(one: PhotoCourse) -> Measured | None:
    found = one.fading
    if found is None or found.return_week is None or found.low is None or found.high is None:
        return None
    steps = one.measured
    best_step, best, best_percent = min(steps, key=lambda row: abs(row[0].day / 7 - (found.best_week or 0)))
    _, latest, latest_percent = steps[-1]
    if abs(latest_percent - best_percent) <= max(best.noise, latest.noise):
        return None
    lost = 1 - latest_percent / best_percent
    return Measured(
        one.measure, one.region, best_step.day / 7, round(lost, 3), found.return_week, found.low, found.high
    )
