"""What a photograph shows, region by region: values with their error, or why there is none."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.people.models import Patient
from vesicle.treatment.models import Photo


class PhotoMeasure(AppendOnly):
    """One measure of one region of one photograph, by one version of its method. Appended only.

    A newer method adds rows beside the old ones. ``sem`` and ``sdc`` are in ``unit``; ``basis`` says where they come
    from ("published", "retest:12"). ``value`` is empty where nothing could be measured, and ``reason`` says why.
    """

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="measures")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=30)
    measure = models.CharField(max_length=30)
    method = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=60)
    sem = models.FloatField(null=True)
    sdc = models.FloatField(null=True)
    basis = models.CharField(max_length=60, blank=True)
    calibration = models.CharField(max_length=10)
    px_per_mm = models.FloatField()
    parameters = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["photo", "region", "measure", "method"], name="one_value_a_photo_region_measure_and_method"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, reason="") | (Q(value__isnull=True) & ~Q(reason="")),
                name="a_value_or_the_reason_there_is_none",
            ),
            models.CheckConstraint(
                condition=Q(sdc__isnull=True) | Q(value__isnull=False, sem__gte=0, sdc__gte=0),
                name="an_error_belongs_to_a_value",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "measure", "region"], name="photo_measure_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.region}: {self.value if self.value is not None else self.reason}"
