"""The second factor of staff: whether this session passed one, and what happens when one comes or goes.

A password alone makes nobody staff here: ``identity`` hands out an actor only where this module says so.
"""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotPermitted
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.people.models import Staff, User

FACTOR_ADDED = audit.define("people.factor-added", "set up a second factor to sign in")
FACTOR_REMOVED = audit.define("people.factor-removed", "removed a second factor")
SIGNED_IN = audit.define("people.staff-signed-in", "signed in")

_FRESH = timedelta(minutes=15)
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_factor(user: User) -> bool:
    """Return whether the account has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, _FACTORS))


def passed(request: HttpRequest) -> bool:
    """Return whether the signed-in account proved a second factor in this session."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def may_set_up_first(request: HttpRequest) -> bool:
    """Return whether the account has no factor yet and gave its password a moment ago."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    recent = [record for record in records if clock.now().timestamp() - record["at"] < _FRESH.total_seconds()]
    return bool(recent) and isinstance(request.user, User) and not has_factor(request.user)


def set_up_totp(*, by: Actor, staff: Staff, secret: str) -> None:
    """Give an account an authenticator secret (base32) chosen elsewhere. For demo clinics; only the system may.

    Raises:
        NotPermitted: a person tried; everybody sets up their own.
    """
    if by.kind != "system":
        raise NotPermitted("Everybody sets up their own authenticator app.")
    TOTP.activate(staff.user, secret)
    audit.record(FACTOR_ADDED, by=by, about=staff, detail={"type": "totp"})


def note_sign_in(request: HttpRequest) -> None:
    """Write a sign-in of staff into their clinic's audit trail."""
    _note(SIGNED_IN, request.user, {})


def connect() -> None:
    """Listen to allauth, which has no other way of telling us that a factor was added or removed."""
    signals.authenticator_added.connect(_added, dispatch_uid="vesicle.people.factor-added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="vesicle.people.factor-removed")


def _added(*, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    if authenticator.type not in _FACTORS:
        return
    # Setting up the first one proves it. A later one must not lift a session that never showed the first.
    if not passed(request) and Authenticator.objects.filter(user=user, type__in=_FACTORS).count() == 1:
        record_authentication(request, user, method="mfa", type=authenticator.type, reauthenticated=True)
    _note(FACTOR_ADDED, user, {"type": authenticator.type})


def _removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    if authenticator.type not in _FACTORS:
        return
    if not has_factor(user):
        kept = [record for record in get_authentication_records(request, user) if record.get("method") != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
    _note(FACTOR_REMOVED, user, {"type": authenticator.type})


def _note(code: audit.AuditCode, user: AbstractBaseUser | Any, detail: dict[str, Any]) -> None:
    from vesicle.people.identity import staff_actor

    with every_clinic("the account decides whose audit trail this belongs to"):
        staff = Staff.objects.filter(user_id=user.pk).first()
    if staff is not None:
        with clinic_scope(staff.clinic_id):
            audit.record(code, by=staff_actor(staff), about=staff, detail=detail)
