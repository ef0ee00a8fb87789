"""What scheduling adds to the patient's home page, and to the worker's round."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.periodic import PeriodicJob
from vesicle.core.scope import every_clinic
from vesicle.people.patient_home import Card
from vesicle.scheduling import exams, offering, queries, reminding, services, waiting_queries
from vesicle.scheduling.bookable import bookable, of_appointment
from vesicle.scheduling.models import Offer, WaitlistEntry
from vesicle.scheduling.notices import write_due
from vesicle.scheduling.offer_letters import said


def cards(actor: Actor) -> list[Card]:
    """Return a card for each appointment to come."""
    found = []
    for row in queries.upcoming(actor, patient_id=actor.person_id, now=clock.now()):
        local = row.starts_at.astimezone(ZoneInfo(row.location.time_zone))
        when = f"{local:%A, %B} {local.day}, {local.hour % 12 or 12}:{local:%M %p %Z}"
        found.append(
            Card(
                title=of_appointment(row).title,
                text=f"{when}, {row.location.name}, with {row.provider.name}.",
                url=reverse("scheduling:appointment", args=[row.pk]),
                action="See your appointment",
                rank=2,
                when=row.starts_at,
            )
        )
    found += [_offered(offer) for offer in waiting_queries.open_offers(actor)]
    found += [_waiting(entry) for entry in waiting_queries.own_entries(actor)]
    return found


def _offered(offer: Offer) -> Card:
    return Card(
        title="A time is kept for you" if offer.hold_id else "A time became free",
        text=f"{said(offer.starts_at, offer.location)}, {offer.location.name}. Our message has the link to answer.",
        rank=1,
        icon="clock",
        when=offer.expires_at,
    )


def _waiting(entry: WaitlistEntry) -> Card:
    what = bookable(entry.clinic_id, entry.option)
    return Card(
        title=f"You wait for {what.title}",
        text=f"From {entry.first_day:%B} {entry.first_day.day} to {entry.last_day:%B} {entry.last_day.day}. "
        "We write when a time becomes free.",
        url=f"{reverse('scheduling:join')}?option={entry.option}" + "".join(f"&areas={area}" for area in entry.areas),
        action="Change when you could come",
        icon="clock",
        rank=3,
    )


def _clean_holds() -> None:
    with every_clinic("one worker gives back the stale holds of the whole installation"):
        services.release_stale_holds(now=clock.now())
        services.forget_visitors(now=clock.now())


clean_holds = PeriodicJob("stale holds", timedelta(minutes=1), _clean_holds)


def _write_letters() -> None:
    with every_clinic("one worker writes the letters of the whole installation"):
        write_due(now=clock.now())


def _write_reminders() -> None:
    with every_clinic("one worker writes the reminders of the whole installation"):
        reminding.write_due(now=clock.now())


write_reminders = PeriodicJob("reminders of appointments", timedelta(seconds=20), _write_reminders)
write_letters = PeriodicJob("letters about appointments", timedelta(seconds=2), _write_letters)


def _settle_payments() -> None:
    with every_clinic("one worker gives deposits back for the whole installation"):
        services.settle_open_payments(now=clock.now())


settle_payments = PeriodicJob("payments and refunds", timedelta(minutes=1), _settle_payments)


def _pass_offers_on() -> None:
    with every_clinic("one worker looks after the waiting lists of the whole installation"):
        offering.run_due(now=clock.now())


pass_offers_on = PeriodicJob("waiting lists", timedelta(seconds=5), _pass_offers_on)


def _renew_exams() -> None:
    exams.renew_exams(now=clock.now())


renew_exams = PeriodicJob("exams due again", timedelta(hours=1), _renew_exams)
