"""What the patient still has to be told about an appointment: written down with the change itself, so never lost."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.scope import ClinicOwned
from vesicle.scheduling.models.appointments import Appointment


class Notice(ClinicOwned):
    """A change that a letter must follow. ``moved_from`` is the old start; ``written_at`` when its letter was made."""

    class Kind(models.TextChoices):
        """What happened."""

        BOOKED = "booked", "Booked"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    moved_from = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], condition=Q(written_at=None), name="notices_to_write"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: appointment {self.appointment_id}"
