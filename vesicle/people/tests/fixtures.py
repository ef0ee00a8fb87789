"""Fixtures for every room: the cast, their clinic, and browsers (test clients) that are already signed in."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from vesicle.core.scope import clinic_scope

if TYPE_CHECKING:
    from django.test import Client

    from vesicle.clinic.models import Clinic
    from vesicle.people.models import Patient, User
    from vesicle.people.tests.cast import Cast, Stock

# Django is set up when a fixture runs, not yet when this file is read.


@pytest.fixture
def cast(town: "Mapping[str, Any]", db: None) -> "Iterator[Cast]":
    """Everybody at Alderbrook Skin, and Otto at Bellhaven Dermal; Alderbrook is in scope."""
    from vesicle.clinic.queries import forget_clinics
    from vesicle.people.tests.cast import gather

    everybody = town.get("cast") or gather()
    with clinic_scope(everybody.clinic.pk):
        yield everybody
    forget_clinics()


@pytest.fixture
def clinic(cast: "Cast") -> "Clinic":
    """Alderbrook Skin, with locations, rooms, devices, hours and staff; it is in scope."""
    return cast.clinic


@pytest.fixture
def stock(town: "Mapping[str, Any]", cast: "Cast") -> "Stock":
    """Products and lots: usable, expired, recalled, elsewhere, undecided."""
    from vesicle.people.tests.cast import fill_cupboard

    return town.get("stock") or fill_cupboard(cast)


def pass_second_factor(client: "Client", user: "User") -> None:
    """Sign ``user`` in as if they had given password and second factor."""
    from allauth.account.internal.flows.login import record_authentication
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import RequestFactory

    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, method="password", email=user.email)
    record_authentication(request, user, method="mfa", type="totp")
    request.session.save()


@pytest.fixture
def as_staff(cast: "Cast") -> "Callable[[Client, str], Client]":
    """Return ``as_staff(client, "noor")``: the client signed in as that member of staff, second factor passed."""

    def sign_in(client: "Client", name: str) -> "Client":
        pass_second_factor(client, getattr(cast, name).user)
        return client

    return sign_in


@pytest.fixture
def as_patient() -> "Callable[[Client, Patient], Client]":
    """Return ``as_patient(client, cast.pia)``: the client signed in as that patient."""
    from vesicle.people.identity import CLINIC_KEY, PATIENT_KEY

    def sign_in(client: "Client", patient: "Patient") -> "Client":
        session = client.session
        session[PATIENT_KEY], session[CLINIC_KEY] = patient.pk, patient.clinic_id
        session.save()
        client.cookies["sessionid"] = session.session_key
        return client

    return sign_in
