"""Who is expected for a treatment, for the room that judges everybody again when its rules change."""

from collections.abc import Collection, Iterator
from datetime import datetime

from vesicle.candidacy.hooks import Expected
from vesicle.core import clock
from vesicle.scheduling.models import Appointment

STILL_TO_COME = (Appointment.State.BOOKED, Appointment.State.ARRIVED)


def expected(clinic_id: int, options: Collection[str], now: datetime) -> Iterator[Expected]:
    """Yield everybody with an appointment for one of ``options`` that has not ended, with its day at the location."""
    rows = Appointment.objects.filter(
        clinic_id=clinic_id, option__in=options, state__in=STILL_TO_COME, ends_at__gt=now, patient__isnull=False
    )
    for row in rows.select_related("location").only("patient_id", "option", "starts_at", "location__time_zone"):
        if row.patient_id is not None:
            yield Expected(row.patient_id, row.option, clock.day_in(row.location.time_zone, row.starts_at))
