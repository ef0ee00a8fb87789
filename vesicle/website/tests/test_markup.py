"""What pages tell machines: valid in schema.org's vocabulary, and nothing that is not on the page."""

import json
import re
from datetime import date, time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.protocols.models import Edition
from vesicle.protocols.parsed import read_shipped
from vesicle.website.presenters.markup import script
from vesicle.website.presenters.places import clock
from vesicle.website.presenters.words import long_date
from vesicle.website.tests.site import PAGES, TREATMENTS

VOCABULARY = read_shipped(Path(__file__).with_name("schema_org.yaml")).data
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLAIN = {"Text": str, "URL": str, "Date": str, "Time": str, "DayOfWeek": str, "Integer": int}


def graph(page):
    found = DATA.findall(page)
    assert len(found) == 1
    told = json.loads(found[0])
    assert set(told) == {"@context", "@graph"}
    assert told["@context"] == "https://schema.org"
    return told["@graph"]


def nodes(part):
    """Yield every node with a type, however deep."""
    if isinstance(part, list):
        for one in part:
            yield from nodes(one)
    elif isinstance(part, dict):
        if "@type" in part:
            yield part
        for value in part.values():
            yield from nodes(value)


def of_type(page, kind):
    return [node for node in nodes(graph(page)) if node["@type"] == kind]


class Visible(HTMLParser):
    """The text people can read; marks of sources are left out, for they stand between words."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        skipped = tag in ("head", "script") or (tag == "a" and ("class", "ref") in attrs)
        if self.hidden or skipped:
            self.hidden += tag not in ("meta", "link", "br", "img", "input", "hr", "use", "circle", "path", "rect")

    def handle_endtag(self, tag):
        if self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)


def visible(page):
    """Return the page's visible text without white space, so that line breaks between elements do not count."""
    reader = Visible()
    reader.feed(page)
    return squeezed("".join(reader.parts))


def squeezed(text):
    return re.sub(r"\s+", "", unescape(text))


class TestVocabulary:
    @pytest.mark.parametrize("url", PAGES)
    def test_types_and_properties_are_those_of_schema_org_and_hold_what_they_may(self, printed, url):
        types, properties = VOCABULARY["types"], VOCABULARY["properties"]
        for node in nodes(graph(printed.pages[url])):
            kind = node["@type"]
            lineage = {kind, *types[kind]}
            for name, value in node.items():
                if name in ("@type", "@id"):
                    continue
                assert lineage & set(properties[name]["on"]), f"{kind} has no {name}"
                for one in value if isinstance(value, list) else [value]:
                    assert allowed(one, properties[name]["holds"], types), f"{name} of {kind} holds {one!r}"

    @pytest.mark.parametrize("url", PAGES)
    def test_every_reference_leads_to_a_node_of_the_page(self, printed, url):
        told = graph(printed.pages[url])
        known = {node["@id"] for node in nodes(told) if "@id" in node}
        text = json.dumps(told)
        assert set(re.findall(r'\{"@id": "([^"]+)"\}', text)) <= known

    def test_each_kind_of_page_says_what_it_is(self, printed):
        assert of_type(printed.pages["/"], "MedicalClinic")
        assert of_type(printed.pages["/locations/"], "PostalAddress")
        for treatment in TREATMENTS:
            page = printed.treatment(treatment)
            assert len(of_type(page, "MedicalWebPage")) == 1
            assert len(of_type(page, "FAQPage")) == 1
            assert [node["name"] for node in of_type(page, "MedicalProcedure")] == [
                printed.of(treatment)[0].option.title
            ]
        for url in PAGES[1:]:
            assert len(of_type(printed.pages[url], "BreadcrumbList")) == 1

    @pytest.mark.parametrize("url", PAGES)
    def test_a_business_has_the_name_and_address_that_search_engines_ask_for(self, printed, url):
        for node in of_type(printed.pages[url], "MedicalClinic"):
            assert node["name"]
            assert node["address"]

    @pytest.mark.parametrize("url", PAGES)
    def test_no_rating_no_review_no_cure(self, printed, url):
        text = DATA.search(printed.pages[url])[1]
        for word in ("aggregateRating", '"review"', "MedicalTherapy", "MedicalCondition", "starRating", "indication"):
            assert word not in text


