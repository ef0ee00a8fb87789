"""How long an appointment takes: computed from the phases and the areas, the same for page and calendar.

Plain Python, so that the pages that print minutes and the calendar that books them share one rule.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from vesicle.protocols.schema.sections import AreaTime, Timing

TICK_MINUTES = 5
"""Appointments are counted in steps of five minutes."""


def hands_on_minutes(areas: Mapping[str, int], chosen: Iterable[str], further_share: float) -> int:
    """Return hands-on minutes: the longest area in full, each further one at its share, to whole ticks.

    ``areas`` maps area ids to minutes. Raises ``KeyError`` for an area that is not offered and
    ``ValueError`` when none is chosen.
    """
    minutes = sorted((areas[area] for area in set(chosen)), reverse=True)
    if not minutes:
        raise ValueError("choose at least one area")
    total = minutes[0] + further_share * sum(minutes[1:])
    return math.ceil(total / TICK_MINUTES) * TICK_MINUTES


def appointment_minutes(timing: Timing, areas: Sequence[AreaTime], chosen: Iterable[str]) -> int:
    """Return the minutes from arrival to leaving for the chosen areas.

    Raises as ``hands_on_minutes`` does.
    """
    hands_on = hands_on_minutes({area.area: area.minutes for area in areas}, chosen, timing.further_area_share)
    return sum(hands_on if phase.minutes is None else phase.minutes for phase in timing.phases)
