"""Rounds of blinded photo rating: pairs, who looks at which in which order, and what they said."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.treatment.models import Encounter, Photo


class RatingRound(ClinicOwned):
    """Photographs of many people before and after one option, rated by several raters.

    What the raters found is shown to nobody before ``closed_at``.
    """

    option = models.CharField(max_length=80)
    concern = models.CharField(max_length=60)
    view = models.CharField(max_length=14, choices=Photo.View.choices)
    from_week = models.PositiveSmallIntegerField()
    to_week = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(to_week__gte=models.F("from_week")), name="a_round_has_weeks_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.option}, weeks {self.from_week} to {self.to_week}"


class RatingPair(ClinicOwned):
    """One person of a round: a photograph from before and one from afterwards."""

    round = models.ForeignKey(RatingRound, on_delete=models.PROTECT, related_name="pairs")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "patient"], name="one_pair_a_person_and_round"),
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="a_pair_is_two_photographs"),
        ]

    def __str__(self) -> str:
        return f"pair of {self.patient}"


class RatingTask(ClinicOwned):
    """One look of one rater at one pair, in the rater's own order."""

    pair = models.ForeignKey(RatingPair, on_delete=models.PROTECT, related_name="tasks")
    round = models.ForeignKey(RatingRound, on_delete=models.PROTECT, related_name="tasks")
    rater = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    before_on_left = models.BooleanField()
    is_repeat = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "rater", "position"], name="one_task_a_position"),
            models.UniqueConstraint(fields=["pair", "rater", "is_repeat"], name="one_look_and_one_repeat"),
        ]

    def __str__(self) -> str:
        return f"look {self.position} of {self.rater}"


class Rating(AppendOnly):
    """What a rater said of a task; the latest counts. ``score`` is of sides, -2 to 2; empty: could not judge."""

    task = models.ForeignKey(RatingTask, on_delete=models.PROTECT, related_name="ratings")
    score = models.SmallIntegerField(null=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=-2, score__lte=2), name="a_score_is_one_of_five"
            ),
        ]

    def __str__(self) -> str:
        return "could not judge" if self.score is None else f"{self.score:+d}"
