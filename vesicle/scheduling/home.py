"""What scheduling adds to the patient's home page, and to the worker's round."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.languages import told
from vesicle.core.periodic import PeriodicJob
from vesicle.core.scope import every_clinic
from vesicle.core.spoken import filled
from vesicle.people.patient_home import Card
from vesicle.scheduling import exams, offering, queries, reminding, services, waiting_queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.courses import said_day
from vesicle.scheduling.letters import Words
from vesicle.scheduling.models import Offer, WaitlistEntry
from vesicle.scheduling.notices import write_due
from vesicle.scheduling.offer_letters import said


def cards(actor: Actor) -> list[Card]:
    """Return a card for each appointment to come."""
    found = []
    for row in queries.upcoming(actor, patient_id=actor.person_id, now=clock.now()):
        words = Words(row)
        found.append(
            Card(
                title=words.title,
                text=_("%(when)s, %(place)s, with %(name)s.")
                % {"when": words.when, "place": row.location.name, "name": row.provider.name},
                url=reverse("scheduling:appointment", args=[row.pk]),
                action=_("See your appointment"),
                rank=2,
                when=row.starts_at,
            )
        )
    found += [_offered(offer) for offer in waiting_queries.open_offers(actor)]
    found += [_waiting(entry) for entry in waiting_queries.own_entries(actor)]
    return found


def _offered(offer: Offer) -> Card:
    return Card(
        title=_("A time is kept for you") if offer.hold_id else _("A time became free"),
        text=f"{said(offer.starts_at, offer.location)}, {offer.location.name}. "
        + _("Our message has the link to answer."),
        rank=1,
        icon="clock",
        when=offer.expires_at,
    )


def _waiting(entry: WaitlistEntry) -> Card:
    what = bookable(entry.clinic_id, entry.option)
    return Card(
        title=filled(_("You wait for %(title)s"), {"title": told(what.title)}),
        text=_("From %(first)s to %(last)s. We write when a time becomes free.")
        % {"first": said_day(entry.first_day), "last": said_day(entry.last_day)},
        url=f"{reverse('scheduling:join')}?option={entry.option}" + "".join(f"&areas={area}" for area in entry.areas),
        action=_("Change when you could come"),
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
