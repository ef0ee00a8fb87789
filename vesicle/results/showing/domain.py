"""Which pairs may be offered for showing, how they are cut, and whether a result is a usual one. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FEWEST_FOR_TYPICAL = 20
"""People measured in the same way at the same week, before anything is said of how usual one of them is."""
LEAST_SIDE = 10
"""Hundredths of the picture that a crop has at least, each way."""


class OutsidePicture(ValueError):
    """A crop that does not lie inside the picture. ``field`` names the side that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle in hundredths of a picture, from its upper left corner."""

    left: int = 0
    top: int = 0
    width: int = 100
    height: int = 100

    def __post_init__(self) -> None:
        """Raise ``OutsidePicture`` for a rectangle that is too small or sticks out."""
        for field in ("width", "height"):
            if not LEAST_SIDE <= getattr(self, field) <= 100:
                raise OutsidePicture(field, f"between {LEAST_SIDE} and 100")
        for field, side in (("left", "width"), ("top", "height")):
            most = 100 - int(getattr(self, side))
            if not 0 <= getattr(self, field) <= most:
                raise OutsidePicture(field, f"between 0 and {most}")

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in pixels of a picture of that size."""
        left, top = round(self.left * width / 100), round(self.top * height / 100)
        return (
            left,
            top,
            max(left + 1, round((self.left + self.width) * width / 100)),
            max(top + 1, round((self.top + self.height) * height / 100)),
        )

    @property
    def shows_eyes(self) -> bool:
        """Whether the eyes of a registered face can be seen: its frame has them always in the same place."""
        return self.top < _UNDER_THE_EYES and self.top + self.height > _OVER_THE_BROWS


# The upright frame of the photo library: 190 mm high, the eyes 68 mm below its upper edge.
_OVER_THE_BROWS, _UNDER_THE_EYES = 24, 41
PRESETS = {
    "below-eyes": Crop(0, _UNDER_THE_EYES, 100, 100 - _UNDER_THE_EYES),
    "forehead": Crop(0, 0, 100, _OVER_THE_BROWS),
    "whole": Crop(),
}
"""Crops of a registered face by name; the first, which leaves out the eyes, is where choosing begins."""


@dataclass(frozen=True, slots=True)
class Look:
    """A photograph. ``is_before`` the course; ``is_good`` where the gate accepted it or never saw it."""

    number: int
    view: str
    area: str
    taken_at: datetime
    is_before: bool
    is_good: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed visit: of which option, when."""

    option: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two photographs that may be shown beside each other, and what the record knows of them."""

    before: int
    after: int
    view: str
    area: str
    weeks: int
    sessions: int


def candidates(looks: Iterable[Look], visits: Sequence[Visit], *, option: str, window_days: int) -> list[Candidate]:
    """Return the pairs of one course, by view, in order of time.

    Before is the last good photograph of a view taken before the first visit; after is any good one later than the
    swelling window of the visit before it. Left out is what another treatment came between: it would show both.
    ``visits`` are all signed visits of the person from the first of the course on, in any order.
    """
    known = [look for look in looks if look.is_good]
    course = sorted(visit.at for visit in visits if visit.option == option)
    if not course:
        return []
    found = []
    for after in sorted((look for look in known if not look.is_before), key=lambda look: (look.taken_at, look.number)):
        same = [one for one in known if one.is_before and (one.view, one.area) == (after.view, after.area)]
        given = [at for at in course if at < after.taken_at]
        if not same or not given or after.taken_at - given[-1] <= timedelta(days=window_days):
            continue
        if any(visit.option != option and course[0] <= visit.at < after.taken_at for visit in visits):
            continue
        before = max(same, key=lambda look: (look.taken_at, look.number))
        weeks = round((after.taken_at - given[-1]).total_seconds() / timedelta(weeks=1).total_seconds())
        found.append(Candidate(before.number, after.number, after.view, after.area, weeks, len(given)))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person's change stands among everybody measured in the same way at the same week."""

    people: int
    share_less: float
    """Share of the others whose change was smaller in the wanted direction."""

    @property
    def kind(self) -> str:
        """``unknown`` with too few people; else ``usual`` for the middle half, ``more`` or ``less`` beyond it."""
        if self.people < FEWEST_FOR_TYPICAL:
            return "unknown"
        return "more" if self.share_less > 0.75 else "less" if self.share_less < 0.25 else "usual"


def standing(own: float | None, others: Sequence[float], *, wanted: int) -> Standing:
    """Return where a change stands. ``wanted`` is 1 where more is better, -1 where less is, 0 where neither."""
    if own is None or wanted == 0 or not others:
        return Standing(0, 0.0)
    less = sum((one * wanted < own * wanted) + 0.5 * (one == own) for one in others)
    return Standing(len(others) + 1, less / len(others))
