"""Public pages in Spanish: nothing falls back unsaid, each page knows its others, and Korean is for staff alone."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from vesicle.clinic.services import allow_origin
from vesicle.core import catalogs
from vesicle.core.languages import speaking
from vesicle.core.tests.test_patient_pages_in_spanish import unmarked
from vesicle.website.presenters import words
from vesicle.website.tests.site import PAGES, links_of, words_of
from vesicle.website.tests.test_weight import MOST, QUICK, small, weight_of_file

OF_STAFF = {"embeds.html", "import.html"}
_READ_OUT = ("aria-label", "alt", "title", "content")
_EMPTY = {"meta", "link", "br", "img", "input", "circle", "path", "use", "line", "ellipse", "rect", "hr"}
_PLACE = re.compile(r"%\((\w+)\)s")
_NUMBERS = {"span", "count", "week", "day", "age", "level", "depth"}


@pytest.fixture(scope="module")
def spanish(printed):
    """Every page as somebody gets it who reads Spanish."""
    client = Client()
    return {url: client.get(f"/es{url}").content.decode() for url in PAGES}


class Texts(HTMLParser):
    """Collects what a page says and has read out, without what it says itself to be English."""

    def __init__(self, page):
        super().__init__()
        self.found, self.aside = [], 0
        self.feed(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        # A name of a protocol is broken into lines in a drawing; each line alone is nobody's sentence.
        if self.aside or tag == "tspan" or (given.get("lang") == "en" and tag != "html"):
            self.aside += tag not in _EMPTY
            return
        self.found += [given[name] for name in _READ_OUT if given.get(name)]

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        self.aside -= bool(self.aside) and tag not in _EMPTY

    def handle_data(self, data):
        if not self.aside and data.strip():
            self.found.append(" ".join(data.split()))


def _filled(piece, number):
    """Every second piece is the name of a place in the sentence: numbers stand in some, any words in others."""
    if number % 2 == 0:
        return piece
    return r"[\d–+.,]+" if piece in _NUMBERS else r"[^.]+"


def english():
    """Return how our own sentences look in English: those that Spanish says otherwise."""
    found = []
    rooms = (path for path in catalogs.sources("es") if path.parts[-5] in ("core", "website"))
    for key, said in (entry for path in rooms for entry in catalogs.read_po(path).items()):
        original = key.rpartition("\x04")[2]
        for one, other in zip(original.split("\x00"), said.split("\x00"), strict=True):
            plain = re.sub(r"<[^>]+>|&nbsp;", " ", one)
            if one != other and re.search("[A-Za-z]{3}", re.sub(r"\b(?:and|or)\b", "", _PLACE.sub("", plain))):
                pieces = [re.escape(piece) for piece in _PLACE.split(" ".join(plain.split()))]
                found.append("".join(_filled(piece, number) for number, piece in enumerate(pieces)))
    return re.compile("|".join(sorted(found, key=len, reverse=True)))


def test_every_word_of_the_templates_can_be_said_in_spanish():
    rooms = catalogs.ROOMS
    layouts = rooms / "core/templates/layouts"
    pages = [
        *(path for path in rooms.glob("website/templates/website/*.html") if path.name not in OF_STAFF),
        *rooms.glob("website/templates/website/parts/*.html"),
        *(layouts / f"{name}.html" for name in ("public", "_public_nav", "_page_languages")),
        *(rooms / "core/templates/cotton" / f"{name}.html" for name in ("figure", "breadcrumbs")),
    ]
    assert len(pages) > 25
    missing = {path.name: found for path in pages if (found := unmarked(path.read_text("utf-8")))}
    assert missing == {}


class TestSpanishPages:
    @pytest.mark.parametrize("url", PAGES)
    def test_none_of_our_own_sentences_is_english(self, spanish, url):
        ours = english()
        assert {text for text in Texts(spanish[url]).found if ours.fullmatch(text)} == set()

    @pytest.mark.parametrize("url", PAGES)
    def test_say_their_language_their_address_and_their_others(self, spanish, url):
        page, here = spanish[url], f"http://testserver/es{url}"
        assert '<html lang="es"' in page
        assert f'<link rel="canonical" href="{here}">' in page
        assert f'<meta property="og:url" content="{here}">' in page
        assert '<meta property="og:locale" content="es_US">' in page
        assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page) == [
            ("en", f"http://testserver{url}"),
            ("es", here),
            ("x-default", f"http://testserver{url}"),
        ]
        assert f'<a href="{url}" lang="en" hreflang="en">English</a>' in page

    @pytest.mark.parametrize("url", PAGES)
    def test_lead_to_spanish_pages(self, spanish, url):
        assert links_of(spanish[url]) <= {url}, "but for the switch itself"
        onward = re.findall(r'href="/(?:book|candidacy|my)/([^"]*)"', spanish[url])
        assert onward
        assert all("lang=es" in query for query in onward)

    def test_machines_are_told_the_language(self, printed, spanish):
        assert '"inLanguage":"es"' in spanish["/treatments/prp/"]
        assert '"inLanguage":"en"' in printed.treatment("prp")

    @pytest.mark.parametrize("url", PAGES)
    def test_weigh_no_more_than_a_first_visit_may(self, spanish, url):
        text = spanish[url]
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
        assert small(text.encode(), QUICK) + sum(map(weight_of_file, files)) <= MOST

    def test_english_pages_lead_there_and_are_not_changed_otherwise(self, printed):
        page = printed.pages["/locations/"]
        assert '<a href="/es/locations/" lang="es" hreflang="es">Español</a>' in page
        assert "lang=es" not in "".join(re.findall(r'href="([^"]*)"', page))


@pytest.mark.parametrize(
    ("language", "names", "last", "said"),
    [
        ("en", ["needles", "ice"], "and", "needles and ice"),
        ("es", ["agujas", "hielo"], "and", "agujas y hielo"),
        ("es", ["agujas", "inyección"], "and", "agujas e inyección"),
        ("es", ["agujas", "otros"], "or", "agujas u otros"),
        ("es", ["una", "dos", "tres"], "or", "una, dos o tres"),
        ("es", ["una"], "and", "una"),
    ],
)
def test_rows_are_joined_as_the_language_does(language, names, last, said):
    with speaking(language):
        assert words.in_a_row(names, last) == said


@pytest.mark.django_db
class TestAddresses:
    def test_a_page_is_kept_by_language(self, site, client):
        first, second = (client.get(f"{before}/locations/").content for before in ("", "/es"))
        assert first != second
        assert client.get("/locations/").content == first
        assert client.get("/es/locations/").content == second

    def test_a_spanish_page_from_memory_costs_one_query_and_a_new_one_few(
        self, site, client, django_assert_num_queries, django_assert_max_num_queries
    ):
        client.get("/es/locations/")
        with django_assert_max_num_queries(16):
            client.get("/es/treatments/prp/")
        with django_assert_num_queries(1):
            client.get("/es/treatments/prp/")

    def test_the_browser_is_not_asked(self, site, client):
        page = client.get("/locations/", headers={"Accept-Language": "es"}).content.decode()
        assert '<html lang="en' in page

    def test_the_switch_keeps_what_is_compared(self, site, client):
        page = client.get("/compare/?option=prp/injection&utm_source=x").content.decode()
        assert '<a href="/es/compare/?option=prp/injection" lang="es" hreflang="es">' in page

    def test_what_is_not_there_is_not_there_in_spanish(self, site, client):
        for path in ("/es/nowhere/", "/es/treatments/botox/", "/es/concerns/nothing/"):
            answer = client.get(path)
            assert answer.status_code == 404
            page = answer.content.decode()
            assert "No encontrado" in page
            assert not re.search(r"\b(?:the|does not|We have)\b", words_of(page[page.index("<h1") :]))
            assert 'href="/es/"' in answer.content.decode()

    @pytest.mark.parametrize("path", ["/en/", "/fr/", "/es/robots.txt", "/es/sitemap.xml", "/es/book/", "/es/desk/"])
    def test_only_public_pages_have_a_language_and_only_languages_there_are(self, site, client, path):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
class TestBegun:
    def test_korean_is_not_there_for_visitors(self, site, client):
        for path in ("/ko/", "/ko/locations/", "/ko/treatments/prp/"):
            assert client.get(path).status_code == 404
        assert "/ko/" not in client.get("/").content.decode()
        assert "/ko/" not in client.get("/sitemap.xml").content.decode()

    def test_staff_see_the_frame_in_korean_and_the_page_marked_as_english(self, site, client, as_staff):
        answer = as_staff(client, "iris").get("/ko/locations/")
        page = answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert '<html lang="en' in page
        assert '<header class="top" lang="ko">' in page
        assert '<a href="/ko/compare/">비교</a>' in page
        main = page[page.index('<main id="main" tabindex="-1">') : page.index("</main>")]
        assert "Where we are" in main
        assert re.search(r"Korean is begun: .* [\d,]+ of [\d,]+ sentences of our pages are missing", main)
        assert "is begun" not in client.get("/es/locations/").content.decode()
        assert not re.search("[가-힣]", main)
        assert 'hreflang="ko"' in client.get("/locations/").content.decode()


@pytest.mark.django_db
class TestFrames:
    def test_a_spanish_frame_stays_spanish(self, site, client):
        allow_origin(by=site.actor("owen"), origin="https://www.example.com")
        page = client.get("/embed/v1/es/treatments/prp/").content.decode()
        assert '<html lang="es"' in page
        assert 'href="/embed/v1/es/candidacy/' in page
        assert 'href="/embed/v1/candidacy/' not in page
        assert '<html lang="es"' in client.get("/embed/v1/es/book/").content.decode()

    def test_what_a_frame_may_not_show_says_so_in_its_language(self, site, client):
        assert "Esto se abre" in client.get("/embed/v1/es/locations/").content.decode()
        assert '<html lang="en' in client.get("/embed/v1/locations/").content.decode()


def test_the_script_of_frames_knows_the_languages_that_are_complete():
    script = (Path(__file__).parents[1] / "embed_v1.js").read_text("utf-8")
    spanish = catalogs.merged("es")
    for original, said in re.findall(r'title: { en: "([^"]+)", es: "([^"]+)" }', script):
        assert spanish.get(original, said) == said
