"""How appointments look to other programs."""

from zoneinfo import ZoneInfo

from vesicle.scheduling.models import Appointment


def appointment_as_json(found: Appointment) -> dict[str, object]:
    """Return an appointment as programs receive it, with the names of what it takes."""
    taken = {resource.kind: resource.name for resource in found.taken}
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
