"""Tables for appointments, their history, and the claims on resources that cannot overlap."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.utils.functional import cached_property

from vesicle.candidacy.models import Screening
from vesicle.clinic.models import Location, Resource
from vesicle.core.appendonly import AppendOnly
from vesicle.core.errors import Conflict
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition
from vesicle.scheduling.models.courses import Series
from vesicle.scheduling.models.offers import OpenService

LONGEST_CLAIM = 288
"""Ticks in a day: no claim is longer."""


class Appointment(ClinicOwned):
    """A time set aside. ``held`` while the person types; stale holds count for nothing.

    ``starts_at`` and ``ends_at`` are what the patient is told; buffers are in the claims. It is for an option of an
    edition, or for a visit that treats nothing (``service``); ``option`` names either. Treatments that follow each
    other in one visit share ``visit``; a session of a course names it and its ``position`` in it, from 1.
    A patch test or consultation says for which option it is ``made_for``, where that is known.
    ``booked_through`` is the key of the program that made it, ``idempotency_print`` a digest of what was asked for with
    ``idempotency_key``. ``confirmed_at`` is when somebody said that the patient comes at this time.
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
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(OpenService, on_delete=models.PROTECT, null=True, related_name="appointments")
    option = models.CharField(max_length=80)
    areas = ArrayField(models.CharField(max_length=60))
    made_for = models.CharField(max_length=80, blank=True)
    visit = models.UUIDField(null=True, db_index=True)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="appointments")
    position = models.PositiveSmallIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices)
    hold_expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0)
    idempotency_key = models.CharField(max_length=120, blank=True)
    idempotency_print = models.CharField(max_length=32, blank=True)
    booked_through = models.BigIntegerField(null=True)
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
            models.CheckConstraint(
                condition=Q(edition__isnull=False) ^ Q(service__isnull=False), name="appointment_for_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, position__isnull=True) | Q(series__isnull=False, position__gte=1),
                name="a_session_has_a_position",
            ),
            models.UniqueConstraint(
                fields=["series", "position"],
                condition=~Q(state__in=["cancelled", "no-show", "released"]),
                name="one_appointment_per_session",
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

    @cached_property
    def taken(self) -> tuple[Resource, ...]:
        """What it takes, each resource once; nothing once it has given its time back. Kept by who took it."""
        claims = self.claims.filter(is_active=True).select_related("resource").order_by("pk")
        return tuple({claim.resource_id: claim.resource for claim in claims}.values())

    @property
    def is_later_session(self) -> bool:
        """Whether it is the second session of a course, or one after that."""
        return self.position is not None and self.position > 1

    @property
    def treats(self) -> bool:
        """Whether a treatment is booked, not a visit that treats nothing."""
        return self.edition_id is not None

    @property
    def is_confirmed(self) -> bool:
        """Whether the patient said that they come."""
        return self.confirmed_at is not None

    @property
    def treated_under(self) -> int:
        """The edition of the treatment. Raises ``Conflict`` for a visit that treats nothing."""
        if self.edition_id is None:
            raise Conflict("Nothing is treated at this visit. Book the treatment itself.")
        return self.edition_id


class AppointmentStatus(AppendOnly):
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


def _tick(bound: str, rounding: str) -> Func:
    """Return a bound of ``period`` as a number of five-minute ticks since the epoch, in SQL that never changes."""
    template = f"{rounding}(extract(epoch FROM {bound}(%(expressions)s) AT TIME ZONE 'UTC') / 300)::integer"
    return Func(F("period"), template=template, output_field=models.IntegerField())


class Claim(ClinicOwned):
    """A resource taken for a stretch of time, buffers included, by one phase of an appointment.

    While ``is_active`` no other active claim on the same place of the same resource may overlap: the database says
    so, at the end of each statement or, where a whole day is shifted, of the transaction. ``phase_starts_at`` and
    ``phase_ends_at`` are without buffers. ``place`` counts the places of a room that holds several people.
    ``held_until`` is set while the appointment is a hold: past it the claim counts for nothing. ``low`` and ``high``
    are ``period`` in ticks, kept by the database for the search.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="claims")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="claims", db_index=False)
    phase = models.CharField(max_length=60)
    phase_starts_at = models.DateTimeField()
    phase_ends_at = models.DateTimeField()
    period = DateTimeRangeField()
    place = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    low = models.GeneratedField(expression=_tick("lower", "floor"), output_field=models.IntegerField(), db_persist=True)
    high = models.GeneratedField(expression=_tick("upper", "ceil"), output_field=models.IntegerField(), db_persist=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ExclusionConstraint(
                name="one_place_at_a_time",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
            # The search looks back by this much and no further, so that it never reads the past.
            models.CheckConstraint(condition=Q(high__lte=F("low") + LONGEST_CLAIM), name="a_claim_is_a_day_at_most"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["resource", "low"],
                include=["high", "place", "held_until", "clinic"],
                condition=Q(is_active=True),
                name="claims_by_tick",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} for {self.appointment}"
