"""Tables for encounters, what each step recorded, products used, photographs and amendments."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.clinic.models import Lot
from vesicle.consent.models import SignedConsent
from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.protocols.models import Edition
from vesicle.scheduling.models import Appointment


class Encounter(ClinicOwned):
    """One visit. Open while it is charted; signed and locked afterwards (see the migrations)."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="encounter")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    consent = models.ForeignKey(SignedConsent, on_delete=models.PROTECT, related_name="encounters")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    protocol_version = models.CharField(max_length=20)
    areas = models.JSONField(default=list)
    provider = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="encounters")
    started_at = models.DateTimeField()
    provider_instructions = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    signature = models.CharField(max_length=120, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | (Q(signed_by__isnull=False) & ~Q(signature="") & ~Q(content_hash="")),
                name="a_signed_encounter_is_complete",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-started_at"], name="encounter_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.option} for {self.patient} on {self.started_at:%Y-%m-%d}"


class StepEntry(AppendOnly):
    """One value recorded at one step. Charting again adds a row; the latest counts until signed.

    ``value`` is what the record's kind says (number, text, choice, list of ids …).
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="entries")
    step = models.CharField(max_length=60)
    record = models.CharField(max_length=60)
    area = models.CharField(max_length=60, blank=True)
    value = models.JSONField()
    unit = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["encounter", "step", "record", "area", "-recorded_at"], name="entry_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.step}.{self.record} = {self.value}"


class ProductUse(ClinicOwned):
    """A lot used at a step: how much, by which route, and the scan it was read from."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="product_uses")
    step = models.CharField(max_length=60)
    need = models.CharField(max_length=60)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    quantity = models.DecimalField(max_digits=9, decimal_places=2)
    route = models.CharField(max_length=40)
    scan = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_use_has_a_quantity"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["clinic", "lot"], name="use_by_lot")]

    def __str__(self) -> str:
        return f"{self.lot} in {self.encounter}"


class Amendment(AppendOnly):
    """A correction to a signed encounter: what it corrects, what is right, who and when. Appended only."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="amendments")
    corrects = models.ForeignKey(StepEntry, on_delete=models.PROTECT, null=True, related_name="amendments")
    text = models.TextField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(reason=""), name="an_amendment_says_what_and_why"),
        ]

    def __str__(self) -> str:
        return f"amendment of {self.encounter}"


class Photo(ClinicOwned):
    """A photograph, encrypted at rest and stripped of metadata. The original is never altered.

    ``path`` is relative to the photo store; ``sha256`` is of the stored plain image.
    ``week`` is set for follow-up photographs; ``day`` counts from the treatment (negative before).
    ``camera`` is what the camera said of itself and of the exposure, read before the metadata went
    (``camera.Camera.said``).
    """

    class MediaType(models.TextChoices):
        """Kinds of files that are kept; others are unpacked into the second, which loses nothing."""

        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    class View(models.TextChoices):
        """Standard views."""

        FRONT = "front", "Front"
        LEFT_OBLIQUE = "left-oblique", "Left oblique"
        RIGHT_OBLIQUE = "right-oblique", "Right oblique"
        LEFT = "left", "Left profile"
        RIGHT = "right", "Right profile"
        CLOSE_UP = "close-up", "Close-up"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photos")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, null=True, related_name="photos")
    view = models.CharField(max_length=14, choices=View.choices)
    area = models.CharField(max_length=60, blank=True)
    day = models.IntegerField(null=True)
    week = models.PositiveSmallIntegerField(null=True)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=12, choices=MediaType.choices, default=MediaType.JPEG)
    camera = models.JSONField(default=dict)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(media_type__in=["image/jpeg", "image/png"]), name="a_photo_is_of_a_kind_we_keep"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "view", "area", "-taken_at"], name="photo_last_of_its_view"),
        ]

    def __str__(self) -> str:
        return f"{self.view} of {self.patient} on {self.taken_at:%Y-%m-%d}"
