"""Reads of people, beginning with who is asking. Another clinic's record looks like none at all."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import CharField, F, Func, Q, Value

from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.core.models import AuditEntry
from vesicle.core.scope import ClinicOwned
from vesicle.people import permissions
from vesicle.people.domain import dialable
from vesicle.people.models import Hold, Message, Patient, Staff

_FEWEST_DIGITS = 4
"""A number shorter than this would find half the clinic."""
_ON_HOLD = """
SELECT EXISTS (SELECT 1 FROM people_hold WHERE clinic_id = %s AND patient_id = %s AND released_at IS NULL)
"""


def require_same_clinic(actor: Actor, record: ClinicOwned) -> None:
    """Raise ``NotFound`` when ``record`` belongs to another clinic than ``actor``."""
    if record.clinic_id != actor.clinic_id:
        raise NotFound


def named_staff_id(actor: Actor) -> int:
    """Return the id of the member of staff who signs. Raises ``Invalid`` for everybody and everything else."""
    if not actor.is_staff or actor.id is None:
        raise Invalid("This is signed by a named member of staff.")
    return actor.id


def require_chart(actor: Actor, patient_id: int) -> None:
    """Let pass who may see a patient's record: the patient, staff with the permission, the system.

    Raises:
        NotFound: somebody else's record.
        NotPermitted: staff whose role does not include looking up patients.
    """
    if actor.is_patient and actor.id == patient_id:
        return
    if actor.is_patient or actor.kind == "visitor":
        raise NotFound
    actor.require(permissions.SEE_PATIENTS)


def patient(actor: Actor, patient_id: int) -> Patient:
    """Return one patient. Raises ``NotFound`` when there is none within the actor's reach."""
    found = Patient.objects.filter(clinic_id=actor.clinic_id, pk=patient_id).first()
    if found is None:
        raise NotFound("We could not find that patient.")
    require_chart(actor, found.pk)
    return found


def own_record(actor: Actor) -> Patient:
    """Return the signed-in patient's own record. Raises ``NotFound`` for everybody else."""
    if not actor.is_patient or actor.id is None:
        raise NotFound
    return patient(actor, actor.id)


def search(actor: Actor, text: str, *, limit: int = 20) -> Sequence[Patient]:
    """Return patients whose name, e-mail address, phone number or date of birth begins like ``text``.

    Every word must match something. Empty text finds nobody.
    """
    actor.require(permissions.SEE_PATIENTS)
    words = text.split()
    if not words:
        return []
    digits_of_phone = Func(
        F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    rows = Patient.objects.filter(clinic_id=actor.clinic_id).alias(phone_digits=digits_of_phone)
    for word in words:
        match = Q(first_name__istartswith=word) | Q(last_name__istartswith=word) | Q(preferred_name__istartswith=word)
        match |= Q(email__istartswith=word)
        if len(digits := dialable(word).lstrip("+")) >= _FEWEST_DIGITS:
            match |= Q(phone_digits__contains=digits) | Q(date_of_birth__contains=word)
        rows = rows.filter(match)
    return list(rows.order_by("last_name", "first_name", "pk")[:limit])


def latest(actor: Actor, *, limit: int = 30) -> Sequence[Patient]:
    """Return the patients registered last, newest first."""
    actor.require(permissions.SEE_PATIENTS)
    return list(Patient.objects.filter(clinic_id=actor.clinic_id).order_by("-created_at", "-pk")[:limit])


def active_holds(actor: Actor, patient_id: int) -> tuple[Hold, ...]:
    """Return the holds in force for a patient, oldest first.

    Also answers code that acts for a visitor (booking online): it may learn that there is a hold. The reason is
    shown to staff alone; everybody else is asked to call.
    """
    if actor.kind != "visitor":
        require_chart(actor, patient_id)
    rows = Hold.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id, released_at=None)
    return tuple(rows.order_by("placed_at", "pk"))


def is_on_hold(clinic_id: int, patient_id: int) -> bool:
    """Return whether somebody placed a hold on a patient; asked of every booking, so in one small statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_HOLD, [clinic_id, patient_id])
        return bool(cursor.fetchone()[0])


def hold(actor: Actor, hold_id: int) -> Hold:
    """Return one hold, for staff. Raises ``NotFound``."""
    actor.require(permissions.SEE_PATIENTS)
    found = Hold.objects.select_related("patient").filter(clinic_id=actor.clinic_id, pk=hold_id).first()
    if found is None:
        raise NotFound("We could not find that hold.")
    return found


def staff_member(actor: Actor, staff_id: int) -> Staff:
    """Return one member of staff. Raises ``NotFound``."""
    actor.require(permissions.SEE_STAFF)
    found = Staff.objects.select_related("user").filter(clinic_id=actor.clinic_id, pk=staff_id).first()
    if found is None:
        raise NotFound("We could not find that member of staff.")
    return found


def staff(actor: Actor) -> Sequence[Staff]:
    """Return everybody who works here, by name."""
    actor.require(permissions.SEE_STAFF)
    return list(Staff.objects.filter(clinic_id=actor.clinic_id, is_active=True).order_by("name"))


def messages_to(actor: Actor, patient_id: int) -> Sequence[Message]:
    """Return the messages to a patient, newest first."""
    if not actor.is_patient:
        actor.require(permissions.SEE_MESSAGES)
    patient(actor, patient_id)
    return list(Message.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id).order_by("-due_at", "-pk"))


def failed_messages(actor: Actor, *, limit: int = 50) -> Sequence[Message]:
    """Return messages that could not be sent, newest first, for the board."""
    actor.require(permissions.SEE_MESSAGES)
    rows = Message.objects.select_related("patient").filter(clinic_id=actor.clinic_id, failed_at__isnull=False)
    return list(rows.order_by("-failed_at")[:limit])


def own_trail(actor: Actor, *, limit: int = 200) -> Sequence[AuditEntry]:
    """Return who looked at or changed the patient's own record, newest first."""
    actor.require(permissions.SEE_OWN_DATA)
    rows = AuditEntry.objects.filter(clinic_id=actor.clinic_id, patient_id=actor.id)
    return list(rows.order_by("-at", "-pk")[:limit])
