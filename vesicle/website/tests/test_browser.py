"""Public pages in a real browser: nothing sticks out, nothing is inaccessible, the switch works without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from vesicle.website.tests.site import EXOSOMES, PAGES

WIDTHS = (320, 390, 768, 1440)


@pytest.mark.django_db(transaction=True)
def test_pages_fit_every_screen_and_everybody(site, live_server, new_context):
    page = new_context(java_script_enabled=True).new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    for url in PAGES:
        page.goto(f"{live_server.url}{url}")
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if sideways > 0:
                problems.append(f"{url} is {sideways} px too wide at {width} px")
        page.set_viewport_size({"width": 390, "height": 844})
        problems += [f"{url}: {found['id']}" for found in Axe().run(page).response["violations"]]
    assert problems == []


@pytest.mark.django_db(transaction=True)
def test_without_scripts_one_way_can_be_looked_at_alone_and_anchors_arrive(site, live_server, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}{EXOSOMES}")
    needling = page.locator("#recovery").get_by_role("heading", name="With microneedling")
    expect(needling).to_be_visible()
    page.get_by_role("radio", name="On intact skin").check()
    expect(needling).to_be_hidden()
    expect(page.locator("#recovery").get_by_role("heading", name="On intact skin")).to_be_visible()
    page.get_by_role("link", name="Evidence", exact=True).first.click()
    expect(page.get_by_role("heading", name="What our sentences rest on")).to_be_in_viewport()
