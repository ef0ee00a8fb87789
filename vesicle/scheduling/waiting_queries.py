"""Reads of the waiting list and of offers, beginning with who is asking."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.people.links import open_link
from vesicle.scheduling.models import Offer, WaitlistEntry
from vesicle.scheduling.offer_letters import LINK
from vesicle.scheduling.offering import person_of
from vesicle.scheduling.permissions import SEE_DAY

State = WaitlistEntry.State
_WHOLE = ("entry__patient", "appointment__patient", "appointment__location", "location", "hold__provider")


def entries(actor: Actor) -> list[WaitlistEntry]:
    """Return who waits at the clinic, in the order of their turn."""
    actor.require(SEE_DAY)
    rows = WaitlistEntry.objects.filter(clinic_id=actor.clinic_id, state=State.OPEN)
    return list(rows.select_related("patient", "location", "provider").order_by("joined_at", "pk"))


def entry(actor: Actor, entry_id: int) -> WaitlistEntry:
    """Return an entry: staff their clinic's, patients their own. Raises ``NotFound``."""
    rows = WaitlistEntry.objects.filter(clinic_id=actor.clinic_id, pk=entry_id)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    else:
        actor.require(SEE_DAY)
    found = rows.select_related("patient", "location").first()
    if found is None:
        raise NotFound(_("We could not find that place on the waiting list."))
    return found


def own_entries(actor: Actor) -> list[WaitlistEntry]:
    """Return what a patient waits for."""
    rows = WaitlistEntry.objects.filter(clinic_id=actor.clinic_id, patient_id=actor.person_id, state=State.OPEN)
    return list(rows.select_related("location").order_by("joined_at"))


def open_offers(actor: Actor) -> list[Offer]:
    """Return the offers that are open: all of the clinic for staff, their own for patients; the soonest clock first."""
    rows = Offer.objects.filter(clinic_id=actor.clinic_id, state=Offer.State.OPEN).select_related(*_WHOLE)
    if actor.is_patient:
        rows = rows.filter(Q(entry__patient_id=actor.person_id) | Q(appointment__patient_id=actor.person_id))
    else:
        actor.require(SEE_DAY)
    return list(rows.order_by("expires_at", "pk"))


def offer(actor: Actor, offer_id: int) -> Offer:
    """Return an offer: staff their clinic's, patients their own. Raises ``NotFound``."""
    found = Offer.objects.filter(clinic_id=actor.clinic_id, pk=offer_id).select_related(*_WHOLE).first()
    if found is None or (actor.is_patient and person_of(found).pk != actor.person_id):
        raise NotFound(_("We could not find that offer."))
    if not actor.is_patient:
        actor.require(SEE_DAY)
    return found


def offer_by_token(token: str, *, now: datetime) -> Offer:
    """Return the offer that a private link opens. Raises ``LinkGone``."""
    link = open_link(token, purpose=LINK, now=now)
    found = Offer.objects.filter(pk=link.subject_id or 0).select_related(*_WHOLE).first()
    if found is None:
        raise NotFound(_("We could not find that offer."))
    return found
