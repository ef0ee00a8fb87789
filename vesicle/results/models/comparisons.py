"""What changed between the photographs of two visits, region by region, and why where nothing can be said."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.treatment.models import Encounter, Photo


class PhotoComparison(ClinicOwned):
    """The captures of one view before the treatment beside those of one later day, by one version of all methods.

    ``before`` and ``after`` are the photographs by number, ascending: a comparison is shown only while exactly these
    would be compared. ``methods`` names the versions of all methods together; a newer one adds a comparison beside the
    old. ``code`` and ``facts`` say why nothing was compared, in no language.
    """

    class State(models.TextChoices):
        """Queued by the clockwork, then one of the others."""

        QUEUED = "queued", "Queued"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="photo_comparisons")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    view = models.CharField(max_length=14, choices=Photo.View.choices)
    week = models.PositiveSmallIntegerField()
    day = models.IntegerField()
    before = ArrayField(models.BigIntegerField())
    after = ArrayField(models.BigIntegerField())
    methods = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State.choices)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    light = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["before", "after", "methods"], name="one_comparison_of_the_same_photos_and_methods"
            ),
            models.CheckConstraint(
                condition=Q(before__len__gte=1, after__len__gte=1) & ~Q(before__overlap=F("after")),
                name="a_comparison_is_of_two_visits",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", ended_at__isnull=True) | Q(~Q(state="queued"), ended_at__isnull=False),
                name="comparing_ends_when_it_is_no_longer_queued",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(code="") | ~Q(state="refused") & Q(code=""),
                name="a_refusal_to_compare_says_why",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["encounter", "view", "methods"], name="comparison_by_visit"),
            models.Index(fields=["methods", "state", "queued_at"], name="comparison_by_methods"),
        ]

    def __str__(self) -> str:
        return f"{self.view}, week {self.week}: {self.state}"


class PhotoChange(AppendOnly):
    """How one measure of one region changed between two visits. Appended only.

    ``before`` and ``after`` are in ``unit``; ``percent``, its 95 % interval, ``sdc`` and ``published`` in per cent of
    ``before``. ``basis`` says what ``sdc`` comes from ("pair", "retest:12"); ``code`` and ``facts`` say the reason of
    the verdict in no language.
    """

    class Verdict(models.TextChoices):
        """What may be said."""

        REAL = "real-change", "Real change"
        NOISE = "within-noise", "Within measurement noise"
        NOT_MEASURABLE = "not-measurable", "Not measurable"

    comparison = models.ForeignKey(PhotoComparison, on_delete=models.PROTECT, related_name="changes")
    region = models.CharField(max_length=30)
    measure = models.CharField(max_length=30)
    method = models.CharField(max_length=40)
    unit = models.CharField(max_length=60)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    percent = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    sdc = models.FloatField(null=True)
    published = models.FloatField(null=True)
    p = models.FloatField(null=True)
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    basis = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["comparison", "region", "measure"], name="one_change_a_comparison_region_and_measure"
            ),
            models.CheckConstraint(
                condition=Q(verdict="not-measurable", percent__isnull=True)
                | ~Q(verdict="not-measurable")
                & Q(before__isnull=False, after__isnull=False, percent__isnull=False, sdc__gte=0)
                & Q(low__lte=F("percent"), high__gte=F("percent")),
                name="a_verdict_has_its_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.region}: {self.verdict}"
