"""A passkey, from setting it up to signing in with nothing else, in a real browser with a pretended authenticator."""

import pytest
from playwright.sync_api import expect

from vesicle.people.tests.cast import PASSWORD

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_set_up_and_then_replaces_the_password(cast, live_server, page):
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("E-mail address").fill("noor@alderbrook.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_label("Let it replace the password").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.goto(f"{live_server.url}/desk/stock/")
    expect(page.get_by_role("heading", name="Stock in Portland")).to_be_visible()

    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/accounts/login/?next=/desk/stock/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Stock in Portland")).to_be_visible()
    assert problems == []


@pytest.mark.django_db(transaction=True)
def test_a_passkey_that_is_stopped_says_so_and_leaves_other_ways(cast, live_server, page):
    page.goto(f"{live_server.url}/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('stopped')); }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("choose another way")
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_without_scripts_the_passkey_is_not_offered_and_the_password_works(cast, live_server, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.get_by_label("E-mail address").fill("noor@alderbrook.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
