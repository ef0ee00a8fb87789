"""Which photographs are asked for, in which order, and which day and week they belong to. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FACE_VIEWS = ("front", "left-oblique", "right-oblique", "left", "right")
CLOSE_UP = "close-up"
CLOCKS_DIFFER = timedelta(hours=36)
"""How far a camera's clock may be from ours: most do not say their zone, so a day and a half is the same day."""
WHOLE_FACE = 6
"""An area of more sites than this is the face itself, which the five views show already."""
IN_THE_CLINIC, AT_HOME = 3, 1
"""Captures of each view. Three, repositioned in between, shrink the smallest detectable change to 0.58 of one."""


@dataclass(frozen=True, slots=True)
class Area:
    """A treated area: what decides its views."""

    id: str
    kind: str
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph that is asked for: a view, and for a close-up the area it shows."""

    view: str
    area: str = ""

    @property
    def key(self) -> str:
        """Name in addresses and forms."""
        return f"{self.view}-{self.area}" if self.area else self.view

    @property
    def documents(self) -> bool:
        """Whether it is for the eye alone: places on the skin are found from a whole face, which no close-up shows."""
        return self.view == CLOSE_UP


def shots(treated: Sequence[Area], *, known: Mapping[str, Area]) -> tuple[Shot, ...]:
    """Return what is asked for the treated areas: the five views of a face, then a close-up of each smaller area.

    Protocols name areas and say whether photographs belong to a visit, not which views: those are the house's
    standard. Of an area that reaches beyond the face (face and neck), what lies beyond is asked for by itself.
    ``known`` are the areas there are.
    """
    on_face = any(area.kind == "face" for area in treated)
    views = tuple(Shot(view) for view in FACE_VIEWS) if on_face else ()
    face = {site for area in known.values() if area.kind == "face" and area.id == "full-face" for site in area.sites}
    close: list[str] = []
    for area in treated:
        if area.kind != "face" or len(area.sites) <= WHOLE_FACE:
            close.append(area.id)
        else:
            close += [site for site in area.sites if site not in face and site in known]
    return views + tuple(Shot(CLOSE_UP, area) for area in dict.fromkeys(close))


def next_shot(asked: Sequence[Shot], taken: Mapping[Shot, int], *, wanted: int) -> Shot | None:
    """Return what to take next, ``None`` when all are there.

    One of each view first, then the second round: between two captures of a view the person has been repositioned.
    """
    least = min((taken.get(shot, 0) for shot in asked), default=wanted)
    return next((shot for shot in asked if taken.get(shot, 0) == least), None) if least < wanted else None


def day_after(treated_on: date, taken_on: date) -> int:
    """Return the day of a photograph counted from the treatment: 0 on the same day, negative before."""
    return (taken_on - treated_on).days


def week_of(day: int, planned: Iterable[tuple[int, int, int]]) -> int:
    """Return the week a photograph belongs to: of the follow-up whose window holds the day, else the nearest week.

    ``planned`` are (week, days it opens before, days it closes after).
    """
    inside = [week for week, before, after in planned if 7 * week - before <= day <= 7 * week + after]
    return min(inside, key=lambda week: abs(7 * week - day)) if inside else max(0, round(day / 7))


def taken_another_day(said: str, now: datetime) -> date | None:
    """Return the day a camera says it took a photograph, if that is not today; ``None`` where it says nothing.

    The day of a photograph decides what it is compared with, so an old one from the album must not pass for a new one.
    """
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.date() if abs(now - moment) > CLOCKS_DIFFER else None
