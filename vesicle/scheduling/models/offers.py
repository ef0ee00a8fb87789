"""What can be booked besides treatments, and the clinic's rules for booking."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vesicle.core.scope import ClinicOwned
from vesicle.scheduling.models.policies import CancellationPolicy


class OpenService(ClinicOwned):
    """A visit that treats nothing and therefore asks for no clearance: a consultation, a patch test, a look after.

    ``needs`` are written as in a protocol's phases (``room``, ``provider``, ``device:<kind>``, alternatives divided by
    ``|``). ``licences`` empty: any provider. Minutes are multiples of five, ``price`` is in whole units of the clinic's
    currency. ``minimum_age`` in completed years on the day; 0: none.
    """

    class Kind(models.TextChoices):
        """What it is for. Treatments may ask for a visit of the first two kinds beforehand."""

        CONSULTATION = "consultation", "Consultation"
        PATCH_TEST = "patch-test", "Patch test"
        FOLLOW_UP = "follow-up", "Follow-up"
        OTHER = "other", "Other"

    slug = models.SlugField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField()
    needs = ArrayField(models.CharField(max_length=120))
    licences = ArrayField(models.CharField(max_length=20), default=list)
    room_before = models.PositiveSmallIntegerField(default=0)
    room_after = models.PositiveSmallIntegerField(default=0)
    provider_before = models.PositiveSmallIntegerField(default=0)
    provider_after = models.PositiveSmallIntegerField(default=0)
    device_before = models.PositiveSmallIntegerField(default=0)
    device_after = models.PositiveSmallIntegerField(default=0)
    price = models.PositiveIntegerField(default=0)
    minimum_age = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "slug"], name="service_slug_in_clinic"),
            models.CheckConstraint(condition=Q(minutes__gte=5) & Q(minutes__lte=480), name="service_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name


class BookingRules(ClinicOwned):
    """How a clinic takes bookings, in one row; the defaults count where there is none. Lengths as the names say.

    ``consent_hours``: so long before the visit the consent should be signed; 0: before it begins. ``policy`` is the
    version of the cancellation policy written last, so that one read answers both.
    """

    grid_minutes = models.PositiveSmallIntegerField(default=15)
    notice_minutes = models.PositiveIntegerField(default=120)
    horizon_days = models.PositiveSmallIntegerField(default=180)
    hold_minutes = models.PositiveSmallIntegerField(default=10)
    consent_hours = models.PositiveSmallIntegerField(default=0)
    policy = models.ForeignKey(CancellationPolicy, on_delete=models.PROTECT, null=True, related_name="+")
    offers_to_all_at_once = models.BooleanField(default=False)
    offer_minutes = models.PositiveSmallIntegerField(default=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic"], name="one_set_of_booking_rules"),
            models.CheckConstraint(condition=Q(grid_minutes__in=[5, 10, 15, 20, 30, 60]), name="grid_divides_the_hour"),
            models.CheckConstraint(condition=Q(hold_minutes__gte=1) & Q(hold_minutes__lte=60), name="holds_are_short"),
            models.CheckConstraint(
                condition=Q(offer_minutes__gte=5) & Q(offer_minutes__lte=2880), name="offers_have_a_clock"
            ),
        ]

    def __str__(self) -> str:
        return f"booking rules of clinic {self.clinic_id}"


class CalendarRevision(ClinicOwned):
    """Which version of everything that stands still in the clinic's calendars is in force. Kept by triggers alone."""

    revision = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic"], name="one_calendar_revision"),
        ]

    def __str__(self) -> str:
        return str(self.revision)
