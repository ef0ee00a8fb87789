"""The import in the browser: read beside the protocol, and a draft that takes over only what may be taken over."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vesicle.core.models import AuditEntry
from vesicle.protocols.models import Edition
from vesicle.protocols.tests.editions import approved, install
from vesicle.website.claims.rules import VERSION
from vesicle.website.importing import read_page
from vesicle.website.importing.contradictions import library_options
from vesicle.website.importing.draft import proposal

HERE = "/desk/protocols/import/"
PAGE = """<!doctype html><html lang="en"><head><title>PRP microneedling</title></head><body>
<h1>PRP microneedling for a fresh look</h1>
<p>PRP is made from a little of your own blood. It cures acne for good. Results last up to two years.</p>
<h2>Session length</h2><p>75 minutes</p><p>From $450 per session.</p>
<h3>How long is a visit?</h3><p>Plan on 75 minutes.</p>
<h3>Is it safe?</h3><p>It is 100% safe with no side effects.</p>
<script>alert(1)</script></body></html>"""


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def owen(client, as_staff):
    return as_staff(client, "owen")


def given(browser, html=PAGE):
    return browser.post(HERE, {"html": html})


class TestProposal:
    def test_blocked_sentences_and_contradicted_figures_are_listed_and_not_taken(self):
        offer = proposal(read_page(PAGE), library_options("prp"))
        assert offer.intro == ["PRP is made from a little of your own blood."]
        left = dict(offer.left_out)
        assert "It cures acne for good." in left
        assert any("protocol" in why for why in left.values())
        assert [one["question"] for one in offer.questions] == ["How long is a visit?"]

    def test_minutes_and_price_are_taken_where_they_are_certain(self):
        offer = proposal(read_page(PAGE), library_options("prp"))
        assert offer.minutes == {"microneedling": 35}
        assert offer.price_from == 450

    def test_what_the_page_does_not_give_stays_as_it_was(self):
        offer = proposal(read_page("<h1>PRP injections</h1>"), library_options("prp"))
        before = {"note": "Park behind the house.", "modalities": {"microneedling": {"offered": False}}}
        assert offer.over(before) == before | {"headline": "PRP injections"}


class TestPage:
    def test_what_was_read_stands_beside_the_protocol_with_its_words(self, owen):
        told = given(owen).content.decode()
        assert "75 minutes" in told
        assert "how long a result lasts is not known" in told
        assert "It cures acne for good." in told
        assert "alert(1)" not in told

    def test_a_file_is_read_too(self, owen):
        file = SimpleUploadedFile("old.html", PAGE.encode(), content_type="text/html")
        assert "old.html" in owen.post(HERE, {"file": file}).content.decode()

    @pytest.mark.parametrize("data", [{}, {"html": "   "}])
    def test_nothing_is_refused_with_words(self, owen, data):
        response = owen.post(HERE, data)
        assert response.status_code == 422

    def test_both_at_once_is_refused_and_what_was_pasted_stays(self, owen):
        file = SimpleUploadedFile("old.html", PAGE.encode(), content_type="text/html")
        response = owen.post(HERE, {"file": file, "html": "<h1>PRP injections</h1>"})
        assert response.status_code == 422
        told = response.content.decode()
        assert "not both" in told
        assert "&lt;h1&gt;PRP injections&lt;/h1&gt;" in told

    def test_it_says_what_was_checked_with_which_rules_on_which_day_for_which_country(self, owen):
        told = given(owen, PAGE.replace("</body>", "<footer>Open daily.</footer></body>")).content.decode()
        assert f"with version {VERSION} of the rules, for US. A prompt for review by people" in told
        assert "Left out as no content" in told

    def test_only_those_who_change_editions_may(self, client, as_staff):
        assert as_staff(client, "noor").get(HERE).status_code == 403


class TestDraft:
    def begin(self, browser):
        return browser.post(f"{HERE}draft/", {"token": given(browser).context["token"]})

    def test_a_draft_takes_over_what_was_shown_and_keeps_the_rest(self, owen, cast):
        approved(cast, overlay={"note": "Park behind the house."})
        response = self.begin(owen)
        edition = Edition.objects.get(status="draft")
        assert response.url.endswith(f"/editions/{edition.pk}/")
        assert edition.overlay["headline"] == "PRP microneedling for a fresh look"
        assert edition.overlay["note"] == "Park behind the house."
        assert edition.overlay["modalities"]["microneedling"]["price_from"] == 450
        assert "cures" not in str(edition.overlay)

    def test_a_second_press_begins_no_second_draft(self, owen):
        token = given(owen).context["token"]
        first, second = (owen.post(f"{HERE}draft/", {"token": token}) for _ in range(2))
        assert first.url == second.url
        assert Edition.objects.filter(status="draft").count() == 1

    def test_it_is_written_into_the_audit(self, owen, cast):
        self.begin(owen)
        codes = set(AuditEntry.objects.values_list("code", flat=True))
        assert {"edition.drafted", "edition.imported"} <= codes

    def test_a_changed_preview_begins_nothing(self, owen):
        token = given(owen).context["token"]
        owen.post(f"{HERE}draft/", {"token": token[:-3] + "abc"})
        assert not Edition.objects.filter(status="draft").exists()
