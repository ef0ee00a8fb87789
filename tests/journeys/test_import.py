"""An owner brings the treatment page of the old site: read beside the protocol, begun as a draft."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import vesicle

pytestmark = pytest.mark.django_db(transaction=True)

OLD_PAGE = Path(vesicle.__file__).parent / "website/tests/import_pages/elementor-prp.html"


def test_the_owner_starts_a_draft_from_an_old_page(alderbrook, desk: Any) -> None:
    owen = desk("owen")
    owen.open("/desk/protocols/")
    owen.page.get_by_role("link", name="Import an old page").click()
    owen.page.get_by_label("File").set_input_files(OLD_PAGE)
    owen.page.get_by_role("button", name="Read the page").click()
    owen.says("“75–90 minutes”")
    owen.page.set_viewport_size({"width": 390, "height": 900})
    owen.is_sound()
    owen.page.set_viewport_size({"width": 1440, "height": 900})
    owen.is_sound()
    owen.page.get_by_role("button", name="Start a draft").click()
    owen.page.wait_for_url(re.compile(r"/editions/\d+/"))
    expect(owen.page.get_by_text("The draft is begun.")).to_be_visible()
    owen.says("PRP Microneedling")
