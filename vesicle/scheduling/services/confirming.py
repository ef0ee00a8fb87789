"""Confirming that one comes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.scheduling import queries
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.states import S, locked

CONFIRMED = audit.define("appointment.confirmed", "confirmed that the patient comes")


def confirm(*, by: Actor, appointment: Appointment, now: datetime, way: str = "link") -> Appointment:
    """Note that the patient comes at the time that is booked. Again changes nothing; a move takes it back.

    ``way`` is how they said it: ``link``, ``sms``, ``email``, ``phone``. Raises ``Conflict`` for an appointment that is
    not to come any more.
    """
    by.require(BOOK)
    with transaction.atomic():
        booked = locked(queries.appointment(by, appointment.pk))
        if booked.state != S.BOOKED or booked.starts_at <= now:
            raise Conflict(_("This appointment is not to come any more. Call the clinic, and we will find a time."))
        _note(booked, by=by, now=now, way=way)
        for other in _same_visit(booked):
            _note(locked(other), by=by, now=now, way=way)
    return booked


def _same_visit(booked: Appointment) -> list[Appointment]:
    """Return the treatments that follow each other in one visit with this one: whoever comes, comes for all."""
    if booked.visit is None:
        return []
    rows = Appointment.objects.filter(visit=booked.visit, patient=booked.patient, state=S.BOOKED)
    return list(rows.exclude(pk=booked.pk).order_by("pk"))


def _note(booked: Appointment, *, by: Actor, now: datetime, way: str) -> None:
    if booked.confirmed_at is None:
        booked.confirmed_at = now
        booked.save(update_fields=["confirmed_at"])
        audit.record(CONFIRMED, by=by, about=booked, patient_id=booked.patient_id, detail={"way": way})
