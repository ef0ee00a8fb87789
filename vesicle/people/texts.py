"""Ending text messages to somebody who asks for it."""

from datetime import datetime

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.people import messages, permissions, queries
from vesicle.people.models import Patient

STOPPED = audit.define("people.texts-stopped", "asked for no more text messages")


def stop_texts(*, by: Actor, patient: Patient, at: datetime | None = None) -> Patient:
    """Send the patient no text message any more, whatever it is, until they allow it again; return the record."""
    by.require(permissions.EDIT_PATIENTS)
    queries.require_same_clinic(by, patient)
    queries.require_chart(by, patient.pk)
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=patient.pk)
        patient.sms_allowed, patient.sms_stopped_at = False, at or clock.now()
        patient.save(update_fields=["sms_allowed", "sms_stopped_at"])
        audit.record(STOPPED, by=by, about=patient, patient_id=patient.pk, at=at)
        messages.withdraw(by=by, patient=patient, channel="sms")
    return patient
