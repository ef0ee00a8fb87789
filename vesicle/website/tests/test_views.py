"""Public pages in situations: another edition, another clinic, another choice."""

import re

import pytest
import time_machine
from django.test import Client

from vesicle.clinic import services as clinics
from vesicle.protocols.bank import load_bank
from vesicle.protocols.services import retire_edition
from vesicle.protocols.tests.editions import approved, draft, install
from vesicle.website.middleware import store
from vesicle.website.panels import Panel, panels
from vesicle.website.tests.site import EXOSOMES, html, open_site, section, words_of


class TestOneTreatment:
    def test_given_in_one_way_it_needs_no_switch(self, cast, client):
        open_site(cast, "prp", prp={"modalities": {"injection": {"offered": False}}})
        page = html(client, "/treatments/prp/")
        assert 'name="way"' not in page
        assert "By injection" not in words_of(section(page, "what-to-expect"))

    def test_an_unknown_treatment_is_not_found(self, cast, client):
        assert client.get("/treatments/cupping/").status_code == 404


class TestClaims:
    def test_a_claim_past_its_review_date_leaves_the_page(self, site, client):
        wording = "It may soften the look of fine lines. The evidence is two small trials."
        with time_machine.travel("2027-11-23T12:00:00Z"):
            assert wording in html(client, EXOSOMES)
        with time_machine.travel("2027-11-24T12:00:00Z"):
            page = html(client, EXOSOMES)
        assert wording not in page
        assert "being looked at again" in page


class TestProducts:
    def test_a_recall_takes_a_product_off_the_page(self, site, stock, client):
        assert "Rosa EV Serum" in html(client, EXOSOMES)
        for lot in (stock.good, stock.in_phoenix):
            clinics.recall_lot(by=site.actor("iris"), product=stock.serum, code=lot.code, reason="Particles in vials.")
        page = html(client, EXOSOMES)
        assert "Rosa EV Serum" not in page
        assert "None is on our shelf today" in page


class TestOverlay:
    OVERLAY = {
        "headline": "What we offer, and what we do not know",
        "intro": ["We have offered this since spring."],
        "note": "Ask for Noor.",
        "questions": [{"question": "Is parking free?", "answer": "Yes, behind the house."}],
        "modalities": {"microneedling": {"price_from": 333, "areas": {"full-face": {"minutes": 40, "price": 444}}}},
    }

    def test_the_clinics_words_questions_minutes_and_prices_stand_on_the_page(self, cast, client):
        open_site(cast, "exosome-therapy", "microneedling", exosome_therapy=self.OVERLAY)
        page = html(client, EXOSOMES)
        assert "What we offer, and what we do not know" in page
        assert "We have offered this since spring." in section(page, "overview")
        assert "Ask for Noor." in section(page, "overview")
        assert "Is parking free?" in section(page, "questions")
        visit = words_of(section(page, "what-to-expect"))
        assert "65 min from $444" in visit
        assert "With microneedling: from $333" in visit

    def test_words_of_the_clinic_are_escaped(self, cast, client):
        open_site(cast, "prp", prp={"intro": ["<script>alert(1)</script>"]})
        page = html(client, "/treatments/prp/")
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestPreview:
    @pytest.fixture
    def edition(self, site):
        return draft(site, "exosome-therapy", {"headline": "A headline nobody has approved"})

    def test_staff_see_a_draft_and_every_default_to_confirm(self, site, edition, as_staff, client):
        page = html(as_staff(client, "rosa"), f"{EXOSOMES}?edition={edition.pk}")
        assert "A headline nobody has approved" in page
        assert f"Preview: Edition {edition.number}, from protocol 1.1.0, draft" in page
        assert page.count("clinic&#x27;s default, to confirm") > 20
        assert 'content="noindex, nofollow"' in page

    def test_visitors_go_on_seeing_what_was_approved(self, site, edition, client):
        page = html(client, EXOSOMES)
        assert "A headline nobody has approved" not in page
        assert "to confirm" not in words_of(page).replace("is a default to confirm", "")

    def test_visitors_and_patients_may_not_see_it(self, site, edition, as_patient, client):
        assert client.get(f"{EXOSOMES}?edition={edition.pk}").status_code == 403
        assert as_patient(client, site.pia).get(f"{EXOSOMES}?edition={edition.pk}").status_code == 403

    def test_another_clinics_staff_do_not_find_it(self, site, edition, as_staff, client):
        assert as_staff(client, "otto").get(f"{EXOSOMES}?edition={edition.pk}").status_code == 404

    @pytest.mark.parametrize("number", ["0", "999999", "abc", "-1", "9" * 40])
    def test_a_number_that_is_no_edition_is_not_found(self, site, as_staff, client, number):
        assert as_staff(client, "iris").get(f"{EXOSOMES}?edition={number}").status_code == 404

    def test_an_edition_of_another_treatment_is_not_found_here(self, site, edition, as_staff, client):
        assert as_staff(client, "iris").get(f"/treatments/prp/?edition={edition.pk}").status_code == 404


