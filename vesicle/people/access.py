"""Who may open a page. Closed by default: a staff page names its permission, a patient page says it is one."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from vesicle.core.actor import Actor
from vesicle.core.errors import NotPermitted
from vesicle.core.permissions import Permission
from vesicle.people import factors
from vesicle.people.models import User

View = TypeVar("View", bound=Callable[..., HttpResponse])

SET_UP_PAGES = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""What an account that never had a second factor may open."""


def staff_page(permission: Permission | None = None) -> Callable[[View], View]:
    """Let only staff in, past their second factor and with ``permission``; ``None`` is for any member of staff.

    Strangers are sent to the sign-in page and back, accounts without a second factor to set one up. Nobody keeps a
    copy: staff pages are not cached.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None or not actor.is_staff:
                return _send(request, _where_staff_sign_in(request))
            if permission is not None:
                actor.require(permission)
            return _uncached(view(request, *args, **kwargs))

        guarded.access = ("staff", permission)  # type: ignore[attr-defined]  # read by the test of all addresses
        return guarded  # type: ignore[return-value]  # wraps keeps the signature

    return decorate


def patient_page(view: View) -> View:
    """Let only a signed-in patient in; everybody else is sent to the patients' sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or not actor.is_patient:
            return _send(request, _with_next(reverse("people:sign-in"), request))
        return _uncached(view(request, *args, **kwargs))

    guarded.access = ("patient", None)  # type: ignore[attr-defined]  # read by the test of all addresses
    return guarded  # type: ignore[return-value]  # wraps keeps the signature


class SecondFactorGate:
    """Keeps an account that has shown only its password to the few pages where it can show more.

    Elsewhere such an account is a visitor. Here it may set up its first factor; when it has one by now (set up in
    another browser), it is signed out and has to sign in with both.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision needs to know the page and falls in ``process_view``."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send half-signed-in accounts where they can go on."""
        if not request.path.startswith("/accounts/") or not isinstance(request.user, User) or factors.passed(request):
            return None
        if factors.has_factor(request.user):
            logout(request)
            return HttpResponseRedirect(resolve_url("account_login"))
        match = request.resolver_match
        if match is not None and match.url_name in SET_UP_PAGES:
            return None
        return HttpResponseRedirect(reverse("mfa_index"))


def safe_next(request: HttpRequest, default: str) -> str:
    """Return where ``next`` leads, when that is a page of ours, else ``default``."""
    from django.utils.http import url_has_allowed_host_and_scheme

    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else default


def _where_staff_sign_in(request: HttpRequest) -> str:
    if isinstance(request.user, User):
        if not factors.passed(request):
            return reverse("mfa_index")
        # Signed in with everything, and still no member of staff: the account was ended or belongs to nobody.
        raise NotPermitted("Your account is not part of this clinic's staff. Ask the clinic's owner, or sign out.")
    return _with_next(reverse("account_login"), request)


def _with_next(url: str, request: HttpRequest) -> str:
    # Coming back to a form that was being sent would lose it: only pages are come back to.
    return f"{url}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else url


def _send(request: HttpRequest, url: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _uncached(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
