"""Every change a clinic can make, one after the other: the page from memory is the one that would be built now.

Three things are held for each change: no page is out of date after it, just those pages changed that had to, and where
nothing a visitor can see has changed, nothing is built again.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from vesicle.clinic import services as clinic
from vesicle.core import clock
from vesicle.people.services import change_patient, change_staff
from vesicle.protocols import services as protocols
from vesicle.protocols.tests.editions import approved, draft
from vesicle.website.middleware import store
from vesicle.website.tests.site import open_site

PAGES = {
    "home": "/",
    "microneedling": "/treatments/microneedling/",
    "exosomes": "/treatments/exosome-therapy/",
    "compare": "/compare/",
    "locations": "/locations/",
    "framed": "/embed/v1/treatments/microneedling/",
}
NOTHING: frozenset[str] = frozenset()
TREATMENT = frozenset({"microneedling", "framed"})
OFFERS = TREATMENT | {"exosomes"}


@dataclass
class Town:
    """Who and what is there to change; ``kept`` is what one change leaves for the next."""

    cast: object
    stock: object
    kept: object = None

    def actor(self, name):
        return self.cast.actor(name)


def _headline(town):
    approved(town.cast, "microneedling", {"headline": "Small needles, told plainly"})


def _price(town):
    approved(town.cast, "microneedling", {"modalities": {"standard": {"price_from": "417"}}})


def _draft(town):
    town.kept = draft(town.cast, "microneedling", {"headline": "Not read by anybody yet"})


def _submitted(town):
    protocols.submit_for_review(by=town.actor("owen"), edition=town.kept)


def _lots_gone(town):
    for lot in (town.stock.good, town.stock.in_phoenix):
        clinic.recall_lot(
            by=town.actor("iris"), product=town.stock.serum, code=lot.code, reason="Particles in the vials."
        )


def _received(town):
    clinic.receive_lot(
        by=town.actor("iris"),
        product=town.stock.serum,
        location=town.cast.portland,
        code="RS-9999",
        expires_on=clock.now().date() + timedelta(days=90),
        quantity=Decimal(5),
        certificate="COA RS-9999",
        received_on=clock.now().date(),
    )


def _used(town):
    clinic.take(by=town.actor("iris"), lot=town.stock.numbing_lot, quantity=Decimal(1), reason="Broken")


def _pens(town, verb, **more):
    for device in town.cast.devices:
        if device.device_kind == "microneedling-pen":
            verb(by=town.actor("owen"), resource=device, **more)


CHANGES = (
    ("a draft is begun", _draft, NOTHING),
    ("a draft is submitted", _submitted, NOTHING),
    ("an edition with another headline", _headline, TREATMENT | {"home"}),
    ("an edition with another price", _price, TREATMENT | {"home", "compare"}),
    (
        "a patient's name",
        lambda town: change_patient(by=town.actor("rosa"), patient=town.cast.pia, preferred_name="Pi"),
        NOTHING,
    ),
    ("something of a lot is used", _used, NOTHING),
    (
        "travel between locations",
        lambda town: clinic.set_travel(
            by=town.actor("owen"), first=town.cast.portland, second=town.cast.phoenix, minutes=150
        ),
        NOTHING,
    ),
    (
        "a location's street",
        lambda town: clinic.change_location(by=town.actor("owen"), location=town.cast.portland, street="9 Fir Road"),
        frozenset({"home", "locations"}),
    ),
    (
        "a location's hours",
        lambda town: clinic.set_hours(
            by=town.actor("owen"), location=town.cast.phoenix, week={5: [(time(10), time(12))]}
        ),
        frozenset({"home", "locations"}),
    ),
    ("every lot is recalled", _lots_gone, frozenset({"exosomes"})),
    ("a new lot comes", _received, frozenset({"exosomes"})),
    (
        "the pens are taken away",
        lambda town: _pens(town, clinic.retire_resource, today=clock.now().date()),
        OFFERS | {"locations"},
    ),
    ("the pens come back", lambda town: _pens(town, clinic.restore_resource), OFFERS | {"locations"}),
    (
        "a provider leaves",
        lambda town: change_staff(by=town.actor("owen"), staff=town.cast.noor, is_active=False),
        OFFERS | {"locations"},
    ),
    (
        "a site may frame",
        lambda town: clinic.allow_origin(by=town.actor("owen"), origin="https://a.example"),
        frozenset({"framed"}),
    ),
    (
        "and may no longer",
        lambda town: clinic.end_origin(by=town.actor("owen"), origin="https://a.example"),
        frozenset({"framed"}),
    ),
)


def pages(client):
    return {name: client.get(address) for name, address in PAGES.items()}


@pytest.mark.django_db
def test_a_page_changes_exactly_when_what_it_says_does(cast, stock):
    open_site(cast, "microneedling", "exosome-therapy")
    town, client = Town(cast, stock), Client()
    before, problems = pages(client), []
    for what, change, changes in CHANGES:
        kept = dict(store._pages)
        change(town)
        served = pages(client)
        if not changes and dict(store._pages) != kept:
            problems.append(f"{what}: pages were built again for nothing")
        store.clear()
        built = pages(client)
        stale = {name for name in PAGES if served[name].content != built[name].content}
        if stale:
            problems.append(f"{what}: out of date: {sorted(stale)}")
        changed = {name for name in PAGES if before[name].content != built[name].content}
        if changed != changes:
            problems.append(f"{what}: changed {sorted(changed)}, should have {sorted(changes)}")
        same = {name for name in PAGES if before[name]["ETag"] == built[name]["ETag"]}
        if same != PAGES.keys() - changed:
            problems.append(f"{what}: a browser hears the wrong thing of {sorted(same ^ (PAGES.keys() - changed))}")
        before = built
    assert problems == []


@pytest.mark.django_db
def test_what_ends_with_a_day_ends_without_anybody_doing_anything(cast, stock):
    open_site(cast, "microneedling", "exosome-therapy")
    client, later = Client(), clock.now() + timedelta(days=201)
    assert b"Rosa EV Serum" in client.get(PAGES["exosomes"]).content
    with time_machine.travel(later, tick=False):
        served = pages(client)
        assert b"Rosa EV Serum" not in served["exosomes"].content, "its last lot has expired"
        store.clear()
        assert {name: page.content for name, page in served.items()} == {
            name: page.content for name, page in pages(client).items()
        }
