"""How far the archive of photographs is measured, and how well each camera of a clinic repeats itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Staff
from vesicle.treatment.models import Photo


class PhotoMeasuring(ClinicOwned):
    """Where a photograph stands: queued for the methods of today, done with them, or refused by the library.

    ``methods`` names the versions of all methods together; when one changes, the photograph is due again.
    """

    class State(models.TextChoices):
        """Queued by the clockwork, then one of the others."""

        QUEUED = "queued", "Queued"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="measuring")
    methods = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State.choices)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state="queued", ended_at__isnull=True) | Q(~Q(state="queued"), ended_at__isnull=False),
                name="measuring_ends_when_it_is_no_longer_queued",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(why=""), name="a_refusal_to_measure_says_why"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["methods", "state", "queued_at"], name="measuring_by_methods"),
        ]

    def __str__(self) -> str:
        return f"{self.photo}: {self.state}"


class Retest(AppendOnly):
    """How well one camera repeats each measure, from people photographed again the same day. Appended only.

    ``figures`` are the repeatabilities of ``skin.repeatability`` by measure, with parts by region and tone group.
    """

    camera = models.CharField(max_length=120)
    people = models.PositiveSmallIntegerField()
    captures = models.PositiveIntegerField()
    figures = models.JSONField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "camera", "-settled_at"], name="retest_by_camera"),
        ]

    def __str__(self) -> str:
        return f"{self.camera}: {self.people} people"
