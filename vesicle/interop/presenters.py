"""How appointments look to other programs."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from vesicle.scheduling.models import Appointment


def appointment_as_json(found: Appointment, taken: Mapping[str, str]) -> dict[str, object]:
    """Return an appointment as programs receive it; ``taken`` maps kinds of resources to names."""
    zone = ZoneInfo(found.location.time_zone)
    until = found.hold_expires_at
    return {
        "id": found.pk,
        "state": found.state,
        "option": found.option,
        "location": found.location.slug,
        "start": found.starts_at.astimezone(zone).isoformat(),
        "end": found.ends_at.astimezone(zone).isoformat(),
        **{kind: taken.get(kind) for kind in ("provider", "room", "device")},
        "held_until": until.isoformat() if until and found.state == Appointment.State.HELD else None,
    }
