"""What people are told about offers: every sentence of the waiting list and of times that cannot stay, in one place."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.clinic.models import Location
from vesicle.core.actor import Actor
from vesicle.core.languages import speaking
from vesicle.people import links, messages
from vesicle.people.models import Patient
from vesicle.scheduling.models import Appointment, Offer

LINK = "offer"
SUBJECT = "offer"


def said(moment: datetime, location: Location) -> str:
    """Return a moment as people say it, on the location's clock."""
    return date_format(moment.astimezone(ZoneInfo(location.time_zone)), pgettext("date and time", "l, F j, g:i A"))


def send_offer(*, by: Actor, offer: Offer, patient: Patient, title: str, now: datetime) -> None:
    """Put a time before somebody, with the private link on which they answer."""
    token = links.make_link(
        by=by, patient=patient, purpose=LINK, subject_id=offer.pk, valid_for=offer.expires_at - now, at=now
    )
    with speaking(patient.language):
        when, until = said(offer.starts_at, offer.location), said(offer.expires_at, offer.location)
        if offer.entry is not None:
            subject = _("A time became free: %(when)s") % {"when": when}
            opening = _("You are on our waiting list for %(title)s. This time became free: %(when)s.")
        else:
            subject = _("Your appointment needs a new time")
            opening = _(
                "Your appointment for %(title)s cannot take place as planned. We are sorry. "
                "We have kept another time for you: %(when)s."
            )
        kept = (
            _("We keep it for you until %(until)s.")
            if offer.hold_id
            else _("Several people were asked; the first to answer, until %(until)s, gets it.")
        )
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                opening % {"title": _(title), "when": when},
                kept % {"until": until},
                _("Answer here:") + f"\n{links.link_url(f'/book/offer/{token}/')}",
                f"{offer.location.clinic.name}, {offer.location.phone}",
            ]
        )
    _queue(by, patient, offer, f"offer:{offer.pk}", subject, body, now)


def send_too_late(*, by: Actor, offer: Offer, patient: Patient, title: str, now: datetime) -> None:
    """Tell somebody kindly that the time is gone, and that they stay on the list."""
    with speaking(patient.language):
        when = said(offer.starts_at, offer.location)
        subject = _("The time on %(when)s is taken") % {"when": when}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                _(
                    "Somebody else was faster with the time on %(when)s. "
                    "You stay on the list for %(title)s, and we write again."
                )
                % {"when": when, "title": _(title)},
                f"{offer.location.clinic.name}, {offer.location.phone}",
            ]
        )
    _queue(by, patient, offer, f"offer-taken:{offer.pk}", subject, body, now)


def send_other_provider(*, by: Actor, appointment: Appointment, before: str, now: datetime) -> None:
    """Tell a patient that somebody else will treat them, at the hour they know."""
    patient, place = appointment.patient, appointment.location
    if patient is None:
        return
    with speaking(patient.language):
        when = said(appointment.starts_at, place)
        subject = _("Somebody else will see you on %(when)s") % {"when": when}
        words = {"when": when, "now": appointment.provider.name, "before": before}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                _(
                    "%(before)s cannot be there on %(when)s. %(now)s will see you instead, at the same hour. "
                    "If you would rather wait for %(before)s, call us and we find another time."
                )
                % words,
                f"{place.clinic.name}, {place.phone}",
            ]
        )
    messages.queue(
        by=by,
        patient=patient,
        kind="appointment-provider",
        key=f"provider:{appointment.pk}:{appointment.provider_id}:{now.timestamp():.0f}",
        subject=subject,
        body=body,
        due_at=now,
        time_zone=patient.time_zone,
        subject_type="appointment-provider",
        subject_id=appointment.pk,
        urgent=True,
    )


def _queue(by: Actor, patient: Patient, offer: Offer, key: str, subject: str, body: str, now: datetime) -> None:
    messages.queue(
        by=by,
        patient=patient,
        kind="appointment-offer",
        key=key,
        subject=subject,
        body=body,
        due_at=now,
        time_zone=patient.time_zone,
        subject_type=SUBJECT,
        subject_id=offer.pk,
        urgent=True,
    )
