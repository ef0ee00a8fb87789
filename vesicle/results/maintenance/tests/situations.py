"""A peel whose result was measured while it faded."""

from datetime import timedelta

from vesicle.core import clock
from vesicle.results.models import MaintenanceReminder, PhotoChange, PhotoComparison
from vesicle.results.tests.cohorts import a_capture

PEEL = "chemical-peel/superficial"
COURSE = ((8, -40.0), (12, -32.0), (16, -24.0), (20, -18.0), (24, -10.0))
"""Weeks, and by how many per cent less there was than before."""


def photographed(path, week, percent, *, measure="texture"):
    """Store a photograph of a week compared with the one from before, on its day."""
    encounter = path.encounter
    with clock.pretend(encounter.started_at + timedelta(weeks=week, hours=1)):
        known = PhotoComparison.objects.filter(encounter=encounter).first()
        before = known.before if known else [a_capture(path, week=None).photo_id]
        row = PhotoComparison.objects.create(
            clinic_id=encounter.clinic_id, encounter=encounter, patient=encounter.patient, view="front", week=week,
            day=7 * week, before=before, after=[a_capture(path, week=week).photo_id], methods="today",
            light="relative", state="done", queued_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        changed(row, percent, measure)


def changed(row, percent, measure):
    """Store what changed between the photographs of a comparison."""
    PhotoChange.objects.create(
        clinic_id=row.clinic_id, comparison=row, region="cheek-left", measure=measure,
        method=f"{measure}/1+paired/1", unit="%", before=50, after=50 + percent / 2, percent=percent, low=percent - 6,
        high=percent + 6, sdc=6, published=None, p=0.01, verdict="real-change", basis="pair", code="beyond-noise",
    )  # fmt: skip


def faded(path, course=COURSE):
    """Measure a result that is going back."""
    path.agree_to_photographs()
    for week, percent in course:
        photographed(path, week, percent)


def only():
    """Return the one reminder there is."""
    return MaintenanceReminder.objects.get()
