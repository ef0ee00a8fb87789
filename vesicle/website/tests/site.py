"""Alderbrook's public site, with approved editions of every treatment."""

import re
from dataclasses import dataclass
from html import unescape

from vesicle.protocols.library_files import load_library
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.tests.editions import approved, install

PAGES = (
    "/",
    "/treatments/",
    "/treatments/exosome-therapy/",
    "/treatments/prp/",
    "/treatments/microneedling/",
    "/treatments/laser-resurfacing/",
    "/treatments/chemical-peel/",
    "/compare/",
    "/concerns/",
    "/concerns/acne-scars/",
    "/locations/",
)
TREATMENTS = ("exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel")
EXOSOMES = "/treatments/exosome-therapy/"


@dataclass
class Printed:
    """Pages by address, what their links within the site answered, and what the clinic offers."""

    pages: dict[str, str]
    answers: dict[str, int]
    options: dict[str, OfferedOption]
    candidacy: str = ""

    def treatment(self, treatment: str) -> str:
        """Return the page of a treatment."""
        return self.pages[f"/treatments/{treatment}/"]

    def of(self, treatment: str) -> list[OfferedOption]:
        """Return the ways a treatment is given."""
        return [one for one in self.options.values() if one.option.treatment == treatment]


def open_site(cast, *treatments, **overlays):
    """Approve an edition of each treatment (all of them when none is named), with overlays by name."""
    install()
    for treatment in treatments or load_library().treatments():
        approved(cast, treatment, overlays.get(treatment.replace("-", "_"), {}))


def links_of(page):
    """Return where a page leads within the public site."""
    found = {unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', page)}
    return {link for link in found if link == "/" or re.match(r"/(treatments|compare|concerns|locations)/", link)}


def html(client, url):
    """Return a page that has to be there."""
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def section(page, anchor):
    """Return a section of a page."""
    start = page.index(f'id="{anchor}"')
    return page[start : page.find('<section class="section', start)]


def words_of(fragment):
    """Return the words of a fragment, without marks and white space."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", fragment)).split())
