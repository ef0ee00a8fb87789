"""What an audit of a page looks at beyond what other tests hold: headings, sizes, blocking, caching, targets."""

import re
from itertools import pairwise

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client

from vesicle.website.tests.site import PAGES

SHEETS = 3


@pytest.mark.parametrize("url", PAGES)
class TestEveryPage:
    def test_headings_never_skip_a_level(self, printed, url):
        levels = [int(level) for level in re.findall(r"<h([1-6])[\s>]", printed.pages[url])]
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels

    def test_pictures_keep_their_place_while_they_load(self, printed, url):
        for image in re.findall(r"<img[^>]*>", printed.pages[url]):
            assert re.search(r'\swidth="\d+"', image)
            assert re.search(r'\sheight="\d+"', image)

    def test_nothing_holds_up_the_first_paint_but_a_few_style_sheets(self, printed, url):
        page = printed.pages[url]
        assert len(re.findall(r'<link rel="stylesheet"', page)) <= SHEETS
        assert "<script src" not in page
        assert page.index('rel="preload"') < page.index('rel="stylesheet"'), "fonts are asked for first"

    def test_says_how_it_fits_a_phone_and_which_language_it_speaks(self, printed, url):
        page = printed.pages[url]
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
        assert "user-scalable" not in page
        assert '<html lang="en' in page
        assert page.lstrip().lower().startswith("<!doctype html>")

    def test_every_link_says_where_it_leads(self, printed, url):
        vague = {"here", "click here", "more", "read more", "this", "link"}
        for inner in re.findall(r"<a\s[^>]*>(.*?)</a>", printed.pages[url], re.DOTALL):
            words = re.sub(r"<[^>]+>", " ", inner).strip().lower()
            assert words not in vague


def test_every_page_that_may_be_found_says_what_it_is_about(printed):
    for url, page in {**printed.pages, "/candidacy/": printed.candidacy}.items():
        described = re.search(r'<meta name="description" content="([^"]+)"', page)
        assert described, url
        assert 40 <= len(described.group(1)) <= 170, url
        assert 'content="noindex' not in page, url


class TestStaticFiles:
    @pytest.fixture
    def collected(self, settings, tmp_path):
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        }
        staticfiles_storage._setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        yield tmp_path
        staticfiles_storage._setup()

    def test_are_kept_for_good_under_an_address_with_their_checksum_and_come_compressed(self, db, collected):
        client = Client()  # made now, so that what was collected is known to it
        for name in ("vesicle/css/core.css", "vesicle/css/website.css", "vesicle/fonts/figtree.woff2"):
            address = staticfiles_storage.url(name)
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
            answer = client.get(address, headers={"Accept-Encoding": "br"})
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
            if name.endswith(".css"):
                assert answer["Content-Encoding"] == "br"
            answer.close()


@pytest.mark.django_db(transaction=True)
def test_targets_are_large_enough_for_a_thumb_and_nothing_breaks_the_policy(site, live_server, new_context):
    page = new_context(java_script_enabled=True).new_page()
    page.add_init_script(JUMPS)
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    for url in ("/", "/treatments/exosome-therapy/", "/compare/", "/candidacy/"):
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}{url}")
            problems += [f"{url} at {width}: {found}" for found in page.evaluate(SMALL)]
            if (moved := page.evaluate("jumps")) > 0.1:
                problems.append(f"{url} at {width} moves by itself while it loads: {moved}")
            if url != "/candidacy/":
                assert page.evaluate("document.querySelectorAll('script[type=\"application/ld+json\"]').length") == 1
    assert problems == []


JUMPS = """
    window.jumps = 0;
    window.eachJump = [];
    new PerformanceObserver(list => list.getEntries().filter(one => !one.hadRecentInput).forEach(one => {
        jumps += one.value;
        eachJump.push(one.value);
    }))
        .observe({ type: "layout-shift", buffered: true });
"""
"""Sums up what moves by itself on a page; above 0.1 people notice."""

SMALL = """() => {
    const target = it => it.closest('label') || it;
    const shown = [...document.querySelectorAll('a[href], button, input, summary')].filter(it => it.checkVisibility());
    const boxes = [...new Set(shown.map(target))].map(it => [it, it.getBoundingClientRect()])
        .filter(([it, box]) => box.width > 1 && box.height > 1);
    const small = box => box.width < 24 || box.height < 24;
    // WCAG 2.2, 2.5.8: a small target will do in a sentence, or where a circle of 24 px around its middle is its own.
    const near = (x, y, box) => Math.hypot(
        Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) < 12;
    return boxes.filter(([it, box]) => {
        if (!small(box) || getComputedStyle(it).display === 'inline') return false;
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        return boxes.some(([other, its]) => other !== it && !other.contains(it) && near(x, y, its));
    }).map(([it]) => it.outerHTML.slice(0, 120));
}"""
