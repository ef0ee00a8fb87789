"""The aftercare plan as days with what is normal and what to do, from plain data."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vesicle.aftercare.domain import plan_on, points_on
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.sections import AftercareRange, CoursePoint


@dataclass(frozen=True, slots=True)
class PlanDays:
    """A stretch of days in which advice and expected course stay the same. ``state`` is past, now or empty."""

    first: int
    last: int
    state: str
    advice: tuple[AftercareRange, ...]
    course: tuple[CoursePoint, ...]

    @property
    def title(self) -> str:
        """The days in words."""
        if self.first == self.last:
            return _("Today, the treatment day") if self.first == 0 else _("Day %(day)s") % {"day": self.first}
        return _("Days %(first)d to %(last)d") % {"first": self.first, "last": self.last}


def plan_days(option: Option, today: int) -> list[PlanDays]:
    """Return the plan in stretches, from the treatment day to the last day it speaks of."""
    sections = option.sections
    return [
        PlanDays(
            first,
            last,
            "past" if last < today else "now" if first <= today else "",
            tuple(plan_on(sections.aftercare, first)),
            tuple(points_on(sections.course, first)),
        )
        for first, last in _stretches(sections.aftercare, sections.course)
    ]


def _stretches(aftercare: tuple[AftercareRange, ...], course: tuple[CoursePoint, ...]) -> Iterator[tuple[int, int]]:
    starts = {part.from_day for part in aftercare} | {point.from_day for point in course}
    ends = {part.to_day + 1 for part in aftercare} | {point.to_day + 1 for point in course}
    edges = sorted(starts | ends)
    for first, after in itertools.pairwise(edges):
        yield first, after - 1
