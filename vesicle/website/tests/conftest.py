"""What every test of the public pages starts from: nothing remembered of the pages of another."""

import pytest
from django.db import transaction
from django.test import Client

from vesicle.clinic.queries import forget_clinics
from vesicle.core.scope import clinic_scope
from vesicle.people.tests.cast import fill_cupboard, gather
from vesicle.protocols.queries import forget_editions, offered_options
from vesicle.website import middleware
from vesicle.website.tests.site import PAGES, Printed, links_of, open_site


@pytest.fixture(autouse=True)
def empty_store(monkeypatch):
    """Forget finished pages, and leave the thorough compression aside: it takes a while for each page."""
    monkeypatch.setattr(middleware.aside, "do", lambda work: None)
    middleware.store.clear()
    yield
    middleware.store.clear()


@pytest.fixture
def site(town, cast, stock):
    """The public site with all five treatments and something on the shelf."""
    if "site" not in town:
        open_site(cast)
    return cast


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    """Every page as a visitor gets it, printed once for all tests that only read."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield _print()
                transaction.set_rollback(True)
        finally:
            forget_editions()
            forget_clinics()
            middleware.store.clear()


def _print():
    cast = gather()
    with clinic_scope(cast.clinic.pk):
        fill_cupboard(cast)
        open_site(cast)
        options = {one.option.id: one for one in offered_options(cast.clinic.pk)}
    client = Client()
    pages = {url: client.get(url).content.decode() for url in PAGES}
    links = {link for page in pages.values() for link in links_of(page)}
    return Printed(pages, {link: client.get(link).status_code for link in sorted(links)}, options)
