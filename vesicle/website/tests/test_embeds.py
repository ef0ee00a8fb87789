"""Frames on other sites: who may show them, what they may show, and that nobody is signed in there."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client

from vesicle.clinic import services
from vesicle.clinic.domain.origins import origin_of
from vesicle.core.errors import Invalid
from vesicle.core.models import AuditEntry
from vesicle.website.embedding import may_stand_in_a_frame, rewritten
from vesicle.website.middleware import store
from vesicle.website.tests.site import html

SITE = "https://www.alderbrook.example"
BOOKING = "/embed/v1/book/"
NEVER = (
    "/desk/",
    "/my/",
    "/accounts/login/",
    "/candidacy/mine/",
    "/book/a/key/move/",
    "/book/a/key/cancel/",
    "/book/hold/token/pay/",
    "/api/v1/openapi.json",
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://Example.COM/ ", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(typed, kept):
    assert origin_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example.com",
        "http://example.com",
        "https://",
        "https://*",
        "https://*.example.com",
        "https://example.com/page",
        "https://example.com?x",
        "https://me:secret@example.com",
        "https://example.com; script-src *",
        "https://a.example https://b.example",
        "https://example.com:99999",
        "https://-bad.example",
        "https://com",
        "https://[::1]",
        "javascript:alert(1)",
        "data:text/html,x",
        "null",
    ],
)
def test_anything_else_is_refused_with_a_sentence_that_says_how_to_write_it(typed):
    with pytest.raises(Invalid, match=r"https://www\.example\.com"):
        origin_of(typed)


def test_a_link_stays_in_the_frame_or_opens_a_window():
    page = rewritten(
        '<a href="/book/?option=a&amp;b=1">x</a><a href="/my/">y</a><a class="z" href="https://e.example/">z</a>'
        '<a href="/book/a/key/">a</a><a href="#top">t</a><form method="post" action="/candidacy/t/wishes/">'
    )
    assert '<a href="/embed/v1/book/?option=a&amp;b=1">' in page
    assert '<a target="_blank" rel="noopener" href="/my/">' in page
    assert '<a target="_blank" rel="noopener" class="z" href="https://e.example/">' in page
    assert '<a target="_blank" rel="noopener" href="/book/a/key/">' in page
    assert '<a href="#top">' in page
    assert 'action="/embed/v1/candidacy/t/wishes/"' in page


@pytest.mark.parametrize("path", NEVER)
def test_private_pages_never_stand_in_a_frame(path):
    assert not may_stand_in_a_frame(path)


@pytest.mark.django_db
def test_only_listed_sites_may_frame_and_the_same_page_elsewhere_stays_closed(site, client):
    services.allow_origin(by=site.actor("owen"), origin=SITE)
    for path in ("/book/", "/candidacy/", "/compare/", "/treatments/prp/"):
        framed, plain = client.get(f"/embed/v1{path}"), client.get(path)
        assert framed.status_code == 200, path
        assert f"frame-ancestors 'self' {SITE}" in framed["Content-Security-Policy"]
        assert "X-Frame-Options" not in framed
        assert not framed.cookies
        assert "noindex" in framed["X-Robots-Tag"]
        assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
        assert plain["X-Frame-Options"] == "DENY"
    services.end_origin(by=site.actor("owen"), origin=SITE)
    assert SITE not in client.get(BOOKING)["Content-Security-Policy"]
    assert client.get(BOOKING)["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_pages_of_frames_and_those_kept_of_the_site_are_two(site, client):
    for _ in range(2):
        assert '<header class="top">' not in html(client, "/embed/v1/treatments/prp/")
        assert '<header class="top">' in html(client, "/treatments/prp/")
    framed = html(client, "/embed/v1/treatments/prp/")
    assert "They are not medical advice" in framed
    assert 'rel="canonical" href="http://testserver/treatments/prp/"' in framed
    services.allow_origin(by=site.actor("owen"), origin=SITE)
    assert SITE in html(client, "/embed/v1/treatments/prp/")


@pytest.mark.django_db
class TestKeptPages:
    """Pages to read are kept in the form for frames too; they are nobody's, so they may be everybody's."""

    PRP = "/embed/v1/treatments/prp/"

    def test_a_page_in_a_frame_is_built_once_with_its_policy(self, site, client, django_assert_max_num_queries):
        services.allow_origin(by=site.actor("owen"), origin=SITE)
        first = client.get(self.PRP)
        with django_assert_max_num_queries(1):
            again = client.get(self.PRP)
        assert again.content == first.content
        assert f"frame-ancestors 'self' {SITE}" in again["Content-Security-Policy"]
        assert "X-Frame-Options" not in again
        assert "noindex" in again["X-Robots-Tag"]

    def test_a_site_taken_off_the_list_is_refused_from_the_next_request_on(self, site, client):
        services.allow_origin(by=site.actor("owen"), origin=SITE)
        tag = client.get(self.PRP)["ETag"]
        services.end_origin(by=site.actor("owen"), origin=SITE)
        after = client.get(self.PRP, headers={"If-None-Match": tag})
        assert after.status_code == 200, "a browser that has the page must hear of the new policy"
        assert SITE not in after["Content-Security-Policy"]
        assert after["X-Frame-Options"] == "SAMEORIGIN"

    def test_whoever_is_signed_in_gets_the_page_of_nobody(self, site, client, as_staff):
        visitor = client.get(self.PRP)
        staff = as_staff(Client(), "owen").get(self.PRP)
        assert staff.content == visitor.content
        assert not staff.cookies

    def test_what_is_said_to_one_person_is_not_kept(self, site, client):
        client.get(f"{self.PRP}?said=nonsense")
        assert len(store) == 0

    @pytest.mark.parametrize("path", ["/locations/", "/", "/concerns/acne-scars/", "/desk/", "/treatments/prp/x/"])
    def test_what_may_not_stand_in_a_frame_is_not_kept_there(self, site, client, path):
        client.get(f"/embed/v1{path}")
        assert len(store) == 0

    def test_the_comparison_is_kept_for_each_choice(self, site, client):
        pages = {client.get(f"/embed/v1/compare/{query}").content for query in ("", "?option=prp/injection")}
        assert len(pages) == len(store) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", NEVER)
def test_a_private_address_in_a_frame_only_leads_out_of_it(site, client, path):
    response = client.get(f"/embed/v1{path}")
    assert response.status_code == 200
    assert f'href="{path}" target="_top"' in response.content.decode()
    assert client.post(f"/embed/v1{path}").status_code == 405


@pytest.mark.django_db
def test_a_form_of_another_site_is_refused_and_no_cookie_is_read_or_set(site, client):
    begun = {"areas": ["full-face"], "concerns": ["fine-lines"], "date_of_birth": "1985-03-14"}
    address = "/embed/v1/candidacy/"
    assert client.post(address, begun, headers={"origin": SITE}).status_code == 403
    assert client.post(address, begun, headers={"origin": "null"}).status_code == 403
    assert client.post(address, begun, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    client.cookies["sessionid"] = "somebody"
    response = client.post(address, begun, headers={"origin": "http://testserver"})
    assert response.status_code == 302
    assert response["Location"].startswith("/embed/v1/candidacy/")
    assert not response.cookies


@pytest.mark.django_db
def test_what_the_last_step_had_to_say_is_said_on_the_next_and_nobody_else_can_say_anything(site, client, rf):
    storage, answer = CookieStorage(rf.get("/")), HttpResponse()
    storage.add(constants.WARNING, "That time was just taken.")
    storage.update(answer)
    words = answer.cookies["messages"].value
    page = client.get("/embed/v1/candidacy/", {"said": words})
    assert "That time was just taken." in page.content.decode()
    assert not page.cookies
    forged = words.replace("just taken", "sold to you")
    assert "sold to you" not in client.get("/embed/v1/candidacy/", {"said": forged}).content.decode()


@pytest.mark.django_db
def test_the_owner_lists_sites_and_nobody_else_does(site, client, as_staff):
    owner = as_staff(client, "owen")
    page = owner.post("/desk/embeds/", {"origin": SITE}, follow=True).content.decode()
    assert SITE in page
    assert "data-vesicle=&quot;booking&quot;" in page
    assert owner.post("/desk/embeds/", {"origin": SITE}).status_code == 422
    assert owner.post("/desk/embeds/", {"origin": "http://example.com"}).status_code == 422
    assert owner.post("/desk/embeds/remove/", {"origin": SITE}).status_code == 302
    codes = set(AuditEntry.objects.values_list("code", flat=True))
    assert {"clinic.embed-allowed", "clinic.embed-ended"} <= codes
    assert as_staff(Client(), "rosa").get("/desk/embeds/").status_code == 403


@pytest.mark.django_db
def test_the_script_is_given_to_any_site(client, site):
    response = client.get("/embed/v1.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
