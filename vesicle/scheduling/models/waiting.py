"""People who wait for a time, times that became free, and offers with a clock."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vesicle.clinic.models import Location, Resource
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.scheduling.models.appointments import Appointment


class WaitlistEntry(ClinicOwned):
    """Somebody waits for a time: for what, where, within which days and hours. Local days and clock of the location.

    ``location`` empty: any. ``weekdays`` empty: all (0 is Monday). ``notice_minutes`` is the warning they need.
    """

    class State(models.TextChoices):
        """Whether they still wait."""

        OPEN = "open", "Waiting"
        BOOKED = "booked", "Has a time"
        LEFT = "left", "Left the list"
        OVER = "over", "The days have passed"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waiting")
    option = models.CharField(max_length=80)
    areas = ArrayField(models.CharField(max_length=60))
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    earliest = models.TimeField(null=True)
    latest = models.TimeField(null=True)
    notice_minutes = models.PositiveIntegerField(default=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["patient", "option"], condition=Q(state="open"), name="waits_once_for_an_option"
            ),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="waits_within_days"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "joined_at"], condition=Q(state="open"), name="waiting_by_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} waits for {self.option}"


class FreedTime(ClinicOwned):
    """A stretch that somebody gave back while others waited. Written by a trigger on claims, so by every way to do it.

    ``low`` and ``high`` are ticks. ``closed_at`` once it was taken or nobody else could use it.
    """

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    low = models.IntegerField()
    high = models.IntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(closed_at=None), name="freed_and_open"),
        ]

    def __str__(self) -> str:
        return f"freed at location {self.location_id}"


class Offer(ClinicOwned):
    """A time put before one person, with a clock: to somebody who waits, or instead of a time that cannot stay.

    ``hold`` keeps the time meanwhile; offers that went out to all at once keep none. ``resources`` are what it takes.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Not answered in time"
        TAKEN = "taken", "Somebody was faster"
        WITHDRAWN = "withdrawn", "Withdrawn"

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, null=True, related_name="offers")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="offers")
    freed = models.ForeignKey(FreedTime, on_delete=models.PROTECT, null=True, related_name="offers")
    hold = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="kept_for")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    resources = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False) ^ Q(appointment__isnull=False), name="offer_to_one_person"
            ),
            models.UniqueConstraint(fields=["entry"], condition=Q(state="open"), name="one_open_offer_an_entry"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state="open"), name="one_open_offer_an_appointment"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="offers_by_clock"),
        ]

    def __str__(self) -> str:
        return f"offer of {self.starts_at:%Y-%m-%d %H:%M} UTC"
