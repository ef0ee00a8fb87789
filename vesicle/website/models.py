"""What was found in the clinic's own words when an edition was approved."""

from typing import ClassVar

from django.db import models

from vesicle.core.scope import ClinicOwned
from vesicle.protocols.models import Edition


class StatementReport(ClinicOwned):
    """The check of an edition's own words: when, under whose law, with which rules. Appended only.

    One is made at the approval, another each time the rules are of another version. ``content`` holds every sentence
    with its verdict, and the claim it rests on.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    checked_on = models.DateField()
    jurisdiction = models.CharField(max_length=2)
    version = models.CharField(max_length=20)
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "revision", "version"], name="one_statement_report_per_version"),
        ]

    def __str__(self) -> str:
        return f"report on {self.edition}, {self.checked_on}"
