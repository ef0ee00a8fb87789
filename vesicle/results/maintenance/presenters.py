"""A reminder in words, for its patient and for staff, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.core import clock
from vesicle.results.maintenance import services, wording
from vesicle.results.maintenance.domain import Measured
from vesicle.results.models import MaintenanceReminder

_B, _O = MaintenanceReminder.Basis, MaintenanceReminder.Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """When and why. ``for_patient`` is empty where a patient is told nothing; ``state`` is for staff, in English."""

    state: str
    for_patient: str
    why: str


def told(row: MaintenanceReminder | None) -> Told | None:
    """Return a reminder in words; ``None`` without one."""
    if row is None:
        return None
    return Told(_state(row), _for_patient(row), reason_of(row))


def reason_of(row: MaintenanceReminder) -> str:
    """Return why a reminder is planned as it is, for the patient, in the language in force."""
    encounter = row.encounter
    last = clock.day_in(encounter.appointment.location.time_zone, encounter.started_at)
    measured = Measured(**row.measured) if row.measured else None
    return wording.reason(last, services.interval_of(encounter), measured)


def _for_patient(row: MaintenanceReminder) -> str:
    if row.outcome == _O.WRITTEN and row.written_at is not None:
        zone = row.encounter.appointment.location.time_zone
        return _("We wrote to you about it on %(day)s.") % {"day": _day(clock.day_in(zone, row.written_at))}
    if row.outcome:
        return ""
    leaves = row.leaves_on
    if leaves is None:
        return _(
            "How often a repeat makes sense is not known, and too little is measured yet to say when your result may "
            "fade."
        )
    if row.basis == _B.CHOSEN:
        return _("We write to you around %(day)s, as your clinic decided.") % {"day": _day(leaves)}
    return _("We plan to write to you around %(day)s.") % {"day": _day(leaves)}


def _state(row: MaintenanceReminder) -> str:
    if row.outcome:
        when = f", {row.settled_at:%B} {row.settled_at.day}, {row.settled_at.year}" if row.settled_at else ""
        return f"{row.get_outcome_display()}{when}."
    leaves = row.leaves_on
    if leaves is None:
        return "Nothing is planned: the protocol knows no interval, and the photographs do not show a return yet."
    by = f" by {row.chosen_by.name}" if row.chosen_by is not None and row.basis == _B.CHOSEN else ""
    basis = "chosen" if row.basis == _B.CHOSEN else row.get_basis_display().lower()
    waits = f" It waits: {row.get_waits_display().lower()}." if row.waits else ""
    return f"The letter leaves on {leaves:%B} {leaves.day}, {leaves.year} ({basis}{by}).{waits}"


def _day(day: date) -> str:
    return date_format(day, pgettext("a day in words", "F j, Y"))
