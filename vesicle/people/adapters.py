"""How django-allauth behaves here: no open sign-up, sealed secrets, sign-ins in the audit trail."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from vesicle.people import factors, vault

_CONTEXT = "second-factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by the clinic, never by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Write the sign-in down, then go on as usual."""
        factors.note_sign_in(request)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again before factors change, but not of somebody who sets up their first one now."""
        if app == "allauth.mfa" and factors.may_set_up_first(context.request):
            return False
        required: bool = super().is_reauthentication_required(app=app)
        return required

    def format_email_subject(self, subject: str) -> str:
        """Leave subjects without the address of the server before them."""
        return subject


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keeps authenticator secrets and recovery codes sealed in the database."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(vault.seal(text.encode(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret. Raises ``vault.CannotOpen``."""
        return vault.open_sealed(base64.b64decode(encrypted_text), context=_CONTEXT).decode()
