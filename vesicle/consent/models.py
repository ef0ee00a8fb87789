"""Tables for consents as signed, their withdrawal, and photo consent apart from them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vesicle.consent import domain
from vesicle.core.appendonly import AppendOnly
from vesicle.core.languages import ENGLISH
from vesicle.people.models import Patient
from vesicle.protocols.models import Edition
from vesicle.scheduling.models import Appointment


class SignedConsent(AppendOnly):
    """A treatment consent frozen as it was shown. Appended only.

    ``document`` is the exact text, ``document_hash`` its SHA-256; ``signature`` is the typed name,
    ``drawing`` an optional hand-drawn signature as SVG path data.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="consents")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    protocol_version = models.CharField(max_length=20)
    areas = models.JSONField(default=list)
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    acknowledgements = models.JSONField()
    in_own_words = models.TextField(blank=True)
    signature = models.CharField(max_length=120)
    drawing = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    valid_until = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(signature=""), name="a_consent_is_signed"),
        ]

    def __str__(self) -> str:
        return f"consent of {self.patient} to {self.option}"

    @property
    def language(self) -> str:
        """The language the text was read and signed in."""
        return str(self.document.get("language", ENGLISH))

    @property
    def text(self) -> dict[str, Any]:
        """The document as it was shown."""
        return domain.shown(self.document)


class ConsentWithdrawal(AppendOnly):
    """A patient's withdrawal of a signed consent. Appended only."""

    consent = models.OneToOneField(SignedConsent, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawal of {self.consent}"


class PhotoConsent(AppendOnly):
    """What photographs of a patient may be used for. Appended; the latest row per use counts."""

    class Use(models.TextChoices):
        """Each is asked by itself."""

        CLINICAL = "clinical", "In my own record, to see the result"
        TEACHING = "teaching", "To teach staff, without my name"
        PUBLIC = "public", "On the clinic's pages, without my name"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photo_consents")
    use = models.CharField(max_length=10, choices=Use.choices)
    is_given = models.BooleanField()
    signature = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(is_given=False) | ~Q(signature=""), name="photo_consent_is_signed"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "use", "-at"], name="photo_consent_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.use} {'yes' if self.is_given else 'no'}"
