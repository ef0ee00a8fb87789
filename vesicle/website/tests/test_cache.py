"""Whole pages from memory: for everybody who would get the same, and dropped exactly when something changed."""

import gzip
from datetime import timedelta

import brotli
import pytest
import time_machine
from django.contrib.messages import constants
from django.test import Client

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import clinic_for_host, forget_clinics
from vesicle.core import clock
from vesicle.people.services import change_patient, change_staff
from vesicle.protocols import services as protocols
from vesicle.protocols.models import Edition
from vesicle.protocols.tests.editions import STATEMENT, draft
from vesicle.website import middleware
from vesicle.website.middleware import store
from vesicle.website.tests.site import open_site

URL = "/treatments/microneedling/"


@pytest.fixture
def site(cast):
    open_site(cast, "microneedling")
    return cast


def built(client, **more):
    """Ask for the page and say whether it had to be built."""
    builds = []
    original = middleware._keep
    middleware._keep = lambda *given: builds.append(given) or original(*given)
    try:
        response = client.get(URL, **more)
    finally:
        middleware._keep = original
    return bool(builds), response


class TestServing:
    def test_builds_a_page_once_and_serves_it_again(self, site, client):
        first, one = built(client)
        second, two = built(client)
        assert (first, second) == (True, False)
        assert one.content == two.content
        assert two.status_code == 200

    def test_a_page_from_memory_costs_one_small_query(self, site, client, django_assert_num_queries):
        client.get(URL)
        with django_assert_num_queries(1) as asked:
            client.get(URL)
        assert "site_revision" in asked[0]["sql"]

    def test_sends_what_the_browser_takes(self, site, client):
        plain = client.get(URL).content
        small = client.get(URL, headers={"Accept-Encoding": "br, gzip"})
        assert small["Content-Encoding"] == "br"
        assert brotli.decompress(small.content) == plain
        older = client.get(URL, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(older.content) == plain
        assert "Accept-Encoding" in small["Vary"]

    def test_keeps_the_headers_that_protect_the_page(self, site, client):
        client.get(URL)
        served = client.get(URL)
        assert served["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in served["Content-Security-Policy"]
        assert served["Content-Type"].startswith("text/html")
        assert served["X-Content-Type-Options"] == "nosniff"

    def test_a_browser_that_has_the_page_gets_only_word_of_it(self, site, client):
        tag = client.get(URL)["ETag"]
        again = client.get(URL, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == tag

    def test_a_browser_with_an_older_page_gets_the_new_one(self, site, client):
        client.get(URL)
        assert client.get(URL, headers={"If-None-Match": 'W/"0123"'}).status_code == 200

    def test_a_campaign_tag_does_not_make_another_page(self, site, client):
        client.get(URL)
        client.get(f"{URL}?utm_source=letter")
        assert len(store) == 1

    def test_the_comparison_is_kept_for_each_choice(self, site, client):
        for query in ("", "?option=microneedling/standard", "?option=microneedling/radiofrequency"):
            client.get(f"/compare/{query}")
        assert len(store) == 3

    @pytest.mark.parametrize("path", ["/nothing-here/", "/treatments/unknown/", "/favicon.ico"])
    def test_only_complete_pages_are_kept(self, site, client, path):
        client.get(path)
        assert len(store) == 0

    def test_a_question_that_is_no_reading_passes_by(self, site, client):
        client.get(URL)
        assert client.post(URL).status_code == 405
        assert client.head(URL).status_code == 200


class TestDropping:
    def test_a_new_edition_shows_at_once(self, site, client):
        client.get(URL)
        edition = draft(site, "microneedling", {"headline": "Small needles, told plainly"})
        protocols.submit_for_review(by=site.actor("owen"), edition=edition)
        edition = Edition.objects.get(pk=edition.pk)
        assert built(client)[0] is False, "a draft changes nothing that visitors see"
        protocols.approve_edition(by=site.actor("iris"), edition=edition, statement=STATEMENT)
        was_built, response = built(client)
        assert was_built
        assert b"Small needles, told plainly" in response.content

    def test_what_visitors_cannot_see_leaves_it(self, site, client):
        client.get(URL)
        change_patient(by=site.actor("rosa"), patient=site.pia, preferred_name="Pi")
        assert built(client)[0] is False

    def test_a_provider_who_left_is_gone_at_once(self, site, client):
        assert b"Noor Haddad" in client.get("/locations/").content
        change_staff(by=site.actor("owen"), staff=site.noor, is_active=False)
        assert b"Noor Haddad" not in client.get("/locations/").content

    def test_a_revision_raised_by_another_process_is_noticed(self, site, client):
        client.get(URL)
        Clinic.objects.filter(pk=site.clinic.pk).update(site_revision=site.clinic.site_revision + 5)
        assert built(client)[0] is True
        assert built(client)[0] is False

    def test_what_this_process_remembered_of_the_clinic_is_not_kept_under_the_new_revision(self, site, client):
        clinic_for_host("testserver")
        revision = Clinic.objects.get(pk=site.clinic.pk).site_revision
        Clinic.objects.filter(pk=site.clinic.pk).update(phone="+1 503 555 0199", site_revision=revision + 1)
        assert b"+1 503 555 0199" in client.get(URL).content

    def test_a_new_day_builds_it_again_because_claims_expire(self, site, client):
        with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
            client.get(URL)
            assert built(client)[0] is False
        with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
            assert built(client)[0] is True


class TestWhoGetsAFreshPage:
    def test_somebody_with_a_session(self, site, as_patient, client):
        client.get(URL)
        as_patient(client, site.pia)
        was_built, response = built(client)
        assert not was_built
        assert not response.has_header("ETag")
        assert len(store) == 1

    def test_staff_whatever_their_clinic(self, site, as_staff, client):
        client.get(URL)
        as_staff(client, "otto")
        assert client.get(URL).status_code == 404, "Bellhaven does not offer it"

    def test_somebody_with_a_message_waiting(self, site, client):
        client.get(URL)
        client.cookies["messages"] = f'[["__json_message", 0, {constants.SUCCESS}, "Sent."]]'
        assert not client.get(URL).has_header("ETag")

    def test_whoever_asks_for_a_preview(self, site, client):
        assert client.get(f"{URL}?edition=1").status_code == 403
        assert len(store) == 0


class TestOtherClinics:
    def test_each_host_has_its_own_pages(self, site):
        ours, theirs = Client(), Client(SERVER_NAME="bellhaven.localhost")
        assert b"Alderbrook" in ours.get("/").content
        assert b"Bellhaven" in theirs.get("/").content
        assert b"Alderbrook" in ours.get("/").content
        assert len(store) == 2

    def test_the_other_clinic_does_not_show_our_treatments(self, site):
        assert Client(SERVER_NAME="bellhaven.localhost").get(URL).status_code == 404

    def test_an_installation_without_a_clinic_says_so(self, db, client):
        forget_clinics()
        response = client.get("/")
        assert response.status_code == 404
        assert b"No clinic has been set up" in response.content


class TestAtTheMomentOfAnEdition:
    @pytest.fixture
    def moment(self, site):
        """One edition in force, and the next one signed for in an hour."""
        moment = clock.now() + timedelta(hours=1)
        edition = draft(site, "microneedling", {"headline": "Said anew"})
        edition = protocols.submit_for_review(by=site.actor("owen"), edition=edition)
        protocols.approve_edition(by=site.actor("iris"), edition=edition, statement=STATEMENT, takes_force_at=moment)
        return moment

    def test_a_kept_page_is_dropped_then_before_any_worker_came(self, moment, client):
        assert built(client)[0]
        with clock.pretend(moment - timedelta(seconds=1)):
            assert built(client)[0] is False
        with clock.pretend(moment):
            was_built, page = built(client)
            assert (was_built, b"Said anew" in page.content) == (True, True)
            assert built(client)[0] is False

    def test_the_worker_has_it_built_once_more_and_it_says_the_same(self, moment, client):
        with clock.pretend(moment + timedelta(minutes=5)):
            before = client.get(URL)
            assert protocols.settle_due() == 1
            was_built, after = built(client)
        assert was_built
        assert after.content == before.content
