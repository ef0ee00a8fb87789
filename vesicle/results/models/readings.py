"""Follow-ups and the scores and readings that make a patient's curve."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.treatment.models import Encounter


class FollowUp(ClinicOwned):
    """A look at the result, due a number of weeks after the treatment."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="follow_ups")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="follow_ups")
    week = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["encounter", "week"], name="one_follow_up_a_week"),
        ]

    def __str__(self) -> str:
        return f"week {self.week} of {self.encounter}"


class ReadingConditions(AppendOnly):
    """The device of a reading and the room it was taken in. Appended only; empty is not noted."""

    device = models.CharField(max_length=80)
    temperature_c = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    humidity_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    rested_minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(device="")
                & (Q(temperature_c__isnull=True) | Q(temperature_c__gte=5, temperature_c__lte=45))
                & (Q(humidity_percent__isnull=True) | Q(humidity_percent__gte=0, humidity_percent__lte=100)),
                name="a_reading_was_taken_in_a_possible_room",
            ),
        ]

    def __str__(self) -> str:
        return self.device


class Measurement(AppendOnly):
    """One value of one measure, with its unit, who scored it, and when. Appended only.

    ``week`` 0 is the baseline before treatment. ``part`` is set for a measure of several values. ``method`` names the
    scale version or the device.
    A correction points at the row it replaces.
    """

    class ScoredBy(models.TextChoices):
        """Who gave the value."""

        PATIENT = "patient", "Patient"
        CLINICIAN = "clinician", "Clinician"
        DEVICE = "device", "Device"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="measurements")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="measurements")
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, null=True, related_name="measurements")
    measure = models.CharField(max_length=20)
    part = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=60, blank=True)
    week = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=9, decimal_places=3)
    unit = models.CharField(max_length=60)
    method = models.CharField(max_length=80)
    scored_by = models.CharField(max_length=10, choices=ScoredBy.choices)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    conditions = models.ForeignKey(ReadingConditions, on_delete=models.PROTECT, null=True, related_name="measurements")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(scored_by="patient") | Q(staff__isnull=False), name="scores_name_their_rater"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["encounter", "measure", "week"], name="measurement_by_week"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} = {self.value} {self.unit} in week {self.week}"
