"""Which visitor holds which time: enough to keep one visitor from holding a whole day, and no more."""

from typing import ClassVar

from django.db import models

from vesicle.core.scope import ClinicOwned
from vesicle.scheduling.models.appointments import Appointment


class VisitorHold(ClinicOwned):
    """Who took a hold on our pages, as seals of the session and the network address: neither can be read from them.

    Kept for a day, for counting only.
    """

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "address"], name="holds_by_address"),
            models.Index(fields=["made_at"], name="holds_by_age"),
        ]

    def __str__(self) -> str:
        return f"a visitor's hold {self.pk}"
