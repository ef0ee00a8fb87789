"""Booked visits whose provider's clearance will have ended by then: found in time, and put before a provider again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy import services as reviews
from vesicle.candidacy.domain.clearance import EXPIRES_SOON, Clearance
from vesicle.clinic.models import Clinic
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.scope import clinic_scope
from vesicle.people import permissions as people_permissions
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.permissions import SEE_DAY

S = Appointment.State


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A booked visit and the clearance as it will stand on its day: ended by then."""

    appointment: Appointment
    clearance: Clearance


def lapsing(actor: Actor, *, now: datetime) -> list[Lapsing]:
    """Return the visits of the next 14 days that are booked on a clearance that will have ended, soonest first.

    In a fixed number of reads.
    """
    actor.require(SEE_DAY)
    actor.require(people_permissions.SEE_PATIENTS)
    rows = Appointment.objects.filter(
        clinic_id=actor.clinic_id,
        state__in=[S.BOOKED, S.ARRIVED],
        patient__isnull=False,
        edition__isnull=False,
        ends_at__gt=now,
        starts_at__lte=now + EXPIRES_SOON,
    ).select_related("patient", "location", "provider")
    asked = {
        row: (row.patient_id or 0, row.option, clock.day_in(row.location.time_zone, row.starts_at))
        for row in rows.order_by("starts_at", "pk")
    }
    if not asked:
        return []
    found = candidacy.clearances_on_days(actor, asked.values())
    return [Lapsing(row, found[key]) for row, key in asked.items() if found[key].blocker == "expired"]


def renew_exams(*, now: datetime) -> int:
    """Ask for a fresh examination for every such visit, at every clinic; return how many wait because of it.

    Safe to repeat: what waits already is not asked for again.
    """
    count = 0
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        with clinic_scope(clinic_id):
            by = Actor.system(clinic_id, "Exams due again")
            for one in lapsing(by, now=now):
                asked = reviews.renew_exam(
                    by=by,
                    patient_id=one.appointment.patient_id or 0,
                    option=one.appointment.option,
                    on=one.clearance.on,
                    now=now,
                )
                count += asked is not None
    return count
