"""Words for the patient's pages, from plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vesicle.core import audit
from vesicle.core.languages import told
from vesicle.core.models import AuditEntry

_WHO = {
    "staff": lazy("our staff"),
    "patient": lazy("you"),
    "visitor": lazy("somebody who had not signed in"),
    "system": lazy("our system"),
    "integrator": lazy("a connected system"),
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of "who looked at my data"."""

    at: datetime
    who: str
    role: str
    did: str


def trail_lines(entries: Sequence[AuditEntry], time_zone: str) -> list[TrailLine]:
    """Return readable lines in the patient's own zone."""
    zone = ZoneInfo(time_zone)
    return [
        TrailLine(
            at=entry.at.astimezone(zone),
            who=_("You") if entry.actor_kind == "patient" else entry.actor_name,
            role="" if entry.actor_kind == "patient" else str(_WHO.get(entry.actor_kind, entry.actor_kind)),
            did=told(audit.sentence_for(entry.code)),
        )
        for entry in entries
    ]
