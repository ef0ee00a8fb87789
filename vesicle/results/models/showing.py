"""Which photographs of patients a public page shows, by whose choice, under which consent, and when they came down."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vesicle.consent.models import PhotoConsent
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.treatment.models import Encounter, Photo


class ShownPair(ClinicOwned):
    """A photograph from before and one from after, on the page of one option.

    Shown only while the patient agrees: ``consent`` is the yes it was chosen under (the database asks for one in
    force), and each look asks again. ``token`` is the name of the pictures in public, drawn at random. The crop is in
    hundredths of the registered pictures, the same for both. Taken down once, it never comes back: a new choice is a
    new row with a new token.
    """

    class Because(models.TextChoices):
        """Why a pair is not shown any more."""

        WITHDRAWN = "withdrawn", "The patient said no"
        STAFF = "staff", "Taken down by staff"
        NOT_OFFERED = "not-offered", "The option is not offered any more"
        PHOTO_GONE = "photo-gone", "A photograph was deleted"

    option = models.CharField(max_length=80)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="shown_pairs")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="shown_pairs")
    before = models.ForeignKey(Photo, on_delete=models.SET_NULL, null=True, related_name="+")
    after = models.ForeignKey(Photo, on_delete=models.SET_NULL, null=True, related_name="+")
    consent = models.ForeignKey(PhotoConsent, on_delete=models.PROTECT, related_name="shown_pairs")
    token = models.CharField(max_length=43, unique=True)
    view = models.CharField(max_length=14, choices=Photo.View.choices)
    area = models.CharField(max_length=60, blank=True)
    weeks = models.PositiveSmallIntegerField()
    sessions = models.PositiveSmallIntegerField()
    areas = ArrayField(models.CharField(max_length=60), default=list)
    is_registered = models.BooleanField()
    left = models.PositiveSmallIntegerField()
    top = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    alt_before = models.CharField(max_length=200)
    alt_after = models.CharField(max_length=200)
    shown_at = models.DateTimeField()
    shown_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    taken_down_at = models.DateTimeField(null=True)
    taken_down_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    taken_down_by_name = models.CharField(max_length=120, blank=True)
    noted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["clinic", "option", "before", "after"],
                condition=Q(taken_down_at=None),
                name="a_pair_is_shown_once_an_option",
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="a_shown_pair_is_of_two_photos"),
            models.CheckConstraint(condition=~Q(alt_before="") & ~Q(alt_after=""), name="a_shown_pair_is_described"),
            models.CheckConstraint(
                condition=Q(width__gte=10, height__gte=10) & Q(left__lte=100 - F("width"), top__lte=100 - F("height")),
                name="a_crop_lies_inside_the_picture",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_because="", before__isnull=False, after__isnull=False)
                | Q(taken_down_at__isnull=False) & ~Q(taken_down_because=""),
                name="a_pair_taken_down_says_why",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "option"], condition=Q(taken_down_at=None), name="shown_pair_by_option"),
            models.Index(fields=["patient"], condition=Q(taken_down_at=None), name="shown_pair_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.view}, week {self.weeks}: {self.option}"


class ShownPicture(ClinicOwned):
    """One size of one side of a shown pair, sealed. Deleted in the moment the pair is taken down."""

    class Side(models.TextChoices):
        """Which of the two."""

        BEFORE = "before", "Before"
        AFTER = "after", "After"

    pair = models.ForeignKey(ShownPair, on_delete=models.PROTECT, related_name="pictures")
    side = models.CharField(max_length=6, choices=Side.choices)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["pair", "side", "width"], name="one_picture_a_side_and_width"),
        ]

    def __str__(self) -> str:
        return f"{self.side}, {self.width} px, of {self.pair}"
