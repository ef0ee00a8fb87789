"""The audit trail: who did or read what, when, in a chain that shows tampering."""

from typing import ClassVar

from django.db import models

from vesicle.core.scope import ClinicOwned


class AuditEntry(ClinicOwned):
    """One act. Appended by services, sealed by the database at commit, never changed.

    ``content_hash`` covers the columns as written; ``chain_hash`` covers it and the entry before.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    patient_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    position = models.BigIntegerField(null=True)
    chain_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001  # null until the database has sealed it

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic", "patient_id", "-at"], name="audit_by_patient"),
            models.Index(fields=["clinic", "object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["clinic", "position"], name="audit_by_position"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.code}"


class AuditChain(ClinicOwned):
    """The head of a clinic's chain. Written by the database alone."""

    position = models.BigIntegerField(default=0)
    chain_hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic"], name="one_audit_chain_per_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.position} entries, head {self.chain_hash[:12]}"
