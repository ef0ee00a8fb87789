"""Tables for appointments, their history, and the claims on resources that cannot overlap."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from vesicle.candidacy.models import Screening
from vesicle.clinic.models import Location, Resource
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition


class Appointment(ClinicOwned):
    """A time set aside. ``held`` while the person types; stale holds count for nothing.

    ``starts_at`` and ``ends_at`` are what the patient is told; buffers are in the claims.
    """

    class State(models.TextChoices):
        """Where it stands now; every change is also an ``AppointmentStatus`` row."""

        HELD = "held", "Held"
        BOOKED = "booked", "Booked"
        ARRIVED = "arrived", "Arrived"
        IN_TREATMENT = "in-treatment", "In treatment"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        NO_SHOW = "no-show", "Did not come"
        RELEASED = "released", "Hold released"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="appointments")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, null=True, related_name="appointments")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="appointments")
    provider = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    areas = ArrayField(models.CharField(max_length=60))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices)
    hold_expires_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0)
    idempotency_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointment_takes_time"),
            models.CheckConstraint(
                condition=Q(state__in=["held", "released"]) | Q(patient__isnull=False),
                name="a_booking_has_a_patient",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(hold_expires_at__isnull=False), name="a_hold_expires"
            ),
            models.UniqueConstraint(
                fields=["clinic", "idempotency_key"], condition=~Q(idempotency_key=""), name="booked_once_per_key"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["location", "starts_at"], name="appointment_by_day"),
            models.Index(fields=["patient", "-starts_at"], name="appointment_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.option} at {self.starts_at:%Y-%m-%d %H:%M} UTC"


class AppointmentStatus(ClinicOwned):
    """One change of an appointment's state: who, when, why. Appended only."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="statuses")
    state = models.CharField(max_length=12, choices=Appointment.State.choices)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M} UTC"


class Claim(ClinicOwned):
    """A resource taken for a stretch of time, buffers included, by one phase of an appointment.

    While ``is_active`` no other active claim on the same resource may overlap: the database says so.
    ``phase_starts_at`` and ``phase_ends_at`` are without buffers.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="claims")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="claims")
    phase = models.CharField(max_length=60)
    phase_starts_at = models.DateTimeField()
    phase_ends_at = models.DateTimeField()
    period = DateTimeRangeField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ExclusionConstraint(
                name="one_place_at_a_time",
                expressions=[("resource", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} for {self.appointment}"