class TestPanels:
    def test_a_later_room_adds_a_panel_to_the_results(self, site, client, settings, tmp_path):
        (tmp_path / "panel.html").write_text("<p>Measured in {{ panel.count }} people.</p>")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

        def outcomes(actor, one):
            return Panel("What we measured", "panel.html", {"count": 37}) if one.option.modality == "topical" else None

        panels.append(outcomes)
        try:
            results = section(html(client, EXOSOMES), "results")
        finally:
            panels.remove(outcomes)
        assert results.count("Measured in 37 people.") == 1
        assert "What we measured" in results


class TestHome:
    def test_a_clinic_without_an_approved_edition_says_so(self, cast, client):
        install()
        assert "no approved treatment at present" in html(client, "/")
        assert "no approved treatment at present" in html(client, "/compare/")


class TestConcern:
    def test_says_where_a_word_is_a_diagnosis(self, site, client):
        assert load_bank().concerns["melasma"].medical_note in html(client, "/concerns/melasma/")

    def test_a_concern_nobody_here_treats_is_not_found(self, cast, client):
        open_site(cast, "chemical-peel")
        assert client.get("/concerns/neck-lines/").status_code == 404
        assert client.get("/concerns/nothing/").status_code == 404


class TestCompare:
    def test_shows_only_what_was_chosen(self, site, client):
        page = html(client, "/compare/?option=prp/injection&option=chemical-peel/medium")
        assert "2 of our treatments" in page
        assert page.count(" checked") == 2
        columns = re.findall(r'<th role="columnheader" scope="col">\s*<a', page)
        assert len(columns) == 2

    @pytest.mark.parametrize("query", ["?option=nothing/here", "?option=", "?option=%3Cscript%3E", "?other=1"])
    def test_a_choice_that_is_not_offered_shows_all(self, site, client, query):
        assert "All 10 ways" in html(client, f"/compare/{query}")


class TestLocations:
    def test_a_new_location_appears_at_once(self, site, client):
        client.get("/locations/")
        clinics.add_location(
            by=site.actor("owen"),
            name="Salem",
            slug="salem",
            street="9 River Street",
            city="Salem",
            state="OR",
            postal_code="97301",
            phone="+1 503 555 0177",
            time_zone="America/Los_Angeles",
        )
        assert "9 River Street" in html(client, "/locations/")


class TestForMachines:
    def test_robots_are_kept_out_of_what_belongs_to_people(self, site, client):
        response = client.get("/robots.txt")
        assert response["Content-Type"].startswith("text/plain")
        text = response.content.decode()
        assert "Disallow: /my/" in text
        assert "Disallow: /desk/" in text
        assert "Sitemap: http://testserver/sitemap.xml" in text

    def test_the_sitemap_lists_pages_that_exist(self, site, client):
        response = client.get("/sitemap.xml")
        assert response["Content-Type"].startswith("application/xml")
        addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", response.content.decode())
        assert {"/", "/treatments/prp/", "/compare/", "/concerns/acne-scars/", "/locations/"} <= set(addresses)
        assert all(client.get(address).status_code == 200 for address in addresses)

    def test_the_icon_is_found_where_old_browsers_look(self, site, client):
        response = client.get("/favicon.ico")
        assert response.status_code == 302
        assert response["Location"].endswith("mark.svg")


class TestQueries:
    @pytest.mark.parametrize(("url", "most"), [(EXOSOMES, 16), ("/", 7), ("/compare/", 4), ("/locations/", 8)])
    def test_a_page_that_is_built_asks_few_questions(self, site, client, url, most, django_assert_max_num_queries):
        client.get(url)
        store.clear()
        with django_assert_max_num_queries(most):
            client.get(url)

    def test_more_locations_and_products_ask_no_more_questions(self, site, client, django_assert_max_num_queries):
        for number in range(4):
            clinics.add_location(
                by=site.actor("owen"),
                name=f"Branch {number}",
                slug=f"branch-{number}",
                street="9 River Street",
                city="Salem",
                state="OR",
                postal_code="97301",
                phone="+1 503 555 0177",
                time_zone="America/Los_Angeles",
            )
        client.get("/")
        with django_assert_max_num_queries(16):
            client.get(EXOSOMES)


def test_another_clinics_host_shows_that_clinic(site, client):
    theirs = Client(SERVER_NAME="bellhaven.localhost")
    page = theirs.get("/").content.decode()
    assert "Bellhaven" in page
    assert "Alderbrook" not in page
    assert "218 Alder Street" not in theirs.get("/locations/").content.decode()


def test_a_retired_edition_takes_the_page_away(site, client):
    edition = approved(site, "prp")
    assert client.get("/treatments/prp/").status_code == 200
    retire_edition(by=site.actor("iris"), edition=edition)
    assert client.get("/treatments/prp/").status_code == 404
    assert "/treatments/prp/" not in html(client, "/")
