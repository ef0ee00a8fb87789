"""The head of a public page: its title and description, its address, its picture, and what it says to machines.

Words come from the edition and the clinic. Titles and descriptions are cut at a word where search engines would cut
them anyway, so that what people read there is what we wrote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from vesicle.clinic.models import Clinic
from vesicle.core import addresses, languages
from vesicle.website import queries
from vesicle.website.presenters import markup, words
from vesicle.website.presenters.catalogue import ConcernPage, TreatmentEntry
from vesicle.website.presenters.markup import Node, Teller
from vesicle.website.presenters.places import PlaceEntry
from vesicle.website.presenters.treatment import TreatmentPage
from vesicle.website.share_pictures import SharePicture

LONGEST_TITLE: Final = 65
LONGEST_DESCRIPTION: Final = 160
_LOCALES: Final = {"en": "en_US", "es": "es_US"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the head of a page."""

    title: str
    description: str
    site: str
    path: str
    picture: SharePicture
    clinic_name: str
    markup: SafeString | str = ""
    query: str = ""
    """What the page looks at in its address: kept by the switch of languages, left out of the canonical address."""

    @property
    def url(self) -> str:
        """The canonical address: without a query, whatever was asked for."""
        return f"{self.site}{self.path}"

    @property
    def picture_url(self) -> str:
        """Where the picture is."""
        return self.site + reverse("website:share", args=[self.picture.name, self.picture.version])

    @property
    def alternates(self) -> tuple[tuple[str, str], ...]:
        """The same page by language, and the one for everybody else."""
        return alternates(self.site, self.path)

    @property
    def locale(self) -> str:
        """The language of the page as Open Graph writes it."""
        return _LOCALES[languages.active()]

    @property
    def other_locales(self) -> tuple[str, ...]:
        """Those the page is there in as well."""
        return tuple(_LOCALES[code] for code in addresses.complete() if code != languages.active())


def alternates(site: str, path: str) -> tuple[tuple[str, str], ...]:
    """Return language and address of every form of a page that exists."""
    found = tuple((code, site + addresses.in_language(path, code)) for code in addresses.complete())
    return (*found, ("x-default", site + addresses.without_language(path)))


def within(text: str, most: int) -> str:
    """Return the text on one line, cut at a word with an ellipsis where it is longer than ``most``."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return re.sub(r"[\s,;:.–-]+$", "", text[: most - 1].rpartition(" ")[0] or text[: most - 1]) + "…"


def title_of(what: str, clinic_name: str) -> str:
    """Return the title of a page: what it is about, and whose it is where both have room."""
    whole = f"{what} · {clinic_name}"
    return whole if len(whole) <= LONGEST_TITLE else within(what, LONGEST_TITLE)


@dataclass(frozen=True, slots=True)
class Site:
    """Whose pages these are, and at which address."""

    clinic: Clinic
    address: str

    @property
    def teller(self) -> Teller:
        """Who speaks in the markup."""
        return Teller(self.address, self.clinic.name, self.clinic.phone)

    def head(
        self,
        title: str,
        description: str,
        path: str,
        nodes: Sequence[Node] = (),
        *,
        picture: SharePicture | None = None,
        query: str = "",
    ) -> Head:
        """Return a head; the picture is the clinic's where the page has none of its own."""
        return Head(
            within(title, LONGEST_TITLE),
            within(description, LONGEST_DESCRIPTION),
            self.address,
            path,
            picture or clinic_picture(self.clinic),
            self.clinic.name,
            markup.script(nodes) if nodes else "",
            query,
        )

    def trail(self, *steps: tuple[str, str]) -> Node:
        """Return the way from the first page."""
        return markup.crumbs(self.teller, [(self.clinic.name, reverse("website:home")), *steps])


def clinic_picture(clinic: Clinic) -> SharePicture:
    """Return the picture of all pages that have none of their own: the first page's words."""
    return SharePicture(
        "clinic",
        "",
        gettext("Skin care that says what it knows"),
        gettext("What each treatment does, how sure one can be of it, who should not have it."),
        clinic.name,
    )


