"""Verbs about people: registering patients and staff, holds, contact details."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.core.permissions import STAFF_ROLES, Role
from vesicle.people import hooks, messages, permissions, queries
from vesicle.people.domain import contact_problems, dialable, person_problems
from vesicle.people.models import Hold, Patient, Staff, User

REGISTERED = audit.define("people.patient-registered", "registered the patient")
CHANGED = audit.define("people.patient-changed", "changed the patient's details")
SEEN = audit.define("people.patient-seen", "opened the patient's record")
HOLD_PLACED = audit.define("people.hold-placed", "placed a hold on the patient")
HOLD_RELEASED = audit.define("people.hold-released", "released a hold on the patient")
STAFF_ADDED = audit.define("people.staff-added", "added a member of staff")
STAFF_CHANGED = audit.define("people.staff-changed", "changed a member of staff")

_CHANGEABLE = frozenset(
    {"preferred_name", "pronouns", "email", "phone", "time_zone", "language", "email_allowed", "sms_allowed"}
)


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """What is known about a person when they are registered."""

    first_name: str
    last_name: str
    date_of_birth: date
    email: str
    phone: str
    time_zone: str


def register_patient(
    *,
    by: Actor,
    first_name: str,
    last_name: str,
    date_of_birth: date,
    email: str = "",
    phone: str = "",
    time_zone: str,
    preferred_name: str = "",
    pronouns: str = "",
    language: str = "en",
    email_allowed: bool = True,
    sms_allowed: bool = False,
    at: datetime | None = None,
) -> Patient:
    """Register a patient and return the new record.

    Raises:
        Invalid: a name is missing, a date or contact detail cannot be right, or there is no way to reach them.
        NotPermitted: the actor may not register patients.
    """
    by.require(permissions.REGISTER_PATIENTS)
    made_at = at or clock.now()
    details = _checked(PatientDetails(first_name, last_name, date_of_birth, email, phone, time_zone), made_at.date())
    with transaction.atomic(savepoint=False):
        patient = Patient.objects.create(
            clinic_id=by.clinic_id,
            first_name=details.first_name,
            last_name=details.last_name,
            date_of_birth=details.date_of_birth,
            email=details.email,
            phone=details.phone,
            time_zone=details.time_zone,
            preferred_name=preferred_name.strip(),
            pronouns=pronouns.strip(),
            language=language,
            email_allowed=email_allowed,
            sms_allowed=sms_allowed,
            created_at=made_at,
        )
        audit.record(REGISTERED, by=by, about=patient, patient_id=patient.pk, at=at)
    return patient


def find_or_register(
    *,
    by: Actor,
    first_name: str,
    last_name: str,
    date_of_birth: date,
    email: str = "",
    phone: str = "",
    time_zone: str,
    **more: Any,
) -> Patient:
    """Return the patient with this name, date of birth and e-mail address or phone number, else register one.

    All four have to agree: an address alone never leads a stranger to somebody's record. Takes and raises the same
    as ``register_patient``.
    """
    by.require(permissions.REGISTER_PATIENTS)
    today = clock.now().date()
    details = _checked(PatientDetails(first_name, last_name, date_of_birth, email, phone, time_zone), today)
    with transaction.atomic(savepoint=False):
        # Two requests of one new person wait for each other here, so that the second finds what the first made.
        with connection.cursor() as cursor:
            person = f"{by.clinic_id} {details.first_name} {details.last_name} {date_of_birth}".lower()
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [person])
        return _known(by, details) or register_patient(
            by=by,
            first_name=first_name,
            last_name=last_name,
            date_of_birth=date_of_birth,
            email=email,
            phone=phone,
            time_zone=time_zone,
            **more,
        )


_SAME_PERSON = """
SELECT id, email, phone FROM people_patient
WHERE clinic_id = %s AND lower(last_name) = lower(%s) AND lower(first_name) = lower(%s) AND date_of_birth = %s
ORDER BY id
"""


def _known(by: Actor, details: PatientDetails) -> Patient | None:
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PERSON, [by.clinic_id, details.last_name, details.first_name, details.date_of_birth])
        rows = cursor.fetchall()
    for number, email, phone in rows:
        if (details.email and email.lower() == details.email.lower()) or (
            details.phone and dialable(phone).endswith(dialable(details.phone).lstrip("+"))
        ):
            return Patient.objects.get(pk=number)
    return None


def change_patient(*, by: Actor, patient: Patient, **changes: Any) -> Patient:
    """Change contact details, language, zone or permissions of a patient; return the record.

    Names and date of birth identify a person and stay. A patient may change their own record only.

    Raises:
        Invalid: a field that cannot be changed this way, or a value that cannot be right.
    """
    by.require(permissions.EDIT_PATIENTS)
    queries.require_same_clinic(by, patient)
    queries.require_chart(by, patient.pk)
    if unknown := set(changes) - _CHANGEABLE:
        raise Invalid(f"These cannot be changed here: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=patient.pk)
        before = patient.email_allowed, patient.sms_allowed
        changed = sorted(name for name, value in changes.items() if getattr(patient, name) != value)
        for name in changed:
            value = changes[name]
            setattr(patient, name, value.strip() if isinstance(value, str) else value)
        problems = contact_problems(email=patient.email, phone=patient.phone, time_zone=patient.time_zone)
        if problems:
            raise Invalid(_("Please check the contact details."), fields=problems)
        if changed:
            if changes.get("sms_allowed"):
                patient.sms_stopped_at = None
            patient.save(update_fields=[*changed, "sms_stopped_at"])
            audit.record(CHANGED, by=by, about=patient, patient_id=patient.pk, detail={"fields": changed})
            if before[0] and not patient.email_allowed:
                messages.withdraw(by=by, patient=patient, channel="email")
            if before[1] and not patient.sms_allowed:
                messages.withdraw(by=by, patient=patient, channel="sms")
    return patient


def open_record(*, by: Actor, patient_id: int) -> Patient:
    """Return a patient for a page that shows the record, and note in the audit trail that it was opened."""
    found = queries.patient(by, patient_id)
    audit.record(SEEN, by=by, about=found, patient_id=found.pk)
    return found


def place_hold(*, by: Actor, patient: Patient, reason: str, at: datetime | None = None) -> Hold:
    """Stop a patient from being booked or treated until somebody releases the hold."""
    by.require(permissions.PLACE_HOLDS)
    queries.require_same_clinic(by, patient)
    if not reason.strip():
        raise Invalid(
            "A hold needs a reason.", fields={"reason": "Say why, in a sentence the next colleague understands."}
        )
    placed_at = at or clock.now()
    with transaction.atomic():
        hold = Hold.objects.create(
            clinic_id=by.clinic_id, patient=patient, reason=reason.strip(), placed_at=placed_at, placed_by=by.name
        )
        audit.record(HOLD_PLACED, by=by, about=hold, patient_id=patient.pk, at=at)
    return hold


def release_hold(*, by: Actor, hold: Hold, reason: str, at: datetime | None = None) -> Hold:
    """Release a hold. Only a named member of staff may, and says why.

    Raises:
        Invalid: no reason, or not done by a person.
        Conflict: it was released already.
    """
    by.require(permissions.RELEASE_HOLDS)
    queries.require_same_clinic(by, hold)
    if not by.is_staff:
        raise Invalid("Only a member of staff can release a hold.")
    if not reason.strip():
        raise Invalid("Say why the hold is released.", fields={"reason": "Say what has changed."})
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(pk=hold.pk)
        if hold.released_at is not None:
            raise Conflict("This hold was released already.")
        hold.released_at, hold.released_by_id, hold.release_reason = at or clock.now(), by.id, reason.strip()
        hold.save(update_fields=["released_at", "released_by", "release_reason"])
        audit.record(HOLD_RELEASED, by=by, about=hold, patient_id=hold.patient_id, at=at)
    return hold


def add_staff(
    *,
    by: Actor,
    email: str,
    name: str,
    roles: Collection[Role],
    title: str = "",
    licence: str = "",
    licence_number: str = "",
    licence_state: str = "",
    licence_expires_on: date | None = None,
    password: str | None = None,
    at: datetime | None = None,
) -> Staff:
    """Add a member of staff with an account to sign in.

    Without ``password`` they set one through "forgot password"; a second factor is asked for at the first sign-in.

    Raises:
        Invalid: no or unknown roles, or a provider without a licence.
        Conflict: the e-mail address has an account already.
    """
    by.require(permissions.MANAGE_STAFF)
    _check_staff(name=name, email=email, roles=roles, licence=licence)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email.strip(), password)
            staff = Staff.objects.create(
                clinic_id=by.clinic_id,
                user=user,
                name=name.strip(),
                title=title,
                roles=sorted(role.value for role in roles),
                licence=licence,
                licence_number=licence_number,
                licence_state=licence_state,
                licence_expires_on=licence_expires_on,
            )
            detail = {"name": staff.name, "roles": staff.roles}
            audit.record(STAFF_ADDED, by=by, about=staff, detail=detail, at=at)
    except IntegrityError:
        raise Conflict(f"{email} has an account already. Use another address.") from None
    return staff


def change_staff(
    *,
    by: Actor,
    staff: Staff,
    roles: Collection[Role] | None = None,
    licence: str | None = None,
    licence_expires_on: date | None = None,
    is_active: bool | None = None,
) -> Staff:
    """Change roles, licence or employment of a member of staff. Nobody removes their own account."""
    by.require(permissions.MANAGE_STAFF)
    queries.require_same_clinic(by, staff)
    if is_active is False and by.is_staff and by.id == staff.pk:
        raise Invalid("You cannot end your own account. Ask a colleague.")
    with transaction.atomic():
        staff = Staff.objects.select_related("user").select_for_update(of=("self",)).get(pk=staff.pk)
        staff.roles = sorted(role.value for role in roles) if roles is not None else staff.roles
        staff.licence = staff.licence if licence is None else licence
        staff.licence_expires_on = licence_expires_on or staff.licence_expires_on
        staff.is_active = staff.is_active if is_active is None else is_active
        _check_staff(
            name=staff.name, email=staff.user.email, roles=[Role(role) for role in staff.roles], licence=staff.licence
        )
        staff.save()
        if staff.user.is_active != staff.is_active:
            staff.user.is_active = staff.is_active
            staff.user.save(update_fields=["is_active"])
        detail = {"name": staff.name, "roles": staff.roles, "active": staff.is_active}
        audit.record(STAFF_CHANGED, by=by, about=staff, detail=detail)
        for react in hooks.after_staff_change:
            react(by.clinic_id)
    return staff


def _checked(given: PatientDetails, today: date) -> PatientDetails:
    details = PatientDetails(
        given.first_name.strip(),
        given.last_name.strip(),
        given.date_of_birth,
        given.email.strip(),
        given.phone.strip(),
        given.time_zone,
    )
    problems = person_problems(
        first_name=details.first_name,
        last_name=details.last_name,
        date_of_birth=details.date_of_birth,
        today=today,
    ) | contact_problems(email=details.email, phone=details.phone, time_zone=details.time_zone)
    if problems:
        raise Invalid(_("Please check the details of the person."), fields=problems)
    return details


def _check_staff(*, name: str, email: str, roles: Collection[Role], licence: str) -> None:
    problems = contact_problems(email=email, phone="", time_zone="UTC")
    if not name.strip():
        problems["name"] = "Enter the name."
    if not roles or not set(roles) <= STAFF_ROLES:
        allowed = ", ".join(sorted(role.label.lower() for role in STAFF_ROLES))
        problems["roles"] = f"Choose at least one of: {allowed}."
    if Role.PROVIDER in roles and not licence:
        problems["licence"] = "A provider needs a licence."
    if problems:
        raise Invalid("Please check the details of the member of staff.", fields=problems)
