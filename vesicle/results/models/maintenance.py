"""The reminder that follows a finished course: one for each, whatever happens."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core import clock
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.scheduling.models import Series
from vesicle.treatment.models import Encounter


class MaintenanceReminder(ClinicOwned):
    """When a course may be worth repeating, and whether the patient was told.

    ``encounter`` is the last visit of the course. ``due_on`` is a day on the location's calendar, empty while nobody
    can say when; ``look_at`` is the moment at which a worker looks. ``measured`` is what a plan by measurement rests
    on. A day chosen by staff is ``chosen_by`` somebody and stays. ``waits`` says what the letter waits for now.
    """

    class Basis(models.TextChoices):
        """What the day follows from."""

        UNKNOWN = "", "Nobody can say"
        INTERVAL = "interval", "The protocol's interval"
        MEASURED = "measured", "What was measured"
        CHOSEN = "chosen", "Chosen by staff"

    class Waits(models.TextChoices):
        """Why a letter that is due does not leave yet."""

        NOTHING = "", "Nothing"
        BOOKED = "booked", "A further visit is booked"
        HOLD = "hold", "A hold is placed on the patient"
        NOT_SUITABLE = "not-suitable", "The health answers speak against it now"
        NOT_OFFERED = "not-offered", "The treatment is not offered at present"

    class Outcome(models.TextChoices):
        """How it ended."""

        WRITTEN = "written", "Written"
        CANCELLED = "cancelled", "Cancelled by staff"
        FOLLOWED = "followed", "Followed by a new visit"
        UNREACHABLE = "unreachable", "No way the patient allows"
        LATE = "late", "Waited too long"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="maintenance")
    series = models.OneToOneField(Series, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    measured = models.JSONField(null=True)
    due_on = models.DateField(null=True)
    look_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    chosen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    waits = models.CharField(max_length=12, choices=Waits.choices, blank=True)
    written_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, look_at__isnull=True, basis="")
                | (Q(due_on__isnull=False, look_at__isnull=False) & ~Q(basis="")),
                name="maintenance_day_has_a_basis",
            ),
            models.CheckConstraint(
                condition=(Q(basis="measured") & Q(measured__isnull=False))
                | (~Q(basis="measured") & Q(measured__isnull=True)),
                name="maintenance_says_what_was_measured",
            ),
            models.CheckConstraint(
                condition=~Q(basis="chosen") | (Q(chosen_by__isnull=False) & ~Q(reason="")),
                name="maintenance_chosen_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="written") | Q(written_at__isnull=False), name="maintenance_written_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="") | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="maintenance_ends_somehow",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["look_at"], condition=Q(settled_at=None), name="maintenance_due"),
        ]

    @property
    def leaves_on(self) -> date | None:
        """The day on which it leaves if nothing holds it back: never one that has gone by."""
        if self.due_on is None or self.look_at is None:
            return self.due_on
        return max(self.due_on, clock.day_in(self.encounter.appointment.location.time_zone, self.look_at))

    def __str__(self) -> str:
        return f"maintenance of {self.encounter}"
