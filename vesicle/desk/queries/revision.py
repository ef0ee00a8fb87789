"""A number for the state of a location's days, so that an open board can ask cheaply whether anything changed."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db import connection

from vesicle.clinic.models import Location
from vesicle.core.actor import Actor
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.permissions import SEE_DAY

_REVISION = """
WITH shown AS MATERIALIZED (
    SELECT id, patient_id, state, hold_expires_at FROM scheduling_appointment
    WHERE location_id = %(place)s AND starts_at < %(ends)s AND starts_at > %(begins)s
)
SELECT
    (SELECT (count(*), max(s.id))::text FROM scheduling_appointmentstatus s
     WHERE s.appointment_id IN (SELECT id FROM shown)),
    (SELECT max(f.id) FROM scheduling_flowstep f WHERE f.appointment_id IN (SELECT id FROM shown)),
    (SELECT count(*) FROM shown WHERE state = 'held' AND hold_expires_at > %(now)s),
    (SELECT (count(*), max(c.id))::text FROM clinic_closure c
     WHERE c.clinic_id = %(clinic)s AND c.period && tstzrange(%(begins)s, %(ends)s)),
    (SELECT (count(*), max(h.id), sum(h.id))::text FROM clinic_hours h WHERE h.location_id = %(place)s),
    (SELECT max(c.id) FROM consent_signedconsent c WHERE c.patient_id IN (SELECT patient_id FROM shown)),
    (SELECT (count(*), max(h.id), count(h.released_at))::text FROM people_hold h
     WHERE h.patient_id IN (SELECT patient_id FROM shown)),
    (SELECT (count(*), count(a.closed_at))::text FROM aftercare_alert a
     WHERE a.patient_id IN (SELECT patient_id FROM shown)),
    (SELECT (max(r.id), max(d.id))::text FROM candidacy_review r
     LEFT JOIN candidacy_reviewdecision d ON d.review_id = r.id WHERE r.patient_id IN (SELECT patient_id FROM shown)),
    (SELECT max(s.id) FROM candidacy_screening s WHERE s.patient_id IN (SELECT patient_id FROM shown))
"""
"""Whatever the board shows leaves a row with a higher number or changes a count in one of these, all by an index."""


def revision(actor: Actor, place: Location, first: date, last: date, *, now: datetime) -> str:
    """Return a short text that changes whenever something on the board of these days does, in one query."""
    actor.require(SEE_DAY)
    begins = local_moment(first, time.min, place.time_zone) - timedelta(hours=12)
    ends = local_moment(last + timedelta(days=1), time.min, place.time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            _REVISION,
            {"place": place.pk, "clinic": actor.clinic_id, "begins": begins, "ends": ends, "now": now},
        )
        row = cursor.fetchone()
    return sha256(repr(row).encode()).hexdigest()[:16]
