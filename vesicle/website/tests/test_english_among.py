"""Public pages in Spanish whose protocols have none: all their texts say that they are English, and nothing breaks."""

import pytest
from django.test import Client

from vesicle.core.tests.marks import Marks
from vesicle.protocols.tests import translations
from vesicle.website.tests.site import PAGES, open_site

OWN = {
    "headline": "Your own plasma & patience",
    "intro": ["We take an hour for it."],
    "sections": {"results": "We look again after twelve weeks."},
    "questions": [{"question": "Does it hurt?", "answer": "A little. We numb the skin before."}],
}


@pytest.mark.django_db
def test_every_text_that_fell_back_is_marked_and_only_where_an_element_may_stand(cast, stock, tmp_path):
    with translations.library_in(tmp_path):
        open_site(cast, prp=OWN)
        client = Client()
        pages = {url: Marks(client.get(f"/es{url}").content.decode()) for url in PAGES}
    own = [OWN["headline"], *OWN["intro"], *OWN["sections"].values(), *OWN["questions"][0].values()]
    ours = [*translations.known_again(), *own]
    assert {url: page.broken for url, page in pages.items() if page.broken} == {}
    assert {url: found for url, page in pages.items() if (found := page.unmarked(ours))} == {}
    assert all(page.english for page in pages.values())
    assert {text for text in own if text not in pages["/treatments/prp/"].english} == set()
