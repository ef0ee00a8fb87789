"""Writing the reminders that are due, and planning anew where something was measured since."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from vesicle.aftercare.letters import plan_link
from vesicle.candidacy import queries as candidacy
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.core.languages import speaking
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.people import links, messages
from vesicle.people.domain import ChannelName
from vesicle.people.queries import is_on_hold
from vesicle.protocols.queries import offered
from vesicle.results.maintenance import services, wording
from vesicle.results.maintenance.domain import GIVE_UP
from vesicle.results.maintenance.measured import measured_of
from vesicle.results.maintenance.presenters import reason_of
from vesicle.results.models import MaintenanceReminder, PhotoComparison
from vesicle.scheduling.letters import in_their_languages
from vesicle.scheduling.models import Appointment
from vesicle.scheduling.wording import Letter
from vesicle.treatment.models import Encounter

logger = logging.getLogger(__name__)
TRY_AGAIN = timedelta(minutes=15)
LOOK_AGAIN = timedelta(days=1)
NOT_AFTER = timedelta(days=7)
_AT_ONCE = 500
_O, _W, _S = MaintenanceReminder.Outcome, MaintenanceReminder.Waits, Appointment.State


def run_due(*, now: datetime) -> int:
    """Plan anew where photographs were compared since, then write what is due, in every clinic.

    Returns how many letters that was. Two workers never write the same one.
    """
    with every_clinic("one worker writes the reminders of the whole installation"):
        newer = PhotoComparison.objects.filter(encounter=OuterRef("encounter"), ended_at__gt=OuterRef("planned_at"))
        open_ones = MaintenanceReminder.objects.filter(settled_at=None)
        stale = open_ones.filter(Exists(newer)).exclude(basis=MaintenanceReminder.Basis.CHOSEN)
        found = list(stale.order_by("pk").values_list("pk", "clinic_id")[:_AT_ONCE])
        _each(found, now, is_due=False)
        due = open_ones.filter(look_at__lte=now).order_by("look_at", "pk")
        return _each(list(due.values_list("pk", "clinic_id")[:_AT_ONCE]), now, is_due=True)


def _each(found: list[tuple[int, int]], now: datetime, *, is_due: bool) -> int:
    count = 0
    for pk, clinic_id in found:
        with clinic_scope(clinic_id):
            try:
                count += _one(pk, Actor.system(clinic_id, "maintenance"), now, is_due=is_due)
            except Exception:
                # One that cannot be written must not hold up the others.
                logger.exception("Maintenance reminder %s could not be seen to", pk)
                MaintenanceReminder.objects.filter(pk=pk, settled_at=None, look_at__lte=now).update(
                    look_at=now + TRY_AGAIN
                )
    return count


def _one(pk: int, by: Actor, now: datetime, *, is_due: bool) -> bool:
    with transaction.atomic():
        rows = MaintenanceReminder.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.filter(pk=pk, settled_at=None)
        row = rows.select_related(
            "patient", "encounter__clinic", "encounter__appointment__location", "encounter__appointment__series"
        ).first()
        if row is None:
            return False
        services.set_plan(row, measured_of(row.encounter), by=by, now=now)
        return is_due and row.look_at is not None and _write(row, by=by, now=now)


def _write(row: MaintenanceReminder, *, by: Actor, now: datetime) -> bool:
    """Write one reminder, have it wait, or end it; return whether a letter is on its way."""
    if row.due_on is None or row.look_at is None:
        return False
    if _is_followed(row):
        services.settle(row, _O.FOLLOWED, by=by, now=now)
        return False
    today = clock.day_in(row.encounter.appointment.location.time_zone, now)
    if today > row.due_on + GIVE_UP:
        services.settle(row, _O.LATE, by=by, now=now)
        return False
    row.waits = _obstacle(row, by, now)
    moment = services.moment_of(row, not_before=now + LOOK_AGAIN if row.waits else now)
    if row.waits or moment > now:
        row.look_at = moment
        row.save(update_fields=["waits", "look_at"])
        return False
    channel = messages.way_to(row.patient, "email")
    if channel is None:
        services.settle(row, _O.UNREACHABLE, by=by, now=now)
        return False
    row.written_at = now
    services.settle(row, _O.WRITTEN, by=by, now=now)
    return _send(row, channel, by=by, now=now)


def _is_followed(row: MaintenanceReminder) -> bool:
    last = row.encounter
    later = Encounter.objects.filter(clinic_id=row.clinic_id, patient_id=row.patient_id, option=last.option)
    return later.filter(started_at__gt=last.started_at, signed_at__isnull=False).exclude(pk=last.pk).exists()


def _obstacle(row: MaintenanceReminder, by: Actor, now: datetime) -> str:
    """Return what speaks against writing at present; empty where nothing does."""
    option = row.encounter.option
    ahead = Appointment.objects.filter(clinic_id=row.clinic_id, patient_id=row.patient_id, option=option)
    if ahead.filter(state__in=[_S.BOOKED, _S.ARRIVED, _S.IN_TREATMENT], ends_at__gte=now - LOOK_AGAIN).exists():
        return _W.BOOKED
    if is_on_hold(row.clinic_id, row.patient_id):
        return _W.HOLD
    try:
        offered(row.clinic_id, option)
    except NotFound:
        return _W.NOT_OFFERED
    today = clock.day_in(row.encounter.appointment.location.time_zone, now)
    found = candidacy.clearance(by, patient_id=row.patient_id, option_id=option, on=today).verdict
    return _W.NOT_SUITABLE if found is not None and found.verdict in ("unsuitable", "defer") else _W.NOTHING


def _send(row: MaintenanceReminder, channel: ChannelName, *, by: Actor, now: datetime) -> bool:
    patient, encounter = row.patient, row.encounter
    link = plan_link(by=by, encounter=encounter, now=now, page="results")
    with speaking(patient.language):
        letter = _words(row, channel, link)
    if channel == "email":
        letter = in_their_languages(letter, lambda: _words(row, channel, link), patient.language, row.clinic_id)
    sent = messages.queue(
        by=by,
        patient=patient,
        channel=channel,
        kind="maintenance",
        key=services.key_of(row),
        subject=letter.subject,
        body=letter.body,
        due_at=now,
        time_zone=patient.time_zone,
        subject_type=services.SUBJECT,
        subject_id=row.pk,
        not_after=now + NOT_AFTER,
    )
    return sent is not None


def _words(row: MaintenanceReminder, channel: ChannelName, link: str) -> Letter:
    encounter, place = row.encounter, row.encounter.appointment.location
    if channel == "sms":
        return Letter("", wording.text(clinic=encounter.clinic.name, link=link))
    subject, body = wording.letter(
        called=row.patient.called,
        treatment=_(services.option_of(encounter).title),
        on=clock.day_in(place.time_zone, encounter.started_at),
        why=reason_of(row),
        result=link,
        book=links.link_url(f"/book/?option={encounter.option}"),
        sender=f"{encounter.clinic.name}, {place.phone}",
    )
    return Letter(subject, body)
