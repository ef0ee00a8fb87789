"""What people looked for: each search that found nothing, and how many found something. Nobody is named."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vesicle.clinic.models import Location
from vesicle.core.scope import ClinicOwned


class SlotSearch(ClinicOwned):
    """A search for times that found none: what was wanted where, between which local days, and by what kind of actor.

    ``wishes`` is what narrowed it: ``provider`` (a number), ``weekdays`` (numbers), ``time`` (words). ``next_free`` is
    the first later day that had a time, where one was looked for and found.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+", db_index=False)
    option = models.CharField(max_length=80)
    areas = ArrayField(models.CharField(max_length=60))
    first_day = models.DateField()
    last_day = models.DateField()
    wishes = models.JSONField(default=dict)
    next_free = models.DateField(null=True)
    by_kind = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="search_days_in_order"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["clinic", "at"], name="searches_by_time")]

    def __str__(self) -> str:
        return f"no time for {self.option} from {self.first_day} to {self.last_day}"


class SearchCount(ClinicOwned):
    """How many searches of one local day found something, by what was looked for, where, and by what kind of actor."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+", db_index=False)
    option = models.CharField(max_length=80)
    day = models.DateField()
    by_kind = models.CharField(max_length=12)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["clinic", "day", "location", "option", "by_kind"], name="one_count_of_searches"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.found} searches for {self.option} on {self.day} found times"
