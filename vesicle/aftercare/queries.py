"""Reads of aftercare, beginning with who is asking."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from vesicle.aftercare.models import AdverseEvent, Alert, CheckIn
from vesicle.aftercare.permissions import RECORD_EVENT, SEE_ALERTS
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound

READ_ALERT = audit.define("aftercare.alert-read", "read an alert")

_RANK = Case(
    *(When(urgency=urgency, then=Value(rank)) for rank, urgency in enumerate(Alert.Urgency.values)),
    default=Value(9),
    output_field=IntegerField(),
)


def check_ins_of(actor: Actor, encounter_id: int) -> Sequence[CheckIn]:
    """Return the check-ins of a visit in order of days; a patient sees their own."""
    rows = CheckIn.objects.filter(clinic_id=actor.clinic_id, encounter_id=encounter_id)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    return list(rows.order_by("day"))


def check_in(actor: Actor, encounter_id: int, day: int) -> CheckIn:
    """Return one check-in. Raises ``NotFound``."""
    rows = CheckIn.objects.filter(clinic_id=actor.clinic_id, encounter_id=encounter_id, day=day)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    found = rows.select_related("encounter__appointment__location", "patient").first()
    if found is None:
        raise NotFound(_("We could not find that check-in."))
    return found


def waiting_check_ins(actor: Actor, *, patient_id: int, now: datetime) -> Sequence[CheckIn]:
    """Return a patient's check-ins that are due and not answered, oldest first."""
    rows = CheckIn.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id, answered_at=None, due_at__lte=now)
    return list(rows.select_related("encounter").order_by("due_at"))


def _alerts(actor: Actor) -> QuerySet[Alert]:
    actor.require(SEE_ALERTS)
    rows = Alert.objects.filter(clinic_id=actor.clinic_id)
    return rows.select_related("patient", "encounter__appointment__location", "check_in", "closed_by")


def open_alerts(actor: Actor) -> Sequence[Alert]:
    """Return open alerts, the most urgent first, then by when they are due."""
    return list(_alerts(actor).filter(closed_at=None).order_by(_RANK, "due_at", "pk"))


def alerts_of(actor: Actor, patient_id: int) -> Sequence[Alert]:
    """Return a patient's open alerts, the most urgent first."""
    return list(_alerts(actor).filter(closed_at=None, patient_id=patient_id).order_by(_RANK, "due_at"))


def recent_alerts(actor: Actor, *, limit: int = 30) -> Sequence[Alert]:
    """Return the alerts closed last."""
    return list(_alerts(actor).exclude(closed_at=None).order_by("-closed_at")[:limit])


def alert(actor: Actor, alert_id: int) -> Alert:
    """Return an alert and note who read it. Raises ``NotFound``."""
    found = _alerts(actor).filter(pk=alert_id).first()
    if found is None:
        raise NotFound("We could not find that alert.")
    audit.record(READ_ALERT, by=actor, about=found, patient_id=found.patient_id)
    return found


def adverse_events(actor: Actor, *, lot_id: int | None = None) -> Sequence[AdverseEvent]:
    """Return the clinic's adverse events, newest first; of one lot, or all."""
    actor.require(RECORD_EVENT)
    rows = AdverseEvent.objects.filter(clinic_id=actor.clinic_id)
    if lot_id is not None:
        rows = rows.filter(lot_id=lot_id)
    rows = rows.select_related("patient", "encounter", "lot__product", "recorded_by").prefetch_related("updates__by")
    return list(rows.order_by("-recorded_at"))


def adverse_event(actor: Actor, event_id: int) -> AdverseEvent:
    """Return one adverse event. Raises ``NotFound``."""
    found = next((event for event in adverse_events(actor) if event.pk == event_id), None)
    if found is None:
        raise NotFound("We could not find that reaction.")
    return found
