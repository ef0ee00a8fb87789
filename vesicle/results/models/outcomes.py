"""Whether the clinic shows its own result on a treatment's page."""

from typing import ClassVar

from django.db import models

from vesicle.core.appendonly import AppendOnly
from vesicle.people.models import Staff


class OwnResultSwitch(AppendOnly):
    """One turn of the switch for one option; the latest counts. Appended only.

    Only what is shown is chosen: which measure, scored by whom, and where. The numbers are worked out for the page.
    """

    option = models.CharField(max_length=80)
    source = models.CharField(max_length=80)
    region = models.CharField(max_length=60, blank=True)
    is_on = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "option", "-at"], name="own_result_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.source} {'shown' if self.is_on else 'hidden'}"