def treatment_picture(found: queries.Treatment, clinic: Clinic) -> SharePicture:
    """Return the picture of a treatment: its name and headline."""
    return SharePicture(found.id, found.id, found.title, found.overlay.headline or found.protocol.tagline, clinic.name)


def of_home(site: Site, treatments: Sequence[TreatmentEntry], places: Sequence[PlaceEntry], tagline: str) -> Head:
    """Return the head of the first page."""
    named = words.in_a_row([words.small(one.title) for one in treatments]) or gettext("no treatment at present")
    offered = [(one.title, reverse("website:treatment", args=[one.id])) for one in treatments]
    return site.head(
        gettext("%(clinic)s: skin treatments, with what is known about them") % {"clinic": site.clinic.name},
        gettext("%(clinic)s offers %(treatments)s. Every page says how sure one can be.")
        % {"clinic": site.clinic.name, "treatments": named},
        reverse("website:home"),
        [markup.first_page(site.teller, tagline, offered, places)],
    )


def of_treatments(site: Site) -> Head:
    """Return the head of the list of treatments."""
    return site.head(
        title_of(gettext("Treatments"), site.clinic.name),
        gettext(
            "All treatments at %(clinic)s, with downtime, number of visits and price from, "
            "and how sure one can be of each."
        )
        % {"clinic": site.clinic.name},
        reverse("website:treatments"),
        [site.trail((gettext("Treatments"), reverse("website:treatments")))],
    )


def of_treatment(site: Site, page: TreatmentPage, found: queries.Treatment, reviewed_on: date | None) -> Head:
    """Return the head of a treatment. A preview says nothing to machines."""
    path = reverse("website:treatment", args=[page.id])
    nodes: list[Node] = []
    if not page.preview:
        steps = ((gettext("Treatments"), reverse("website:treatments")), (page.title, path))
        nodes = [*markup.treatment(site.teller, page, path=path, reviewed_on=reviewed_on), site.trail(*steps)]
    return site.head(
        title_of(page.title, site.clinic.name),
        page.description,
        path,
        nodes,
        picture=treatment_picture(found, site.clinic),
    )


def of_comparison(site: Site, chosen: Sequence[str]) -> Head:
    """Return the head of the comparison, whatever is compared."""
    path = reverse("website:compare")
    return site.head(
        title_of(gettext("Treatments compared"), site.clinic.name),
        gettext(
            "Downtime, visits, first change, duration, price, evidence and who should not: "
            "the treatments at %(clinic)s side by side."
        )
        % {"clinic": site.clinic.name},
        path,
        [site.trail((gettext("Compare"), path))],
        query="&".join(f"option={quote(one)}" for one in chosen),
    )


def of_concerns(site: Site) -> Head:
    """Return the head of the list of concerns."""
    return site.head(
        title_of(gettext("What brings you here?"), site.clinic.name),
        gettext("Lines, scars, marks, redness and more: what %(clinic)s offers for each, and how certain it is.")
        % {"clinic": site.clinic.name},
        reverse("website:concerns"),
        [site.trail((gettext("Concerns"), reverse("website:concerns")))],
    )


def of_concern(site: Site, page: ConcernPage) -> Head:
    """Return the head of a concern."""
    path = reverse("website:concern", args=[page.id])
    what = gettext("%(concern)s: what helps, and how sure we are") % {"concern": page.name}
    return site.head(
        title_of(what, site.clinic.name),
        gettext("%(concern)s: %(description)s What %(clinic)s offers for it, the best supported first.")
        % {"concern": page.name, "description": page.description, "clinic": site.clinic.name},
        path,
        [site.trail((gettext("Concerns"), reverse("website:concerns")), (page.name, path))],
    )


def of_locations(site: Site, places: Sequence[PlaceEntry]) -> Head:
    """Return the head of the locations."""
    path = reverse("website:locations")
    return site.head(
        title_of(gettext("Locations"), site.clinic.name),
        gettext("Where to find %(clinic)s: %(places)s. Hours, phone numbers and who treats there.")
        % {"clinic": site.clinic.name, "places": words.in_a_row([place.town for place in places])},
        path,
        [markup.locations(site.teller, places), site.trail((gettext("Locations"), path))],
    )
