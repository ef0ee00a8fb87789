"""Sign, withdraw, and decide about photographs."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.clinic.services.site import site_changed
from vesicle.consent import hooks, queries
from vesicle.consent.domain import is_signature_of, problems_with, valid_until
from vesicle.consent.models import ConsentWithdrawal, PhotoConsent, SignedConsent
from vesicle.consent.permissions import SIGN
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.models import Patient
from vesicle.scheduling.models import Appointment

SIGNED = audit.define("consent.signed", "signed a consent")
WITHDRAWN = audit.define("consent.withdrawn", "withdrew a consent")
PHOTO = audit.define("consent.photo-decided", "decided what photographs may be used for")

_DRAWING_LIMIT = 20_000


def sign(
    *,
    by: Actor,
    appointment: Appointment,
    shown_hash: str,
    acknowledgements: Sequence[str],
    signature: str,
    now: datetime,
    drawing: str = "",
    in_own_words: str = "",
) -> SignedConsent:
    """Sign the consent for an appointment; the text is frozen as it was shown.

    ``shown_hash`` is the hash of the document the patient had on the screen. Raises ``Invalid`` with
    the fields to mend; nothing is stored then.
    """
    by.require(SIGN)
    if appointment.patient is None or appointment.patient_id != by.id:
        raise NotFound
    document = queries.document_for(appointment)
    problems = problems_with(
        document,
        shown_hash=shown_hash,
        ticked=acknowledgements,
        signature=signature,
        patient_name=appointment.patient.full_name,
    )
    if len(drawing) > _DRAWING_LIMIT or not set(drawing) <= set("MLmlZz0123456789 .,-"):
        problems["drawing"] = _("The drawn signature could not be read. Clear it and sign again.")
    if problems:
        raise Invalid(_("Your consent is not signed yet. Please look at what is marked."), fields=problems)
    signed_on = clock.day_in(appointment.location.time_zone, now)
    with transaction.atomic():
        consent = SignedConsent.objects.create(
            clinic_id=by.clinic_id,
            patient=appointment.patient,
            appointment=appointment,
            edition_id=appointment.treated_under,
            option=appointment.option,
            protocol_version=queries.protocol_version(appointment),
            areas=appointment.areas,
            document=document.as_json(),
            document_hash=document.hash,
            acknowledgements=[tick.id for tick in document.ticks],
            in_own_words=in_own_words.strip(),
            signature=signature.strip(),
            drawing=drawing,
            signed_at=now,
            valid_until=valid_until(signed_on, document.valid_months),
        )
        audit.record(SIGNED, by=by, about=consent, patient_id=by.id, detail={"hash": document.hash})
    return consent


def withdraw(*, by: Actor, consent: SignedConsent, now: datetime, reason: str = "") -> ConsentWithdrawal:
    """Withdraw a consent. Raises ``Conflict`` when that was done already."""
    by.require(SIGN)
    if consent.patient_id != by.id:
        raise NotFound
    with transaction.atomic():
        row, is_new = ConsentWithdrawal.objects.get_or_create(
            consent=consent, defaults={"clinic_id": by.clinic_id, "reason": reason.strip(), "withdrawn_at": now}
        )
        if not is_new:
            raise Conflict(_("You have withdrawn this consent already."))
        audit.record(WITHDRAWN, by=by, about=consent, patient_id=by.id)
    return row


def set_photo_consent(
    *, by: Actor, patient: Patient, use: str, is_given: bool, signature: str, now: datetime
) -> PhotoConsent:
    """Record a yes or no to one use of photographs. A yes needs the patient's typed name."""
    by.require(SIGN)
    if patient.pk != by.id:
        raise NotFound
    if use not in PhotoConsent.Use.values:
        raise Invalid("Choose one of the uses listed.", fields={"use": "Unknown use."})
    if is_given and problems_with_name(signature, patient):
        message = _("Type your name as we have it: %(name)s.") % {"name": patient.full_name}
        raise Invalid(_("Nothing was changed: your name is missing."), fields={"signature": message})
    with transaction.atomic():
        # Whoever shows a photograph takes the same lock: a "no" comes wholly before that or wholly after.
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        row = PhotoConsent.objects.create(
            clinic_id=by.clinic_id,
            patient=patient,
            use=use,
            is_given=is_given,
            signature=signature.strip(),
            at=now,
            by_name=by.name,
        )
        audit.record(PHOTO, by=by, about=row, patient_id=patient.pk, detail={"use": use, "given": is_given})
        if not is_given:
            # A page may show what was counted from photographs; it is worked out anew without these.
            site_changed(by.clinic_id)
        for act in hooks.after_photo_decision:
            act(by, row, now)
    return row


def problems_with_name(signature: str, patient: Patient) -> bool:
    """Whether a typed name is not the patient's."""
    return not is_signature_of(signature, patient.full_name)
