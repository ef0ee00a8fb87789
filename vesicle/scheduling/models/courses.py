"""Courses: several sessions of one treatment, weeks apart, booked as one."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vesicle.core.appendonly import AppendOnly
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition


class Series(AppendOnly):
    """A course as it was booked: what, how many sessions, how many days apart, and whether one provider should do all.

    Its sessions are the appointments that name it, by ``position`` from 1. The days are those of the edition it was
    booked under; they stay when the protocol changes.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="series")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    areas = ArrayField(models.CharField(max_length=60))
    sessions = models.PositiveSmallIntegerField()
    least_days = models.PositiveSmallIntegerField()
    most_days = models.PositiveSmallIntegerField()
    same_provider = models.BooleanField()
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=12)
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(sessions__gte=2) & Q(sessions__lte=12), name="a_course_has_sessions"),
            models.CheckConstraint(condition=Q(least_days__lte=F("most_days")), name="a_course_has_spacing"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["patient"], name="series_by_patient")]

    def __str__(self) -> str:
        return f"{self.sessions} sessions of {self.option}"
