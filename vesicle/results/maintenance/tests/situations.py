"""A peel whose result was measured while it faded."""

from datetime import timedelta

from vesicle.core import clock
from vesicle.results.models import MaintenanceReminder
from vesicle.results.tests.cohorts import row_of, stored

PEEL = "chemical-peel/superficial"
COURSE = ((8, 30.0), (12, 34.0), (16, 38.0), (20, 41.0), (24, 45.0))
"""Weeks and values; before it was 50."""


def photographed(path, week, value, **changes):
    """Store a photograph of a week (``None``: before), measured on its day."""
    given = {"measure": "texture", "method": "texture/1", "value": value, "sem": 1.0, "sdc": 2.8, "unit": "%"}
    with clock.pretend(path.encounter.started_at + timedelta(weeks=week or 0, hours=1)):
        return row_of(stored(path, week=week), **given | changes)


def faded(path, course=COURSE):
    """Measure a result that is going back."""
    path.agree_to_photographs()
    for week, value in ((None, 50.0), *course):
        photographed(path, week, value)


def only():
    """Return the one reminder there is."""
    return MaintenanceReminder.objects.get()
