"""Sections of a treatment page are remembered by what they are given, so they are given everything that they print."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from vesicle.website.templatetags.website import _section, section
from vesicle.website.tests.site import EXOSOMES

TEMPLATES = Path(__file__).parents[1] / "templates"
PAGE = (TEMPLATES / "website/treatment.html").read_text(encoding="utf-8")
SECTIONS = re.findall(r'{% section "(\w+)" "([\w ]+)" %}', PAGE)


def printed_of_the_page(name):
    """Return what a part of the page reads from it, in the parts that it includes as well."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    found = set(re.findall(r"\bpage\.(\w+)", text))
    return found.union(*(printed_of_the_page(one) for one in re.findall(r'{% include "(website/[^"]+)"', text)))


def test_the_long_sections_are_remembered():
    assert len(SECTIONS) >= 10


@pytest.mark.parametrize(("name", "needs"), SECTIONS)
def test_a_section_is_given_just_what_it_prints(name, needs):
    part = f"website/parts/{name}.html"
    assert printed_of_the_page(part) == set(needs.split())
    text = (TEMPLATES / part).read_text(encoding="utf-8")
    assert set(re.findall(r"\bclinic\.(\w+)", text)) <= {"phone"}
    assert not re.search(r"{[{%][^}]*\b(?:request|actor|user|block\.panels)\b", text)


@pytest.mark.django_db
def test_a_section_is_printed_once_for_the_same_words_and_anew_for_others(site, client):
    _section.cache_clear()
    context = client.get(EXOSOMES).context
    page, clinic = context["page"], context["clinic"]
    first = section({"page": page, "clinic": clinic}, "questions", "questions sources")
    misses = _section.cache_info().misses
    assert section({"page": replace(page), "clinic": clinic}, "questions", "questions sources") is first
    assert _section.cache_info().misses == misses
    fewer = replace(page, questions=page.questions[1:])
    changed = section({"page": fewer, "clinic": clinic}, "questions", "questions sources")
    assert page.questions[0].question in first
    assert page.questions[0].question not in changed
