"""Tables for released protocols, a clinic's editions of them, approvals and pictures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
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


class ProtocolTranslation(models.Model):
    """Translations that somebody signed with an edition, kept once under their checksum. Never changed.

    They are the library's own words for the library's own texts, whichever clinic signed them.
    """

    language = models.CharField(max_length=8)
    checksum = models.CharField(max_length=64, unique=True)
    texts = models.JSONField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.language}, {len(self.texts)} texts"


class Edition(ClinicOwned):
    """A clinic's edition of a protocol: the released version plus the clinic's overlay, approved as one.

    Only the approved edition drives pages, rules, durations, consent, visit and aftercare; every
    later record keeps the edition it ran under. ``content`` is the clinic's own text of the protocol,
    complete and in the file's plain form; ``None`` stands for the release as it is. ``translations`` are the checksums
    of what the first signer read in other languages, by language. ``takes_force_at`` is the moment a director chose
    for it; ``None`` stands for the moment of its approval.
    """

    class Status(models.TextChoices):
        """A one-way street; a change starts a new draft."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in-review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        APPROVED = "approved", "Approved"
        RETIRED = "retired", "Retired"

    treatment = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    release = models.ForeignKey(ProtocolRelease, on_delete=models.PROTECT, related_name="editions")
    content = models.JSONField(null=True, blank=True)
    overlay = models.JSONField(default=dict)
    translations = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    takes_force_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "treatment", "number"], name="edition_number"),
            models.UniqueConstraint(
                fields=["clinic", "treatment"], condition=Q(status="approved"), name="one_approved_edition"
            ),
            models.UniqueConstraint(
                fields=["clinic", "treatment"], condition=Q(status="scheduled"), name="one_scheduled_edition"
            ),
            models.CheckConstraint(
                condition=Q(status="scheduled", takes_force_at__isnull=False)
                | Q(status__in=("draft", "in-review"), takes_force_at__isnull=True)
                | Q(status__in=("approved", "retired")),
                name="a_moment_is_chosen_with_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} edition {self.number}"

    @property
    def has_own_text(self) -> bool:
        """Whether the clinic changed the protocol itself, not only words and prices around it."""
        return self.content is not None

    @property
    def signatures(self) -> list[EditionApproval]:
        """The signatures that count, in the order they were given: those under the text as it is now."""
        return sorted(
            (row for row in self.approvals.all() if row.revision == self.revision),
            key=lambda row: (row.approved_at, row.pk),
        )

    @property
    def void_signatures(self) -> list[EditionApproval]:
        """Signatures under a text that was sent back or changed since; records that do not count."""
        passed = (row for row in self.approvals.all() if row.revision != self.revision)
        return sorted(passed, key=lambda row: (row.approved_at, row.pk))

    @property
    def approval(self) -> EditionApproval | None:
        """The signature that put the edition into force, or will at its moment; ``None`` while it is not approved."""
        if self.status in (self.Status.DRAFT, self.Status.IN_REVIEW):
            return None
        return next(reversed(self.signatures), None)


class EditionText(AppendOnly):
    """A text that a draft had before somebody saved another, kept so that one can go back to it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="texts")
    revision = models.PositiveIntegerField()
    content = models.JSONField(null=True)
    part = models.CharField(max_length=200)
    replaced_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "revision"], name="one_text_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, text of revision {self.revision}"


class EditionWords(AppendOnly):
    """The clinic's words, prices and pictures as somebody saved them. Every saved state is kept.

    A state holds until the next one; ``part`` says in words what was done.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="words")
    revision = models.PositiveIntegerField()
    overlay = models.JSONField()
    part = models.CharField(max_length=200)
    saved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "revision"], name="words_are_saved_once_a_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, words of revision {self.revision}"


class SigningRule(AppendOnly):
    """How many people have to sign an edition at this clinic. The last one counts."""

    signatures = models.PositiveSmallIntegerField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(signatures__in=(1, 2)), name="one_or_two_signatures"),
        ]

    def __str__(self) -> str:
        return f"{self.signatures} needed since {self.decided_at:%Y-%m-%d}"


class EditionApproval(AppendOnly):
    """One person's signature under one revision of an edition.

    It counts while the edition still is what was signed: a change or a return to draft begins a new
    revision, and older signatures stay as records of what was signed then. ``takes_force_at`` is the moment the
    signer wanted it to take force; ``None`` stands for at once.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="approvals")
    revision = models.PositiveIntegerField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    licence = models.CharField(max_length=20)
    is_director = models.BooleanField(default=True)
    statement = models.TextField()
    content_hash = models.CharField(max_length=64)
    takes_force_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "revision", "approved_by"], name="each_person_signs_once"),
        ]

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


class PictureSize(ClinicOwned):
    """A part of a picture in one size, for screens of one kind. Made once; its checksum is its address."""

    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="sizes")
    left = models.PositiveSmallIntegerField()
    top = models.PositiveSmallIntegerField()
    crop_width = models.PositiveSmallIntegerField()
    crop_height = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to="pictures/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["picture", "left", "top", "crop_width", "crop_height", "width"],
                name="one_size_a_part_and_width",
            ),
            models.CheckConstraint(
                condition=Q(crop_width__gte=10, crop_height__gte=10)
                & Q(left__lte=100 - models.F("crop_width"), top__lte=100 - models.F("crop_height")),
                name="a_part_lies_inside_its_picture",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "sha256"], name="picture_size_by_checksum"),
        ]

    def __str__(self) -> str:
        return f"{self.width} px of {self.picture}"
