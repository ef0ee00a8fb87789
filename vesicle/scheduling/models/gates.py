"""Tables for what the gates of booking look at: results of visits that come before a treatment, and exceptions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.people.models import Patient
from vesicle.scheduling.models.appointments import Appointment


class VisitResult(AppendOnly):
    """What a patch test or a consultation showed, as a provider recorded it. Appended only; the latest counts.

    ``made_for`` is the option it was made for, ``""`` where nobody knows: then it opens the way to nothing.
    """

    class Outcome(models.TextChoices):
        """What was found. Only ``clear`` opens the way to the treatment."""

        CLEAR = "clear", "No reaction, nothing speaks against it"
        REACTION = "reaction", "A reaction, or something a provider has to look at"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="results")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    note = models.CharField(max_length=500, blank=True)
    made_for = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(outcome="reaction") | ~Q(note=""), name="a_reaction_is_described"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "kind", "-at"], name="results_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_outcome_display()}"


class GateException(AppendOnly):
    """That a provider let somebody through one gate of booking, and why. Appended only."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="exceptions")
    gate = models.CharField(max_length=40)
    refused = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_exception_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.gate} passed for appointment {self.appointment_id}"
