"""From a request to the person behind it: a signed-in member of staff or a patient with a session."""

from collections.abc import Callable

from django.http import HttpRequest

from vesicle.core.actor import Actor
from vesicle.core.permissions import Role
from vesicle.core.scope import every_clinic
from vesicle.people import factors
from vesicle.people.models import Patient, Staff

PATIENT_KEY = "patient_id"
CLINIC_KEY = "patient_clinic_id"

programs: list[Callable[[HttpRequest], Actor | None]] = []
"""Filled by ``interop``: from a request with another program's key to the program."""


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who is asking, or ``None`` for a visitor.

    A program with a key is just that. Then staff come before patients: somebody who is signed in as staff acts as staff
    even where an old patient session lingers in the same browser. A password without a second factor makes nobody
    staff.
    """
    if program := next((found for find in programs if (found := find(request))), None):
        return program
    if request.user.is_authenticated:
        if not factors.passed(request):
            return None
        with every_clinic("the account decides which clinic this request is for"):
            staff = Staff.objects.filter(user_id=request.user.pk, is_active=True).first()
        return staff_actor(staff) if staff else None
    patient_id, clinic_id = request.session.get(PATIENT_KEY), request.session.get(CLINIC_KEY)
    if patient_id is None or clinic_id is None:
        return None
    with every_clinic("the session decides which clinic this request is for"):
        patient = Patient.objects.filter(pk=patient_id, clinic_id=clinic_id).first()
    return patient_actor(patient) if patient else None


def staff_actor(staff: Staff) -> Actor:
    """Return the actor for a member of staff."""
    return Actor("staff", staff.pk, staff.name, staff.clinic_id, frozenset(map(Role, staff.roles)), staff.licence)


def patient_actor(patient: Patient) -> Actor:
    """Return the actor for a patient."""
    return Actor(
        "patient",
        patient.pk,
        patient.full_name,
        patient.clinic_id,
        frozenset({Role.PATIENT}),
        language=patient.language,
    )
