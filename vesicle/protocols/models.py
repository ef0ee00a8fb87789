"""Tables for released protocols, a clinic's editions of them, approvals and pictures."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Staff


class ProtocolRelease(models.Model):
    """A released protocol file as installed: its text, the data read from it, and its checksum. Never changed."""

    treatment = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    source = models.TextField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    installed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["treatment", "version"], name="a_version_is_released_once"),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} {self.version}"


class Edition(ClinicOwned):
    """A clinic's edition of a protocol: the released version plus the clinic's overlay, approved as one.

    Only the approved edition drives pages, rules, durations, consent, visit and aftercare; every
    later record keeps the edition it ran under.
    """

    class Status(models.TextChoices):
        """A one-way street; a change starts a new draft."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in-review", "In review"
        APPROVED = "approved", "Approved"
        RETIRED = "retired", "Retired"

    treatment = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    release = models.ForeignKey(ProtocolRelease, on_delete=models.PROTECT, related_name="editions")
    overlay = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "treatment", "number"], name="edition_number"),
            models.UniqueConstraint(
                fields=["clinic", "treatment"], condition=Q(status="approved"), name="one_approved_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} edition {self.number}"


class EditionApproval(ClinicOwned):
    """The medical director's signature under an edition. Appended only."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="approval")
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    licence = models.CharField(max_length=20)
    statement = models.TextField()
    content_hash = models.CharField(max_length=64)
    approved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"approval of {self.edition}"


class Picture(ClinicOwned):
    """A picture for the clinic's pages. ``alt`` says what it shows to somebody who cannot see it."""

    file = models.ImageField(upload_to="pictures/", width_field="width", height_field="height")
    alt = models.CharField(max_length=300)
    caption = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(alt=""), name="a_picture_is_described"),
        ]

    def __str__(self) -> str:
        return self.alt
