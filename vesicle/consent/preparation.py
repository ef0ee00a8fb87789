"""What consent adds to the list of things to do before a visit."""

from datetime import datetime

from django.urls import reverse

from vesicle.consent import queries
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.next_steps import NextStep


def steps(actor: Actor, appointment: Appointment, key: str, now: datetime) -> list[NextStep]:
    """Return the signature and the decision about photographs, done or due."""
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    consent = queries.for_appointment(actor, appointment, on)
    decided = queries.photo_consents(actor, actor.id or 0)
    return [
        NextStep(
            "Read and sign the consent",
            "done" if consent else "due",
            f"signed {consent.signed_at:%b} {consent.signed_at.day}" if consent else "about 5 minutes",
            reverse("consent:sign", args=[key]),
        ),
        NextStep(
            "Decide about photographs",
            "done" if decided else "due",
            "you can change this at any time" if decided else "your choice",
            reverse("consent:photos", args=[key]),
        ),
    ]
