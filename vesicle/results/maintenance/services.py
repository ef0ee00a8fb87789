"""Plan the reminder of a finished course; move it, cancel it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction

from vesicle.clinic import queries as clinic
from vesicle.core import audit, clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people import messages
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.schema import Option
from vesicle.results.maintenance import domain
from vesicle.results.models import MaintenanceReminder
from vesicle.results.permissions import KEEP_MAINTENANCE
from vesicle.treatment.models import Encounter

PLANNED = audit.define("results.maintenance-planned", "planned the reminder of maintenance")
MOVED = audit.define("results.maintenance-moved", "moved the reminder of maintenance")
CANCELLED = audit.define("results.maintenance-cancelled", "cancelled the reminder of maintenance")
ENDED = audit.define("results.maintenance-ended", "ended the reminder of maintenance")

SUBJECT = "maintenance"
_LONGEST = timedelta(days=3 * 366)
_O = MaintenanceReminder.Outcome
_B = MaintenanceReminder.Basis


def plan_course(by: Actor, encounter: Encounter, now: datetime) -> None:
    """Plan the reminder once the last visit of a course is signed, and end those of earlier courses. Safe to repeat.

    A course is the sessions booked as one, else the visit alone.
    """
    series = encounter.appointment.series
    course = [encounter]
    if series is not None:
        course = list(Encounter.objects.filter(appointment__series=series, signed_at__isnull=False))
    with transaction.atomic():
        earlier = MaintenanceReminder.objects.select_for_update(of=("self",)).filter(
            clinic_id=by.clinic_id,
            patient_id=encounter.patient_id,
            encounter__option=encounter.option,
            encounter__started_at__lt=encounter.started_at,
            settled_at=None,
        )
        for row in earlier if series is None else earlier.exclude(series=series):
            settle(row, _O.FOLLOWED, by=by, now=now)
        if series is not None and len({row.appointment.position for row in course}) < series.sessions:
            return
        last = max(course, key=lambda row: (row.started_at, row.pk))
        about = {"series": series} if series is not None else {"encounter": last}
        row, is_new = MaintenanceReminder.objects.select_for_update(of=("self",)).get_or_create(
            **about,
            defaults={
                "clinic_id": by.clinic_id,
                "patient_id": last.patient_id,
                "encounter": last,
                "planned_at": now,
            },
        )
        if row.settled_at is None and (is_new or row.encounter_id != last.pk):
            row.encounter = last
            set_plan(row, None, by=by, now=now)


def set_plan(row: MaintenanceReminder, measured: domain.Measured | None, *, by: Actor, now: datetime) -> None:
    """Plan a reminder by the protocol and what was measured, and note it where that changes the day or its reason.

    A day that staff chose stays.
    """
    if row.basis == _B.CHOSEN:
        return
    place = row.encounter.appointment.location
    found = domain.plan(clock.day_in(place.time_zone, row.encounter.started_at), interval_of(row.encounter), measured)
    was = row.due_on, row.basis
    row.due_on, row.basis = (found.on, found.basis) if found else (None, _B.UNKNOWN)
    row.measured = asdict(measured) if measured is not None and row.basis == _B.MEASURED else None
    row.look_at = moment_of(row, not_before=now) if row.due_on else None
    row.planned_at = now
    row.save()
    if (row.due_on, row.basis) != was:
        _note(PLANNED, row, by, {"on": str(row.due_on or ""), "basis": row.basis})


def interval_of(encounter: Encounter) -> domain.Interval | None:
    """Return what the protocol of a visit says of repeating it; ``None``: nobody knows, or not for these areas."""
    sessions = option_of(encounter).sections.sessions
    months, areas = sessions.maintenance_months, sessions.maintenance_areas
    if months is None or (areas and not set(areas) & set(encounter.areas)):
        return None
    return domain.Interval(months.min, months.max, sessions.basis in ("convention", "to-confirm"))


def option_of(encounter: Encounter) -> Option:
    """Return the option of a visit, as its edition has it."""
    return option_of_edition(encounter.edition_id, encounter.option, languages.active()).option


def moment_of(row: MaintenanceReminder, *, not_before: datetime) -> datetime:
    """Return when the letter leaves: by day, while the location is open. Raises ``ValueError`` without a day."""
    if row.due_on is None:
        raise ValueError("A reminder without a day has no moment.")
    place = row.encounter.appointment.location
    system = Actor.system(row.clinic_id, "maintenance")
    shut = clinic.closures(system, since=not_before, location_id=place.pk)
    return domain.moment(
        row.due_on,
        place.time_zone,
        row.patient.time_zone,
        clinic.hours(system, place.pk),
        [(one.period.lower, one.period.upper) for one in shut],
        not_before=not_before,
    )


def move(*, by: Actor, reminder: MaintenanceReminder, on: date, reason: str, now: datetime) -> MaintenanceReminder:
    """Have the patient reminded on another day, with a reason. It stays there, whatever is measured later.

    Raises ``Invalid`` without a reason or for a day that is past, ``Conflict`` once a letter was written.
    """
    by.require(KEEP_MAINTENANCE)
    problems = _unsaid(reason)
    today = clock.day_in(reminder.encounter.appointment.location.time_zone, now)
    if not today < on <= today + _LONGEST:
        problems["on"] = "Choose a day from tomorrow on, at most three years ahead."
    if problems:
        raise Invalid("The reminder was not moved.", fields=problems)
    with transaction.atomic():
        row = _locked(by, reminder)
        if row.outcome in (_O.WRITTEN, _O.FOLLOWED) or row.written_at is not None:
            raise Conflict("It was written, or a new visit followed. A course is reminded of once.")
        row.due_on, row.basis, row.measured = on, _B.CHOSEN, None
        row.chosen_by_id, row.reason = by.person_id, reason.strip()
        row.look_at, row.planned_at, row.waits = moment_of(row, not_before=now), now, ""
        row.settled_at, row.outcome = None, ""
        row.save()
        _note(MOVED, row, by, {"on": str(on), "reason": row.reason})
    return row


def cancel(*, by: Actor, reminder: MaintenanceReminder, reason: str, now: datetime) -> MaintenanceReminder:
    """Cancel a reminder, with a reason. A letter that was written and has not left yet is stopped.

    Raises ``Invalid`` without a reason, ``Conflict`` where it is over already.
    """
    by.require(KEEP_MAINTENANCE)
    if problems := _unsaid(reason):
        raise Invalid("The reminder was not cancelled.", fields=problems)
    with transaction.atomic():
        row = _locked(by, reminder)
        stopped = messages.cancel_for(by=by, subject_type=SUBJECT, subject_id=row.pk)
        if row.settled_at is not None and not stopped:
            raise Conflict("There is nothing to cancel any more: it was sent, or is over.")
        row.reason = reason.strip()
        settle(row, _O.CANCELLED, by=by, now=now, code=CANCELLED)
    return row


def settle(row: MaintenanceReminder, outcome: str, *, by: Actor, now: datetime, code: audit.AuditCode = ENDED) -> None:
    """End a reminder and note how."""
    row.settled_at, row.outcome, row.waits = now, outcome, ""
    row.save()
    _note(code, row, by, {"outcome": outcome} | ({"reason": row.reason} if code is CANCELLED else {}))


def _locked(by: Actor, reminder: MaintenanceReminder) -> MaintenanceReminder:
    rows = MaintenanceReminder.objects.select_for_update(of=("self",)).filter(clinic_id=by.clinic_id, pk=reminder.pk)
    row = rows.select_related("patient", "encounter__appointment__location").first()
    if row is None:
        raise NotFound
    return row


def key_of(row: MaintenanceReminder) -> str:
    """Return the key of the letter: one for each course, so the database refuses a second."""
    return f"maintenance:{row.pk}"


def _unsaid(reason: str) -> dict[str, str]:
    return {} if len(reason.strip()) >= 3 else {"reason": "Say why, in a few words the next colleague understands."}


def _note(code: audit.AuditCode, row: MaintenanceReminder, by: Actor, detail: dict[str, str]) -> None:
    audit.record(code, by=by, about=row, patient_id=row.patient_id, detail=detail)
