"""A medical director who has never seen YAML changes a protocol: told what is wrong on leaving a field, row by row."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Screen

pytestmark = pytest.mark.django_db(transaction=True)

TREATMENT = "exosome-therapy"


def test_the_medical_director_changes_minutes_and_a_rule_and_signs(alderbrook, desk: Any) -> None:
    iris = desk("iris")
    address = given_a_draft(iris)
    then_every_page_of_the_editor_is_sound(iris, address)
    when_a_wrong_number_is_typed_it_is_told_beside_the_field(iris, address)
    when_a_question_is_added_without_leaving_the_page(iris, address)
    when_a_rule_gets_another_row(iris, address)
    then_what_differs_is_said_before_signing(iris, address)


def given_a_draft(iris: Screen) -> str:
    iris.open(f"/desk/protocols/{TREATMENT}/")
    iris.page.get_by_role("button", name="New draft").click()
    iris.page.wait_for_url(re.compile(r"/editions/\d+/"))
    return iris.page.url.removeprefix(iris.home)


def then_every_page_of_the_editor_is_sound(iris: Screen, address: str) -> None:
    pages = ["text/", "text/all/identity/", "text/topical/areas/", "rules/", "rules/all/", "texts/", "upload/"]
    pages += ["pictures/", "words/earlier/", "preview/"]
    number = address.strip("/").rpartition("/")[2]
    previews = [f"/desk/candidacy/preview/{number}/", f"/desk/candidacy/preview/{number}/asked/"]
    previews += [f"/desk/{room}/preview/{number}/topical/" for room in ("consent", "aftercare")]
    iris.page.set_viewport_size({"width": 390, "height": 900})
    for page in [address, *(address + page for page in pages), *previews, "/desk/protocols/signatures/"]:
        iris.open(page)
        iris.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        iris.is_sound()
    iris.page.set_viewport_size({"width": 1440, "height": 900})


def when_a_wrong_number_is_typed_it_is_told_beside_the_field(iris: Screen, address: str) -> None:
    iris.open(f"{address}text/topical/areas/")
    if iris.page.get_by_role("link", name="Give").count():
        iris.page.get_by_role("link", name="Give").click()
    iris.page.locator("details.entry").first.evaluate("part => { part.open = true }")
    minutes = iris.page.get_by_label("Minutes").first
    minutes.fill("7")
    minutes.blur()
    expect(iris.page.get_by_text("found 7; allowed: a multiple of 5.").first).to_be_visible()
    iris.says("Not in order, and not saved")
    iris.is_sound()
    minutes.fill("75")
    minutes.blur()
    iris.says("In order. Not saved yet.")
    iris.page.get_by_role("button", name="Save", exact=True).last.click()
    iris.says("The draft is in order.")


def when_a_question_is_added_without_leaving_the_page(iris: Screen, address: str) -> None:
    iris.open(f"{address}text/all/gaps/")
    if iris.page.get_by_role("link", name="Write it").count():
        iris.open(f"{address}text/topical/gaps/")
    lines = iris.page.locator("fieldset.lines input")
    lines.last.fill("Whether it matters on which day of the week one comes.")
    iris.page.get_by_role("button", name="Save", exact=True).last.click()
    iris.says("The draft is in order.")


def when_a_rule_gets_another_row(iris: Screen, address: str) -> None:
    iris.open(f"{address}rules/all/pregnant/")
    rows = iris.page.locator(".row-of")
    before = rows.count()
    iris.page.get_by_role("button", name="An answer").first.click()
    expect(rows).to_have_count(before + 1)
    row = rows.last
    row.get_by_label("Question").select_option("SCR-FITZ")
    answer = row.locator('input[value="VI"]')
    expect(answer).to_be_visible()
    answer.check()
    iris.page.get_by_label("It applies when").first.select_option("any")
    iris.is_sound()
    iris.page.get_by_role("button", name="Save", exact=True).last.click()
    iris.says("The draft is in order.")


def then_what_differs_is_said_before_signing(iris: Screen, address: str) -> None:
    iris.open(address)
    iris.page.get_by_role("button", name="Submit for review").click()
    iris.says("What differs from release")
    iris.is_sound()
    iris.page.get_by_role("button", name="Sign and approve").click()
    iris.says("is approved")
