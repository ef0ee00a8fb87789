"""Staff come in by password and second factor, or by passkey, and by nothing less."""

import re
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import path

from vesicle.config.urls import urlpatterns as ours
from vesicle.core import clock
from vesicle.core.errors import NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.permissions import Role, define
from vesicle.people import demo_hint, factors
from vesicle.people.access import SecondFactorGate, staff_page
from vesicle.people.models import User
from vesicle.people.tests.cast import PASSWORD

ONLY_PROVIDERS = define("test.only-providers", "open the test page", Role.PROVIDER)
LOGIN, INDEX, SECOND = "/accounts/login/", "/accounts/mfa/", "/accounts/mfa/authenticate/"


@staff_page(ONLY_PROVIDERS)
def page(request):
    from django.http import HttpResponse

    return HttpResponse(f"hello {request.actor.name}")


urlpatterns = [path("desk/probe/", page), *ours]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_tries():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def secret(cast):
    """Noor has an authenticator app."""
    secret = generate_totp_secret()
    TOTP.activate(cast.noor.user, secret)
    return secret


def code_for(secret, now=None):
    return demo_hint.DemoLogin("", "", "", "", secret).code(now or clock.now())


def password_for(client, email="noor@alderbrook.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def confirm(client):
    """Give the password again, as one must before changing factors."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_a_stranger_is_sent_to_sign_in_and_back(client, cast):
    response = client.get("/desk/probe/?day=1")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fdesk%2Fprobe%2F%3Fday%3D1"


def test_htmx_is_sent_there_as_a_whole_page(client, cast):
    response = client.get("/desk/probe/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith(LOGIN)


def test_password_and_six_digits_open_the_page(client, cast, secret):
    first = password_for(client, next="/desk/probe/")
    assert first.headers["Location"].startswith(SECOND)
    assert client.get("/desk/probe/").status_code == 302, "the password alone opens nothing"
    second = client.post(first.headers["Location"], {"code": code_for(secret)})
    assert second.headers["Location"] == "/desk/probe/"
    assert client.get("/desk/probe/").content == b"hello Noor Haddad"
    assert AuditEntry.objects.filter(code="people.staff-signed-in", actor_name="Noor Haddad").exists()


def test_wrong_digits_open_nothing(client, cast, secret):
    password_for(client)
    wrong = f"{(int(code_for(secret)) + 1) % 10**6:06d}"
    assert client.post(SECOND, {"code": wrong}).status_code == 200
    assert client.get("/desk/probe/").status_code == 302


def test_the_same_digits_work_once(client, cast, secret):
    code = code_for(secret)
    for browser, works in ((client, True), (Client(), False)):
        password_for(browser)
        browser.post(SECOND, {"code": code})
        assert (browser.get("/desk/probe/").status_code == 200) is works


def test_guessing_digits_is_stopped(client, cast, secret):
    password_for(client)
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    assert "Too many" in client.post(SECOND, {"code": code_for(secret)}).content.decode()
    assert client.get("/desk/probe/").status_code == 302


def test_guessing_passwords_is_stopped(client, cast):
    for _ in range(5):
        password_for(client, password="wrong")
    assert "Too many" in password_for(client).content.decode()


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, cast):
    wrong = password_for(client, password="wrong").content.decode()
    unknown = password_for(client, email="nobody@alderbrook.example").content.decode()
    pattern = r'class="errors".*?</div>'
    assert re.findall(pattern, wrong, re.DOTALL) == re.findall(pattern, unknown, re.DOTALL) != []


class TestWithoutASecondFactor:
    def test_one_is_sent_to_set_one_up_and_can_do_nothing_else(self, client, cast):
        password_for(client, "rosa@alderbrook.example")
        assert client.get("/desk/probe/").headers["Location"] == INDEX
        assert "One more step" in client.get(INDEX).content.decode()
        assert client.get("/accounts/password/change/").headers["Location"] == INDEX
        assert client.get("/accounts/mfa/recovery-codes/").headers["Location"] == INDEX

    def test_on_other_pages_one_is_a_visitor(self, client, cast):
        password_for(client, "rosa@alderbrook.example")
        request = RequestFactory().get("/")
        request.user, request.session = cast.rosa.user, client.session
        assert not factors.passed(request)

    @pytest.mark.django_db(transaction=True)
    def test_setting_up_an_app_opens_the_door(self, client, cast):
        password_for(client, "noor@alderbrook.example")
        shown = client.get("/accounts/mfa/totp/activate/").content.decode()
        secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown)[1]
        done = client.post("/accounts/mfa/totp/activate/", {"code": code_for(secret)})
        assert "Recovery codes" in client.get(done.headers["Location"]).content.decode()
        assert client.get("/desk/probe/").status_code == 200
        assert AuditEntry.objects.filter(code="people.factor-added", actor_name="Noor Haddad").exists()

    def test_a_wrong_first_code_sets_nothing_up(self, client, cast):
        password_for(client)
        client.get("/accounts/mfa/totp/activate/")
        client.post("/accounts/mfa/totp/activate/", {"code": "000000"})
        assert not Authenticator.objects.exists()
        assert client.get("/desk/probe/").status_code == 302

    def test_an_old_session_does_not_gain_from_a_factor_set_up_elsewhere(self, client, cast):
        password_for(client)
        TOTP.activate(cast.noor.user, generate_totp_secret())
        assert client.get("/desk/probe/").status_code == 302
        assert client.get("/accounts/mfa/webauthn/add/").headers["Location"] == LOGIN
        assert "_auth_user_id" not in client.session, "it was signed out"


def test_removing_the_last_factor_asks_for_a_new_one(client, cast, secret):
    password_for(client)
    client.post(SECOND, {"code": code_for(secret)})
    assert client.post("/accounts/mfa/totp/deactivate/").headers["Location"].startswith("/accounts/")
    assert client.get("/desk/probe/").status_code == 200, "not before the password is given again"
    confirm(client)
    client.post("/accounts/mfa/totp/deactivate/")
    assert client.get("/desk/probe/").headers["Location"] == INDEX
    assert AuditEntry.objects.filter(code="people.factor-removed").exists()


def test_a_recovery_code_lets_in_once(client, cast, as_staff):
    confirm(as_staff(client, "noor"))
    client.post("/accounts/mfa/recovery-codes/generate/")
    shown = client.get("/accounts/mfa/recovery-codes/").content.decode()
    code = re.search(r"<li><code>(\d{8})</code>", shown)[1]
    for works in (True, False):
        browser = Client()
        password_for(browser)
        browser.post(SECOND, {"code": code})
        assert (browser.get("/desk/probe/").status_code == 200) is works


def test_secrets_lie_sealed_in_the_database(cast, secret):
    stored = Authenticator.objects.get(user=cast.noor.user).data["secret"]
    assert secret not in stored
    assert TOTP(Authenticator.objects.get(user=cast.noor.user)).validate_code(code_for(secret))


def test_a_role_without_the_permission_is_told_so(client, cast, as_staff):
    response = as_staff(client, "rosa").get("/desk/probe/")
    assert response.status_code == 403
    assert "It is for: provider." in response.content.decode()


def test_a_patient_is_not_staff(client, cast, as_patient):
    assert as_patient(client, cast.pia).get("/desk/probe/").headers["Location"].startswith(LOGIN)


def test_an_account_without_a_clinic_is_told_so(client, cast):
    from vesicle.people.tests.fixtures import pass_second_factor

    user = User.objects.create_user("nobody@example.org", PASSWORD)
    pass_second_factor(client, user)
    response = client.get("/desk/probe/")
    assert response.status_code == 403
    assert "not part of this clinic" in response.content.decode()


def test_an_ended_account_does_not_get_in(client, cast, as_staff):
    as_staff(client, "noor")
    cast.noor.is_active = False
    cast.noor.save()
    assert client.get("/desk/probe/").status_code == 403


def test_staff_pages_are_kept_by_no_cache(client, cast, as_staff):
    assert "no-store" in as_staff(client, "noor").get("/desk/probe/").headers["Cache-Control"]


def test_signing_out_closes_the_door(client, cast, as_staff):
    as_staff(client, "noor").post("/accounts/logout/")
    assert client.get("/desk/probe/").status_code == 302


def test_nobody_signs_up(client, cast):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/email/").status_code in (302, 404)


def test_the_sign_in_pages_carry_no_inline_script_or_style(client, cast, as_staff, secret):
    pages = [client.get(LOGIN), client.get("/accounts/password/reset/")]
    password_for(client)
    pages.append(client.get(SECOND))
    confirm(as_staff(client, "noor"))
    pages += [
        client.get(f"/accounts/mfa/{where}")
        for where in ("", "webauthn/add/", "webauthn/", "recovery-codes/generate/", "totp/deactivate/")
    ]
    for response in pages:
        text = response.content.decode()
        assert response.status_code == 200, response.request["PATH_INFO"]
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        for script in re.findall(r"<script[^>]*>", text):
            assert " src=" in script or 'type="application/json"' in script


def test_a_forgotten_password_is_replaced_by_mail_and_the_factor_stays(client, cast, secret):
    for address in ("noor@alderbrook.example", "nobody@alderbrook.example"):
        assert client.post("/accounts/password/reset/", {"email": address}).headers["Location"].endswith("/done/")
    assert [letter.to for letter in mail.outbox] == [["noor@alderbrook.example"]]
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "another long pass phrase"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert password_for(client, password=new).headers["Location"].startswith(SECOND)


class TestDemoLogins:
    @pytest.fixture(autouse=True)
    def _hint(self, monkeypatch, secret):
        login = demo_hint.DemoLogin("Noor Haddad", "Nurse", "noor@alderbrook.example", PASSWORD, secret)
        monkeypatch.setattr(demo_hint, "sources", [lambda clinic_id: [login]])

    def test_a_demo_clinic_shows_them_and_they_work(self, client, cast):
        cast.clinic.is_demo = True
        cast.clinic.save()
        _forget()
        text = client.get(LOGIN).content.decode()
        assert PASSWORD in text
        assert "Noor Haddad, nurse" in text
        password_for(client)
        second = client.get(SECOND).content.decode()
        client.post(SECOND, {"code": re.search(r"<code>(\d{6})</code>", second)[1]})
        assert client.get("/desk/probe/").status_code == 200

    def test_a_real_clinic_never_does(self, client, cast):
        assert PASSWORD not in client.get(LOGIN).content.decode()
        password_for(client)
        assert "<code>" not in client.get(SECOND).content.decode()


def test_only_the_system_gives_somebody_a_secret(cast):
    with pytest.raises(NotPermitted):
        factors.set_up_totp(by=cast.actor("owen"), staff=cast.rosa, secret=generate_totp_secret())
    factors.set_up_totp(by=cast.actor("system"), staff=cast.rosa, secret=generate_totp_secret())
    assert factors.has_factor(cast.rosa.user)


def test_the_digits_are_those_of_the_standard():
    # RFC 6238, appendix B: the last six digits of the value for second 59.
    login = demo_hint.DemoLogin("", "", "", "", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert login.code(datetime.fromisoformat("1970-01-01T00:00:59+00:00")) == "287082"


def test_the_gate_stands_in_the_middleware(settings):
    assert f"{SecondFactorGate.__module__}.SecondFactorGate" in settings.MIDDLEWARE


def _forget():
    from vesicle.clinic.queries import forget_clinics

    forget_clinics()
