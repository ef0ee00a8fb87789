"""A clinic's policy on cancelling and not coming: versions that are added and never changed."""

import hashlib
import json
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.scheduling.domain.fees import Charge, Terms


class CancellationPolicy(AppendOnly):
    """One version of the policy. Appended only.

    Amounts are in the smallest unit of the clinic's currency, shares in percent. ``deposits`` lists what is asked in
    advance: ``{"option": id, "kind": "fixed" | "percent", "value": n}``, option ``""`` for every treatment not named.
    ``waivers`` are the roles that may waive a fee.
    """

    class Charge(models.TextChoices):
        """How a fee is reckoned."""

        NONE = "none", "No fee"
        FIXED = "fixed", "A fixed amount"
        SHARE = "share", "A share of the price"

    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    words_en = models.TextField()
    words_es = models.TextField(blank=True)
    late_hours = models.PositiveSmallIntegerField()
    grace_minutes = models.PositiveSmallIntegerField(default=30)
    late_kind = models.CharField(max_length=6, choices=Charge.choices, default=Charge.NONE)
    late_value = models.PositiveIntegerField(default=0)
    no_show_kind = models.CharField(max_length=6, choices=Charge.choices, default=Charge.NONE)
    no_show_value = models.PositiveIntegerField(default=0)
    free_chances = models.PositiveSmallIntegerField(default=0)
    moves_count = models.BooleanField(default=True)
    keep_deposit = models.BooleanField(default=False)
    deposits = models.JSONField(default=list)
    waivers = ArrayField(models.CharField(max_length=20), default=list)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "number"], name="policy_number_in_clinic"),
            models.CheckConstraint(condition=~Q(words_en=""), name="a_policy_has_words"),
            models.CheckConstraint(
                condition=(~Q(late_kind="share") | Q(late_value__lte=100))
                & (~Q(no_show_kind="share") | Q(no_show_value__lte=100)),
                name="a_share_is_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.number}"

    @property
    def terms(self) -> Terms:
        """The numbers of this version."""
        return Terms(
            late_hours=self.late_hours,
            late=Charge(self.late_kind, self.late_value),
            no_show=Charge(self.no_show_kind, self.no_show_value),
            free_chances=self.free_chances,
            grace_minutes=self.grace_minutes,
            moves_count=self.moves_count,
            keep_deposit=self.keep_deposit,
        )

    @property
    def text_hash(self) -> str:
        """SHA-256 (hex) of the words in both languages and of the version's number."""
        text = json.dumps([self.number, self.words_en, self.words_es], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def words(self, language: str) -> str:
        """Return the words in ``language`` (``es``), in English where there are none."""
        return (language.startswith("es") and self.words_es) or self.words_en
