"""What the camera's guide knew of a photograph when it was taken: whether it may be measured, and why not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.people.models import Patient
from vesicle.treatment.models import Photo


class Capture(AppendOnly):
    """The quality of one photograph as the gate found it on the way in. Appended only.

    ``quality`` is the report of ``skin.check`` as it was, with what the gate could not accept. A photograph that did
    not pass is kept for documentation alone, by staff and with a reason. ``sha256`` is the photograph's: the same file
    sent twice is not a second capture, and would make measuring look better than it is.
    """

    class Skin(models.TextChoices):
        """What the person said of their skin."""

        CLEAN = "clean", "Clean, no make-up"
        COVERED = "covered", "Make-up, sunscreen or cream"

    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="capture")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="captures")
    quality = models.JSONField()
    skin = models.CharField(max_length=8, choices=Skin.choices)
    is_for_measuring = models.BooleanField()
    kept_because = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(is_for_measuring=True, kept_because="") | Q(is_for_measuring=False) & ~Q(kept_because=""),
                name="capture_measured_or_says_why_kept",
            ),
            models.CheckConstraint(
                condition=Q(is_for_measuring=False)
                | Q(skin="clean", quality__has_key="accepted", quality__accepted=True),
                name="capture_measured_only_when_it_passed",
            ),
            models.UniqueConstraint(fields=["patient", "sha256"], name="capture_is_no_copy"),
        ]

    def __str__(self) -> str:
        return f"capture of {self.photo}"
