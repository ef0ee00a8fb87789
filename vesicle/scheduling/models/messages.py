"""What a clinic tells patients of their appointments by itself, what they answer, and who reads the calendars."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vesicle.clinic.models import Resource
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Message, Patient, Staff
from vesicle.scheduling.domain.reminders import DAY
from vesicle.scheduling.models.appointments import Appointment


def a_day_before() -> list[int]:
    """Return the times of reminders where a clinic has set none."""
    return [DAY]


class MessageRules(ClinicOwned):
    """A clinic's rules for messages, in one row; the defaults count where there is none.

    Times are minutes before a visit. ``english_below``: letters in another language carry the English words too.
    ``cancel_by_reply``: the answer CANCEL cancels at once; otherwise it is answered with the private link.
    """

    email_before = ArrayField(models.PositiveIntegerField(), default=a_day_before)
    sms_before = ArrayField(models.PositiveIntegerField(), default=list)
    english_below = models.BooleanField(default=False)
    cancel_by_reply = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic"], name="one_set_of_message_rules"),
        ]

    def __str__(self) -> str:
        return f"message rules of clinic {self.clinic_id}"


class Reminder(ClinicOwned):
    """A reminder planned for an appointment. Its words are made when it goes out, from what is true then.

    ``sequence`` is the appointment's calendar sequence it was planned for: a moved appointment has new reminders.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        WRITTEN = "written", "Written"
        STOPPED = "stopped", "Stopped: moved, cancelled or planned anew"
        LATE = "late", "Left out: it would have come too late"
        WITH_ANOTHER = "with-another", "Left out: the first treatment of the visit has it"
        UNREACHABLE = "unreachable", "Left out: no way the patient allows"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reminders")
    sequence = models.PositiveIntegerField()
    minutes_before = models.PositiveIntegerField()
    channel = models.CharField(max_length=5, choices=Message.Channel.choices)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="") | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="a_settled_reminder_says_how",
            ),
            models.UniqueConstraint(
                fields=["appointment", "minutes_before", "channel"],
                condition=Q(settled_at__isnull=True),
                name="one_open_reminder_a_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(settled_at=None), name="reminders_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.minutes_before} min before appointment {self.appointment_id}"


class Reply(ClinicOwned):
    """What a patient answered. ``provider_id`` is the number it has with who delivered it: it counts once.

    ``meaning`` is a ``domain.replies.Meaning``; ``done`` says what was done by itself. It waits for a person until
    ``closed_at``; what needed nobody is closed from the start, without a name.
    """

    channel = models.CharField(max_length=5, choices=Message.Channel.choices)
    provider_id = models.CharField(max_length=200)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="replies")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="replies")
    answers = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=2000)
    meaning = models.CharField(max_length=10)
    done = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name_plural = "replies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "channel", "provider_id", "patient"], name="a_reply_counts_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "-received_at"], condition=Q(closed_at=None), name="replies_waiting"),
            models.Index(fields=["clinic", "-received_at"], name="replies_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} from {self.patient}"


class CalendarFeed(ClinicOwned):
    """A private address under which a calendar program reads one resource's appointments. Only its hash is kept.

    ``reads`` counts the readings of ``read_on``: programs ask every few minutes, the audit trail has one entry a day.
    """

    class Shows(models.TextChoices):
        """What it says of the patients."""

        INITIALS = "initials", "Initials"
        NOTHING = "nothing", "Nothing"

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="feeds")
    shows = models.CharField(max_length=8, choices=Shows.choices, default=Shows.INITIALS)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    read_on = models.DateField(null=True)
    reads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["resource"], condition=Q(revoked_at__isnull=True), name="one_open_feed_a_resource"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.resource}"