def allowed(value, ranges, types):
    if isinstance(value, dict):
        if "@type" not in value:
            return set(value) == {"@id"}
        return bool({value["@type"], *types[value["@type"]]} & set(ranges))
    if isinstance(value, str) and value.startswith("http") and "Thing" in ranges:
        return True  # a thing may be named by its address
    return any(isinstance(value, PLAIN[kind]) for kind in ranges if kind in PLAIN)


class TestNothingThatIsNotOnThePage:
    @pytest.mark.parametrize("url", PAGES)
    def test_every_string_of_the_markup_can_be_read_on_the_page(self, printed, url):
        page = printed.pages[url]
        text = visible(page)
        for node in nodes(graph(page)):
            for name, value in node.items():
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, str):
                        assert is_there(name, one, text, page), f"{name} of {node['@type']}: {one!r}"

    def test_opening_hours_are_those_of_the_page_day_by_day(self, printed):
        page = printed.pages["/locations/"]
        told = {}
        branches = [node for node in of_type(page, "MedicalClinic") if "#" in node["url"]]
        assert len(branches) >= 2
        for branch in branches:
            part = page[page.index(f'id="{branch["url"].partition("#")[2]}"') :]
            hours = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", part[: part.index("</dl>")]))
            for row in branch["openingHoursSpecification"]:
                for day in row["dayOfWeek"]:
                    told.setdefault((branch["name"], day.rpartition("/")[2]), []).append(
                        f"{clock(at(row['opens']))} to {clock(at(row['closes']))}"
                    )
            for days, words in hours.items():
                for day in named(days):
                    expected = [] if words.lower() == "closed" else words.split(" and ")
                    assert told.get((branch["name"], day), []) == expected
        assert told

    def test_questions_are_the_pages_own_with_all_their_answers(self, printed):
        for treatment in TREATMENTS:
            page = printed.treatment(treatment)
            told = of_type(page, "Question")
            part = page[page.index('id="questions"') :]
            shown = re.findall(r'<details class="faq"><summary><span>([^<]+)</span>', part)
            assert [one["name"] for one in told] == [unescape(name) for name in shown]
            assert all(one["acceptedAnswer"]["text"] for one in told)


def is_there(name, value, text, page):
    """Whether a value is on the page: words as they are, dates and times as people say them, addresses as links."""
    if name in ("@type", "@context", "dayOfWeek", "opens", "closes"):
        return True  # vocabulary; hours have a test of their own
    if name == "inLanguage":
        return f'<html lang="{value}' in page
    if name == "lastReviewed":
        return squeezed(long_date(date.fromisoformat(value))) in text
    if value.startswith("http://testserver"):
        return leads_there(value.removeprefix("http://testserver"), page)
    return all(squeezed(line) in text for line in value.split("\n"))


def leads_there(path, page):
    """Whether an address is the page's own, one of its links, or a name for something on them (after the hash)."""
    bare = path.partition("#")[0]
    return f'href="{bare}' in page or f'rel="canonical" href="http://testserver{bare}"' in page


def at(text):
    return time.fromisoformat(text)


def named(days):
    if days == "Every day":
        return WEEK
    first, _, last = re.sub(r" (to|and) ", "|", days).partition("|")
    return WEEK[WEEK.index(first) : WEEK.index(last or first) + 1]


class TestScript:
    @given(st.text())
    def test_no_text_ends_the_block_or_changes_on_its_way(self, text):
        block = script([{"@type": "Person", "name": text}])
        inner = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
        assert "<" not in inner
        assert ">" not in inner
        assert json.loads(inner)["@graph"][0]["name"] == text

    def test_a_preview_says_nothing_to_machines(self, site, as_staff, client):
        as_staff(client, "owen")
        edition = Edition.objects.filter(treatment="microneedling").latest("pk")
        page = client.get(f"/treatments/microneedling/?edition={edition.pk}").content.decode()
        assert "application/ld+json" not in page
        assert "noindex" in page
