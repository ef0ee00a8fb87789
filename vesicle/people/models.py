"""Tables for staff, patients, private links, holds and outgoing messages."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Right

from vesicle.core.permissions import Role
from vesicle.core.scope import ClinicOwned

PHONE_ENDING = Right(Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"), 10)
"""The last ten digits of a phone number, however it was typed."""


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create an account for ``email``; without a password it cannot sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """An account that can sign in. Only staff have one; patients use one-time links."""

    username = None  # type: ignore[assignment]  # the e-mail address is the name
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # narrower than AbstractUser's

    def __str__(self) -> str:
        return self.email


class Staff(ClinicOwned):
    """A member of a clinic's staff. ``licence`` is an id of the licence list, empty for none."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    roles = ArrayField(models.CharField(max_length=20))
    licence = models.CharField(max_length=20, blank=True)
    licence_number = models.CharField(max_length=40, blank=True)
    licence_state = models.CharField(max_length=2, blank=True)
    licence_expires_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "staff"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(roles__contains=[Role.PROVIDER.value]) | ~Q(licence=""),
                name="providers_have_a_licence",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Patient(ClinicOwned):
    """A person treated, or about to be. ``time_zone`` decides when messages may arrive.

    ``sms_stopped_at`` is when they told us to send no text messages: from then on none goes, urgent or not.
    """

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True)
    pronouns = models.CharField(max_length=30, blank=True)
    date_of_birth = models.DateField()
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    email_allowed = models.BooleanField(default=True)
    sms_allowed = models.BooleanField(default=False)
    sms_stopped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="patients_can_be_reached"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("clinic", Lower("last_name"), Lower("first_name"), name="patient_by_name"),
            models.Index("clinic", Lower("email"), name="patient_by_email"),
            models.Index(PHONE_ENDING, name="patient_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """The name the person wants to be called by."""
        return self.preferred_name or self.first_name


class PrivateLink(ClinicOwned):
    """A link that lets its holder do one thing without an account. Only the token's hash is stored.

    ``purpose`` is named by the step that makes it; ``subject_id`` is the record it opens.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="private_links")
    purpose = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    single_use = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "purpose", "subject_id"], name="link_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.patient or 'a visitor'}"


class SignInCode(ClinicOwned):
    """A six-digit code sent to a patient, good for a few minutes and a few tries."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="sign_in_codes")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code for {self.patient}"


class Hold(ClinicOwned):
    """A reason not to book or treat a patient, placed by a later step and released by a person."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=120)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    release_reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.patient}: {self.reason}"


class Message(ClinicOwned):
    """An e-mail or text message that is due, sent, cancelled or failed.

    ``key`` names what it is for (``reminder:appointment:12``): a second one with the same key is
    refused by the database, which is how nothing is ever sent twice. After ``not_after`` it is not sent at all.
    """

    class Channel(models.TextChoices):
        """How it travels."""

        EMAIL = "email", "E-mail"
        SMS = "sms", "Text message"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="messages")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    attachment_name = models.CharField(max_length=80, blank=True)
    attachment = models.TextField(blank=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    time_zone = models.CharField(max_length=60)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "key"], name="a_message_is_sent_once"),
            models.CheckConstraint(
                condition=~(Q(sent_at__isnull=False) & Q(cancelled_at__isnull=False)),
                name="a_cancelled_message_is_not_sent",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at=None, cancelled_at=None, failed_at=None),
                name="message_due",
            ),
            models.Index(fields=["clinic", "subject_type", "subject_id"], name="message_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
