"""Patients come in by a link or a code from their mailbox, and strangers learn nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.core.models import AuditEntry
from vesicle.people import messages, services, sign_in
from vesicle.people.models import Message, SignInCode

ASK, ENTER = "/my/sign-in/", "/my/sign-in/code/"


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_tries():
    cache.clear()
    yield
    cache.clear()


def ask(client, email="pia@example.org", **more):
    return client.post(ASK, {"email": email, **more})


def letter():
    """Send what is waiting and return the code and the link of the newest letter."""
    messages.send_due(now=clock.now())
    body = mail.outbox[-1].body
    return re.search(r"^(\d{3} \d{3})$", body, re.MULTILINE)[1], re.search(r"https?://[^/]+(/my/\S+)", body)[1]


def is_in(client):
    return client.get("/my/").status_code == 200


def test_the_code_opens_the_pages(client, cast):
    assert ask(client).headers["Location"] == ENTER
    code, _ = letter()
    assert client.post(ENTER, {"email": "pia@example.org", "code": code}).headers["Location"] == "/my/"
    assert "Hello Pia" in client.get("/my/").content.decode()
    assert AuditEntry.objects.filter(code="people.patient-signed-in", patient_id=cast.pia.pk).exists()


def test_the_link_opens_them_after_one_press(client, cast):
    ask(client)
    _, link = letter()
    assert client.get(link).status_code == 200
    assert not is_in(client), "a mail program that looks at the link does not sign anybody in"
    client.post(link)
    assert is_in(client)


def test_the_link_works_on_another_device_and_once(client, cast):
    ask(client)
    _, link = letter()
    phone = Client()
    phone.post(link)
    assert is_in(phone)
    again = Client().post(link)
    assert again.status_code == 404
    assert "already used" in again.content.decode()


def test_the_code_works_once(client, cast):
    ask(client)
    code, _ = letter()
    for works in (True, False):
        browser = Client()
        ask_without_letter(browser)
        browser.post(ENTER, {"email": "pia@example.org", "code": code})
        assert is_in(browser) is works


def ask_without_letter(browser):
    """Let the browser remember the address without making a newer code."""
    session = browser.session
    session["sign_in_email"] = "pia@example.org"
    session.save()
    browser.cookies["sessionid"] = session.session_key


def test_link_and_code_are_too_old_after_a_quarter_of_an_hour(client, cast):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ask(client)
        code, link = letter()
        traveller.shift(timedelta(minutes=15))
        assert client.get(link).status_code == 404
        assert client.post(ENTER, {"email": "pia@example.org", "code": code}).status_code == 422
        assert not is_in(client)


def test_a_stranger_gets_the_same_answer_and_no_letter(client, cast):
    known, unknown = ask(client), ask(Client(), email="nobody@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert Message.objects.count() == 1


def test_a_wrong_code_and_an_unknown_address_sound_the_same(cast):
    visitor, now = cast.actor("visitor"), clock.now()
    sign_in.request_sign_in(by=visitor, email="pia@example.org", clinic_name="A", now=now)
    words = set()
    for email in ("pia@example.org", "nobody@example.org"):
        with pytest.raises(Invalid) as refusal:
            sign_in.sign_in_by_code(by=visitor, email=email, code="not six digits", now=now)
        words.add(refusal.value.message)
    assert len(words) == 1


def test_after_five_wrong_tries_the_right_code_does_not_work(client, cast):
    ask(client)
    code, _ = letter()
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"
    for _ in range(sign_in.MAX_TRIES):
        assert client.post(ENTER, {"email": "pia@example.org", "code": wrong}).status_code == 422
    assert client.post(ENTER, {"email": "pia@example.org", "code": code}).status_code == 422
    assert not is_in(client)
    assert SignInCode.objects.get().tries == sign_in.MAX_TRIES
    assert AuditEntry.objects.filter(code="people.code-refused").count() == sign_in.MAX_TRIES


def test_only_the_newest_code_counts(client, cast):
    ask(client)
    first, _ = letter()
    ask(client)
    second, _ = letter()
    if first == second:
        pytest.fail("two letters with one code: run again, one in a million")
    assert client.post(ENTER, {"email": "pia@example.org", "code": first}).status_code == 422
    client.post(ENTER, {"email": "pia@example.org", "code": second})
    assert is_in(client)


def test_nobody_fills_somebodys_mailbox(client, cast):
    for _ in range(sign_in.MAX_LETTERS + 3):
        ask(client)
    assert Message.objects.count() == sign_in.MAX_LETTERS


def test_one_network_address_cannot_ask_for_ever(client, cast):
    answers = [ask(client, email=f"p{number}@example.org").status_code for number in range(25)]
    assert answers[:20] == [302] * 20
    assert answers[-1] == 429


def test_two_people_with_one_address_each_get_their_own_letter(client, cast):
    child = services.register_patient(
        by=cast.actor("rosa"),
        first_name="Mads",
        last_name="Sørensen",
        date_of_birth=cast.pia.date_of_birth.replace(year=2004),
        email="PIA@example.org",
        time_zone="America/Los_Angeles",
    )
    ask(client)
    assert set(Message.objects.values_list("patient_id", flat=True)) == {cast.pia.pk, child.pk}
    messages.send_due(now=clock.now())
    body = next(sent.body for sent in mail.outbox if "Hello Mads" in sent.body)
    code = re.search(r"^(\d{3} \d{3})$", body, re.MULTILINE)[1]
    client.post(ENTER, {"email": "pia@example.org", "code": code})
    assert "Hello Mads" in client.get("/my/").content.decode()


def test_the_code_is_stored_nowhere_readable(client, cast):
    ask(client)
    code, link = letter()
    token = link.strip("/").split("/")[-1]
    stored = str(list(SignInCode.objects.values())) + str(list(Message.objects.values()))
    for secret in (code, code.replace(" ", ""), token):
        assert secret not in stored


def test_a_letter_goes_out_at_night_because_somebody_waits_for_it(client, cast):
    with time_machine.travel("2026-03-03T07:00:00+00:00", tick=False):
        ask(client)
        assert messages.send_due(now=clock.now()) == 1


def test_one_comes_back_to_the_page_one_wanted(client, cast):
    sent = client.get("/my/data/")
    assert sent.headers["Location"] == "/my/sign-in/?next=%2Fmy%2Fdata%2F"
    ask(client, next="/my/data/")
    code, _ = letter()
    assert client.post(ENTER, {"email": "pia@example.org", "code": code}).headers["Location"] == "/my/data/"


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_led_away_from_the_house(client, cast, where):
    ask(client, next=where)
    code, _ = letter()
    assert client.post(ENTER, {"email": "pia@example.org", "code": code}).headers["Location"] == "/my/"


def test_signing_in_changes_the_session_key(client, cast):
    ask(client)
    before = client.session.session_key
    code, _ = letter()
    client.post(ENTER, {"email": "pia@example.org", "code": code})
    assert client.session.session_key != before


def test_signing_out_ends_it(client, cast, as_patient):
    as_patient(client, cast.pia)
    assert client.get("/my/sign-out/").status_code == 405
    client.post("/my/sign-out/")
    assert not is_in(client)


@pytest.mark.parametrize("token", ["x", "A" * 43, "code0"])
def test_an_invented_link_is_refused_kindly(client, cast, token):
    response = client.get(f"/my/sign-in/{token}/")
    assert response.status_code == 404
    assert "ask us for a new one" in response.content.decode()


def test_a_half_filled_form_says_what_is_missing_and_keeps_the_rest(client, cast):
    response = ask(client, email="pia@")
    text = response.content.decode()
    assert 'value="pia@"' in text
    assert "valid email" in text.lower()


def test_the_code_page_without_an_address_goes_back_to_the_start(client, cast):
    assert client.get(ENTER).headers["Location"] == ASK
