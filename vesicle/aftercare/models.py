"""Tables for check-ins, alerts that only a named person closes, and adverse events."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.clinic.models import Lot
from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.treatment.models import Encounter


class CheckIn(ClinicOwned):
    """Questions on a day after treatment, and what the patient answered. Answered once."""

    class Outcome(models.TextChoices):
        """What the answers amount to."""

        EXPECTED = "expected", "As expected"
        OUTSIDE = "outside", "Outside the expected course"
        RED_FLAG = "red-flag", "Red flag"

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="check_ins")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="check_ins")
    day = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    measures = models.JSONField(default=dict)
    red_flags = models.JSONField(default=list)
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    findings = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["encounter", "day"], name="one_check_in_a_day"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(outcome=""), name="an_answered_check_in_has_an_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"day {self.day} of {self.encounter}"


class Alert(ClinicOwned):
    """Something a named person must look at. Stays on the board until somebody closes it."""

    class Urgency(models.TextChoices):
        """How soon."""

        EMERGENCY = "emergency-now", "Emergency"
        SAME_HOUR = "same-hour", "Within the hour"
        SAME_DAY = "same-day", "Today"
        WITHIN_DAYS = "within-days", "Within days"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, null=True, related_name="alerts")
    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, null=True, related_name="alerts")
    code = models.CharField(max_length=40)
    urgency = models.CharField(max_length=14, choices=Urgency.choices)
    text = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    action_taken = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (Q(closed_by__isnull=False) & ~Q(action_taken="")),
                name="an_alert_is_closed_by_a_person",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "due_at"], condition=Q(closed_at=None), name="alert_open"),
        ]

    def __str__(self) -> str:
        return f"{self.urgency}: {self.text}"


class AdverseEvent(ClinicOwned):
    """A reaction, linked to the visit and the lot. Later findings are ``AdverseEventUpdate`` rows."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="adverse_events")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="adverse_events")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="adverse_events")
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="adverse_events")
    term = models.CharField(max_length=120)
    onset_day = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    is_serious = models.BooleanField()
    area = models.CharField(max_length=60, blank=True)
    action = models.TextField()
    outcome = models.CharField(max_length=120)
    reported_to = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=5), name="severity_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.term} (severity {self.severity}) for {self.patient}"


class AdverseEventUpdate(AppendOnly):
    """Something learned later about an adverse event. Appended only."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField()
    outcome = models.CharField(max_length=120, blank=True)
    reported_to = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.text
