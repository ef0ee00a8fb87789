"""What a patient still has to do before a visit. Later steps add to the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vesicle.candidacy.domain.clearance import Clearance
from vesicle.candidacy.queries import clearance
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.languages import ENGLISH, supported
from vesicle.scheduling.gates import visits_before
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.money_queries import deposit_to_pay
from vesicle.scheduling.prices import Money


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, or done. ``state`` is ``done``, ``due`` or ``blocked``."""

    label: str
    state: str
    note: str = ""
    url: str = ""


FindSteps = Callable[[Actor, Appointment, str, datetime], list[NextStep]]
"""Given the patient, the appointment, the key of its private address and the time, the steps of one room."""

sources: list[FindSteps] = []
"""Filled by later steps when they start (``consent`` adds the signature)."""


def steps_for(actor: Actor, appointment: Appointment, key: str, now: datetime) -> list[NextStep]:
    """Return everything there is to do before this visit, in the order of the path; for others than treatments, pay."""
    to_pay = _deposit(appointment, key)
    if not appointment.treats:
        return to_pay
    later = [step for find in sources for step in find(actor, appointment, key, now)]
    return [*to_pay, *_health(actor, appointment, key), *_before(actor, appointment), *later]


def _deposit(appointment: Appointment, key: str) -> list[NextStep]:
    found = deposit_to_pay(appointment)
    if found is None:
        return []
    note = _("counts towards the price of your visit")
    url = reverse("scheduling:pay", args=[key])
    label = _("Pay the deposit of %(amount)s") % {"amount": Money(found.amount, found.currency)}
    return [NextStep(label, "due", note, url)]


def _before(actor: Actor, appointment: Appointment) -> list[NextStep]:
    """Return the patch test or consultation that has to come first: still to come, or not clear."""
    if appointment.patient is None:
        return []
    found = visits_before(actor, appointment.patient, appointment)
    if found is None:
        return []
    state = {"open": "done", "due": "due", "closed": "blocked"}[found.state]
    return [NextStep(found.label, state, found.says)]


def _health(actor: Actor, appointment: Appointment, key: str) -> list[NextStep]:
    """Return the state of the health questions on the day of the visit: answers grow old, and reviews take time."""
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    found = clearance(actor, patient_id=actor.person_id, option_id=appointment.option, on=on)
    if found.may_treat:
        return [NextStep(_("Health questions"), "done", _("checked by a provider"))]
    url = reverse("scheduling:answers", args=[key])
    return [NextStep(_("Health questions"), "due", _why(found), url)]


def _why(found: Clearance) -> str:
    """Return why the answers do not do yet. The exact reasons are in the protocols' English; elsewhere, what to do."""
    if supported(get_language() or "") == ENGLISH:
        return found.not_treat[0]
    return {
        "screening": _("Some questions are not answered yet."),
        "answers": _("Some answers are too old to rely on. Please confirm them."),
        "expired": _("A provider has to look at your answers again."),
        "condition": _("A provider waits for something before this can be given."),
        "rules": _("Your answers speak against this treatment for now. Call us."),
    }.get(found.blocker, _("A provider still has to look at your answers."))
