"""Availability on bitmaps: exact, small, and the same answer as looking at every slot by hand.

``ticks``: time as bits. ``plan``: what an appointment needs, and which claims that makes. ``calendars``: when
somebody is there. ``search``: every start. ``ranking``: which of them is the better one, and
``suggesting``: which few are shown first. Apart from that,
``reminders``: when they go out, and ``replies``: what patients mean by them;
``courses``: sessions weeks apart.
"""

from vesicle.core.clock import local_moment
from vesicle.protocols.duration import TICK_MINUTES
from vesicle.scheduling.domain.calendars import (
    DAY_TICKS,
    LocalDays,
    Opening,
    free_mask,
    grid_mask,
    local_days,
    open_mask,
)
from vesicle.scheduling.domain.courses import (
    Booked,
    CourseWish,
    FreeTime,
    NoPlan,
    Session,
    Spacing,
    gaps_hold,
    plan_course,
    shift,
)
from vesicle.scheduling.domain.nearest import Point, kilometers, nearest
from vesicle.scheduling.domain.plan import (
    ClaimSpan,
    Need,
    PhasePlan,
    Plan,
    Taken,
    build_plan,
    claims_of,
    keys_of,
    kind_of,
    labels_of,
    part_label,
    reach,
    sequence,
)
from vesicle.scheduling.domain.ranking import HOUSE, NO_WISHES, PLAIN, Weights, Wishes
from vesicle.scheduling.domain.search import Candidate, Start, Starts, find_starts, starts_for
from vesicle.scheduling.domain.suggesting import Suggested, suggest
from vesicle.scheduling.domain.ticks import (
    TICK_SECONDS,
    Window,
    bits_of,
    flags_of,
    runs_of,
    shifted,
    tick_after,
    tick_of,
)

__all__ = [
    "DAY_TICKS",
    "HOUSE",
    "NO_WISHES",
    "PLAIN",
    "TICK_MINUTES",
    "TICK_SECONDS",
    "Booked",
    "Candidate",
    "ClaimSpan",
    "CourseWish",
    "FreeTime",
    "LocalDays",
    "Need",
    "NoPlan",
    "Opening",
    "PhasePlan",
    "Plan",
    "Point",
    "Session",
    "Spacing",
    "Start",
    "Starts",
    "Suggested",
    "Taken",
    "Weights",
    "Window",
    "Wishes",
    "bits_of",
    "build_plan",
    "claims_of",
    "find_starts",
    "flags_of",
    "free_mask",
    "gaps_hold",
    "grid_mask",
    "keys_of",
    "kilometers",
    "kind_of",
    "labels_of",
    "local_days",
    "local_moment",
    "nearest",
    "open_mask",
    "part_label",
    "plan_course",
    "reach",
    "runs_of",
    "sequence",
    "shift",
    "shifted",
    "starts_for",
    "suggest",
    "tick_after",
    "tick_of",
]
