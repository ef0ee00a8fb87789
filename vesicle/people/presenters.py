"""Words for the patient's pages, from plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from vesicle.core import audit
from vesicle.core.models import AuditEntry

_WHO = {
    "staff": "our staff",
    "patient": "you",
    "visitor": "somebody who had not signed in",
    "system": "our system",
    "integrator": "a connected system",
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
            who="You" if entry.actor_kind == "patient" else entry.actor_name,
            role="" if entry.actor_kind == "patient" else _WHO.get(entry.actor_kind, entry.actor_kind),
            did=audit.sentence_for(entry.code),
        )
        for entry in entries
    ]
