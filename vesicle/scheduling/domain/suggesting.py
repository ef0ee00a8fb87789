"""Which few of many free times are put before a person first: the best ones, not all from one corner of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vesicle.scheduling.domain.ranking import NO_WISHES, Wishes

MOST = 4
A_DAY = 2
APART = timedelta(minutes=60)


class Suggested(NamedTuple):
    """The starts to show first, in order of time. ``meets`` says whether all of them are as was wished."""

    starts: tuple[datetime, ...]
    meets: bool


def suggest(ranked: Sequence[datetime], wishes: Wishes = NO_WISHES) -> Suggested:
    """Choose from starts on the local clock, the best first (``ranking`` says what makes one better).

    Where some are as wished, only those are suggested, even if others are sooner. Neighbours on the grid are nearly
    the same time, so the chosen ones lie at least ``APART`` from each other and at most ``A_DAY`` on a day.
    """
    wished = [start for start in ranked if wishes.met_by(start)]
    chosen: list[datetime] = []
    for start in wished or ranked:
        same_day = [one for one in chosen if one.date() == start.date()]
        if len(same_day) < A_DAY and all(abs(start - one) >= APART for one in same_day):
            chosen.append(start)
        if len(chosen) == MOST:
            break
    return Suggested(tuple(sorted(chosen)), bool(wished))
