"""How patients come in: a one-time link and a six-digit code, sent to their e-mail address.

The answer is the same whether the address is known or not. A code lives fifteen minutes and five tries; only the
newest one counts.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.languages import speaking
from vesicle.people import letters, links, messages
from vesicle.people.identity import CLINIC_KEY, PATIENT_KEY, patient_actor
from vesicle.people.models import Patient, PrivateLink, SignInCode

SIGNED_IN = audit.define("people.patient-signed-in", "signed in to their own pages")
SIGNED_OUT = audit.define("people.patient-signed-out", "signed out")
CODE_REFUSED = audit.define("people.code-refused", "entered a wrong sign-in code")

PURPOSE = "sign-in"
VALID_FOR = timedelta(minutes=15)
MAX_TRIES = 5
MAX_LETTERS = 5
"""Letters to one person within ``VALID_FOR``; more are not sent, and nobody is told."""


def request_sign_in(*, by: Actor, email: str, clinic_name: str, now: datetime) -> None:
    """Send a link and a code to everybody registered with ``email``. Says nothing about whether there is anybody."""
    for patient in _known_as(by, email):
        recent = SignInCode.objects.filter(patient=patient, created_at__gt=now - VALID_FOR)
        if recent.count() < MAX_LETTERS:
            _send_letter(by, patient, clinic_name, now)


def sign_in_by_code(*, by: Actor, email: str, code: str, now: datetime) -> Patient:
    """Return the patient whose newest code this is, and use the code up.

    Raises:
        Invalid: no such code, too old, used, or tried too often. All sound the same.
    """
    digits = "".join(sign for sign in code if sign.isdigit())
    for patient in _known_as(by, email):
        # Counting a wrong try must outlive the refusal, so the transaction ends before the error is raised.
        with transaction.atomic():
            newest = (
                SignInCode.objects.select_for_update().filter(patient=patient).order_by("-created_at", "-pk").first()
            )
            if newest is None or newest.used_at or newest.expires_at <= now or newest.tries >= MAX_TRIES:
                continue
            if hmac.compare_digest(newest.code_hash, _hash(patient, digits)):
                SignInCode.objects.filter(pk=newest.pk).update(used_at=now)
                return patient
            SignInCode.objects.filter(pk=newest.pk).update(tries=F("tries") + 1)
            audit.record(CODE_REFUSED, by=by, about=newest, patient_id=patient.pk, at=now)
    words = _("This code is not right, or it is too old. Look at our latest e-mail, or ask for a new code.")
    raise Invalid(words, fields={"code": words}, code="sign-in-code")


def sign_in_by_link(*, by: Actor, link: PrivateLink, now: datetime) -> Patient:
    """Return the patient a sign-in link is for, and use the link up. Raises ``links.LinkGone``."""
    links.use_link(link, by=by, now=now)
    if link.patient is None:
        raise links.LinkGone(_("This link is for nobody. Ask for a new one."))
    return link.patient


def begin_session(request: HttpRequest, patient: Patient) -> None:
    """Make this browser the patient's, under a new session key."""
    request.session.cycle_key()
    request.session[PATIENT_KEY], request.session[CLINIC_KEY] = patient.pk, patient.clinic_id
    audit.record(SIGNED_IN, by=patient_actor(patient), about=patient, patient_id=patient.pk)


def end_session(request: HttpRequest, by: Actor) -> None:
    """Sign the patient out of this browser."""
    if by.is_patient:
        audit.record(SIGNED_OUT, by=by, patient_id=by.id)
    request.session.flush()


def _known_as(by: Actor, email: str) -> Sequence[Patient]:
    wanted = email.strip().lower()
    return list(Patient.objects.filter(clinic_id=by.clinic_id, email__iexact=wanted).order_by("pk")) if wanted else []


def _send_letter(by: Actor, patient: Patient, clinic_name: str, now: datetime) -> None:
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        row = SignInCode.objects.create(
            clinic_id=by.clinic_id,
            patient=patient,
            code_hash=_hash(patient, code),
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        token = links.make_link(
            by=by,
            patient=patient,
            purpose=PURPOSE,
            subject_id=patient.pk,
            valid_for=VALID_FOR,
            single_use=True,
            at=now,
        )
        with speaking(patient.language):
            subject, body = letters.sign_in(
                called=patient.called,
                clinic=clinic_name,
                code=code,
                url=links.link_url(reverse("people:sign-in-link", args=[token])),
                minutes=int(VALID_FOR.total_seconds() // 60),
            )
        messages.queue(
            by=by,
            patient=patient,
            kind="sign-in",
            key=f"sign-in:{row.pk}",
            subject=subject,
            body=body,
            due_at=now,
            time_zone=patient.time_zone,
            recipient=patient.email,
            subject_type="patient",
            subject_id=patient.pk,
            urgent=True,
        )


def _hash(patient: Patient, code: str) -> str:
    # Six digits are quickly tried out against a bare hash; this one needs the installation's key as well.
    return salted_hmac(
        "vesicle.people.sign-in", f"{patient.pk}:{code}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
