"""The head of pages: titles and descriptions of bounded length, addresses, pictures to share, the sitemap."""

import io
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vesicle.protocols.models import EditionApproval
from vesicle.website.presenters.head import LONGEST_DESCRIPTION, LONGEST_TITLE, title_of, within
from vesicle.website.share_pictures import SharePicture, png
from vesicle.website.tests.site import PAGES, TREATMENTS

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def meta(page, name):
    found = re.findall(rf'<meta (?:name|property)="{re.escape(name)}" content="([^"]*)"', page)
    assert len(found) == 1, name
    return unescape(found[0])


@pytest.mark.parametrize("url", PAGES)
class TestEveryHead:
    def test_title_and_description_are_whole_and_not_too_long(self, printed, url):
        page = printed.pages[url]
        title = unescape(re.search(r"<title>([^<]+)</title>", page)[1])
        assert 10 <= len(title) <= LONGEST_TITLE
        assert 50 <= len(meta(page, "description")) <= LONGEST_DESCRIPTION
        assert meta(page, "og:title") == title
        assert meta(page, "og:description") == meta(page, "description")

    def test_is_told_in_the_languages_there_are_and_no_other(self, printed, url):
        links = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', printed.pages[url])
        here, spanish = f"http://testserver{url}", f"http://testserver/es{url}"
        assert links == [("en", here), ("es", spanish), ("x-default", here)]

    def test_its_picture_has_words_for_those_who_do_not_see_it(self, printed, url):
        page = printed.pages[url]
        assert re.fullmatch(r"http://testserver/share/[a-z-]+-[0-9a-f]{16}\.png", meta(page, "og:image"))
        assert "face in profile" in meta(page, "og:image:alt")
        assert meta(page, "og:url") == f"http://testserver{url}"


def test_titles_and_descriptions_of_different_pages_differ(printed):
    for pattern in (r"<title>([^<]+)</title>", r'name="description" content="([^"]+)"'):
        told = [re.search(pattern, page)[1] for page in printed.pages.values()]
        assert len(set(told)) == len(PAGES)


def test_the_canonical_address_drops_the_query(site, client):
    page = client.get("/compare/?option=prp/injection&utm_source=letter").content.decode()
    assert re.findall(r'rel="canonical" href="([^"]+)"', page) == ["http://testserver/compare/"]


class TestCutting:
    @given(st.text(), st.integers(min_value=2, max_value=200))
    def test_never_longer_and_the_beginning_of_what_was_said(self, text, most):
        cut = within(text, most)
        assert len(cut) <= most
        assert " ".join(text.split()).startswith(cut.removesuffix("…"))

    def test_cuts_at_a_word_and_leaves_no_comma_hanging(self):
        assert within("Lines, scars, marks and redness", 15) == "Lines, scars…"

    def test_the_clinics_name_goes_first_when_a_title_is_long(self):
        assert title_of("Treatments", "Alderbrook Skin") == "Treatments · Alderbrook Skin"
        assert title_of("Treatments", "A" * 80) == "Treatments"


class TestPicture:
    def test_every_page_leads_to_a_picture_of_the_size_it_promises(self, site, client):
        for path in ("/", *(f"/treatments/{one}/" for one in TREATMENTS)):
            address = meta(client.get(path).content.decode(), "og:image").removeprefix("http://testserver")
            answer = client.get(address)
            assert answer["Content-Type"] == "image/png"
            assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
            with Image.open(io.BytesIO(answer.content)) as picture:
                assert picture.size == (1200, 630)
            assert len(answer.content) < 200_000

    def test_an_older_address_leads_to_the_picture_of_today(self, site, client):
        answer = client.get("/share/prp-0123456789abcdef.png")
        assert answer.status_code == 302
        assert client.get(answer["Location"]).status_code == 200

    @pytest.mark.parametrize("name", ["botox", "clinics", "exosome"])
    def test_there_is_none_of_what_is_not_offered(self, site, client, name):
        assert client.get(f"/share/{name}-0123456789abcdef.png").status_code == 404

    def test_the_address_changes_with_what_is_on_it(self):
        one = SharePicture("prp", "prp", "PRP", "Your own blood.", "Alderbrook")
        others = [
            SharePicture("prp", "prp", "PRP!", "Your own blood.", "Alderbrook"),
            SharePicture("prp", "prp", "PRP", "Your own blood!", "Alderbrook"),
            SharePicture("prp", "prp", "PRP", "Your own blood.", "Bellhaven"),
            SharePicture("prp", "microneedling", "PRP", "Your own blood.", "Alderbrook"),
        ]
        assert len({one.version, *(other.version for other in others)}) == 5

    @pytest.mark.parametrize("title", ["Ångström & Ñandú", "w" * 90, "", "汉字", "Laser resurfacing " * 12])
    def test_draws_whatever_a_clinic_calls_itself(self, title):
        with Image.open(io.BytesIO(png(SharePicture("x", "", title, title, title)))) as picture:
            assert picture.size == (1200, 630)

    @pytest.mark.parametrize("title", ["w" * 90, "Dermatologicomicroneedling-" * 3, "Laser resurfacing " * 12])
    def test_no_word_runs_into_the_drawing(self, title):
        with Image.open(io.BytesIO(png(SharePicture("x", "", title, title, title)))) as picture:
            beside = picture.convert("RGB").crop((64 + 570, 0, 680, 630))  # the drawing begins at 690
            assert len(beside.getcolors()) == 1


class TestSitemap:
    def test_says_when_each_edition_was_approved_and_which_languages_there_are(self, site, client):
        tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
        found = {
            row.find("s:loc", SPACES).text.removeprefix("http://testserver"): row
            for row in tree.findall("s:url", SPACES)
        }
        for treatment in TREATMENTS:
            signed = EditionApproval.objects.filter(edition__treatment=treatment, edition__clinic=site.clinic)
            day = signed.latest("approved_at").approved_at.date().isoformat()
            assert found[f"/treatments/{treatment}/"].find("s:lastmod", SPACES).text == day
        assert found["/locations/"].find("s:lastmod", SPACES) is None
        for row in found.values():
            assert [link.get("hreflang") for link in row.findall("x:link", SPACES)] == ["en", "es", "x-default"]
        assert {f"/es{path}" for path in found if not path.startswith("/es/")} <= set(found)
