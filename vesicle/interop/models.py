"""Keys with which other programs act for a clinic."""

from typing import ClassVar

from django.db import models

from vesicle.people.models import Staff


class IntegratorKey(models.Model):
    """A key of another program. Only its hash is kept; the key itself is shown once, when it is made.

    Not scoped to a clinic: the key is what tells which clinic a request is for.
    """

    clinic = models.ForeignKey("clinic.Clinic", on_delete=models.PROTECT, related_name="integrator_keys")
    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"
