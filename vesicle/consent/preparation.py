"""What consent adds to the list of things to do before a visit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.consent import queries
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling.gates import Asked, Standing
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.next_steps import NextStep
from vesicle.scheduling.queries import booking_rules


def steps(actor: Actor, appointment: Appointment, key: str, now: datetime) -> list[NextStep]:
    """Return the signature and the decision about photographs, done or due."""
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    until = _due(appointment)
    consent = queries.for_appointment(actor, appointment, on)
    decided = queries.photo_consents(actor, actor.id or 0)
    return [
        NextStep(
            _("Read and sign the consent"),
            "done" if consent else "due",
            _("signed on %(day)s") % {"day": date_format(consent.signed_at, pgettext("short date", "M j"))}
            if consent
            else _("about 5 minutes") + until,
            reverse("consent:sign", args=[key]),
        ),
        NextStep(
            _("Decide about photographs"),
            "done" if decided else "due",
            _("you can change this at any time") if decided else _("your choice"),
            reverse("consent:photos", args=[key]),
        ),
    ]


def gate(asked: Asked) -> Standing | None:
    """Say where a booked patient stands with their signature. Booking never waits for it; the visit does."""
    if asked.is_new or not asked.appointment.treats:
        return None
    signed = queries.for_appointment(asked.by, asked.appointment, asked.on)
    if signed is not None:
        return Standing(
            "consent",
            _("Consent"),
            "open",
            _("Signed on %(day)s.") % {"day": date_format(signed.signed_at, pgettext("short date", "M j"))},
        )
    return Standing(
        "consent",
        _("Consent"),
        "due",
        _("Not signed yet%(until)s.") % {"until": _due(asked.appointment)},
        mend=_("Read it and sign."),
    )


def _due(appointment: Appointment) -> str:
    """Return by when the clinic would like the signature, in words to add to a sentence; nothing without a rule."""
    hours = booking_rules(appointment.clinic_id).consent_hours
    if not hours:
        return ""
    local = (appointment.starts_at - timedelta(hours=hours)).astimezone(ZoneInfo(appointment.location.time_zone))
    return _(", by %(when)s") % {"when": date_format(local, pgettext("date and time", "l, F j, g:i A"))}
