"""What a first visit to a page weighs on the wire: page, style, fonts, pictures."""

import re

import brotli
import pytest
from django.contrib.staticfiles import finders

from vesicle.website.page_store import QUICK
from vesicle.website.tests.site import PAGES

MOST = 100_000


def small(content, quality=11):
    return len(brotli.compress(content, quality=quality))


def weight_of_file(address):
    path = finders.find(address.removeprefix("/static/"))
    assert path, address
    with open(path, "rb") as file:
        content = file.read()
    return len(content) if address.endswith(".woff2") else small(content)


@pytest.mark.parametrize("url", [*PAGES, "/candidacy/"])
def test_a_first_visit_weighs_at_most_100_kilobytes(printed, url):
    text = printed.pages.get(url) or printed.candidacy
    page = text.encode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
    fonts = {f"/static/vesicle/fonts/{name}.woff2" for name in ("figtree", "newsreader-display")}
    fonts.add("/static/vesicle/fonts/newsreader-display-italic.woff2")
    if url in PAGES:
        assert fonts <= files, "all three fonts are fetched at once"
    files |= fonts
    total = small(page, QUICK) + sum(map(weight_of_file, files))
    assert total <= MOST, f"{url} weighs {total:,} bytes"
