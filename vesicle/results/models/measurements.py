"""What was measured in one photograph, by region and method version; old versions stay beside new ones."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.treatment.models import Photo


class PhotoMeasure(ClinicOwned):
    """One measure of one region of one photograph, or why there is none. Appended only.

    ``value`` has the ``unit`` of its ``method`` (name and version); ``sem`` is the error of one capture and ``sdc`` the
    smallest change between two that is more than noise, both empty where nobody knows them (``basis`` says where they
    come from). A row without a value says ``why_not``; a photograph that could not be read at all has such a row with
    an empty ``region`` for every measure, so that nobody tries it again with the same method.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photo_measures")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="measures")
    region = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=40)
    method = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=60, blank=True)
    sem = models.FloatField(null=True)
    sdc = models.FloatField(null=True)
    basis = models.CharField(max_length=80, blank=True)
    parameters = models.JSONField(default=dict)
    calibration = models.CharField(max_length=10, blank=True)
    why_not = models.CharField(max_length=1000, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["photo", "region", "measure", "method"], name="a_photo_is_measured_once_by_a_method"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True, sem__isnull=True, sdc__isnull=True) & ~Q(why_not="")
                | Q(value__isnull=False, why_not="") & ~Q(basis="") & ~Q(region=""),
                name="a_photo_measure_has_a_value_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=(Q(sem__isnull=True) | Q(sem__gte=0)) & (Q(sdc__isnull=True) | Q(sdc__gte=0)),
                name="a_photo_measures_error_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.region or 'photo'} = {self.value} {self.unit}"
