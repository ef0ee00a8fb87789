"""An owner writes the page: told while writing what cannot be said, why and how; chooses the evidence; submits."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Screen

pytestmark = pytest.mark.django_db(transaction=True)

TREATMENT = "microneedling"
CARRIED = "Fine lines may soften a little with microneedling."


def test_the_owner_is_told_while_writing_links_the_evidence_and_submits(alderbrook, desk: Any) -> None:
    owen = desk("owen")
    address = given_a_draft(owen)
    when_a_sentence_is_typed_it_is_judged_beside_the_field(owen, address)
    then_what_was_typed_is_saved_but_goes_no_further(owen, address)
    when_the_sentence_is_mended_and_the_other_linked(owen, address)
    then_it_can_be_submitted(owen, address)


def given_a_draft(owen: Screen) -> str:
    owen.open(f"/desk/protocols/{TREATMENT}/")
    owen.page.get_by_role("button", name="New draft").click()
    owen.page.wait_for_url(re.compile(r"/editions/\d+/"))
    return owen.page.url.removeprefix(owen.home)


def is_sound_at_both_widths(owen: Screen) -> None:
    for width in (390, 1440):
        owen.page.set_viewport_size({"width": width, "height": 900})
        owen.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        owen.is_sound()


def when_a_sentence_is_typed_it_is_judged_beside_the_field(owen: Screen, address: str) -> None:
    owen.open(f"{address}words/")
    note = owen.page.get_by_label("Note", exact=True)
    note.fill("Our serum cures acne.")
    beside = owen.page.locator("#beside-note")
    # A pause is enough; the field has not been left.
    expect(beside.get_by_text("Take out", exact=True)).to_be_visible()
    expect(beside.get_by_text("Safer:").first).to_be_visible()
    expect(beside.get_by_text("Safer:").last).to_be_hidden()
    expect(owen.page.locator("#announcer")).to_have_text("1 sentence to take out.")
    expect(owen.page.locator("#announcer")).to_have_attribute("aria-live", "polite")
    assert "beside-note" in note.get_attribute("aria-describedby")
    assert note.evaluate("field => document.activeElement === field"), "nothing takes the place where one writes"
    answer = owen.page.get_by_label("Answer 1")
    owen.page.get_by_label("Question 1").fill("And fine lines?")
    answer.fill(CARRIED)
    answer.blur()
    expect(owen.page.locator("[id^=beside-q]").get_by_text("Needs evidence", exact=True)).to_be_visible()
    what_is_unfolded_stays_so_while_one_writes(owen)
    is_sound_at_both_widths(owen)


def what_is_unfolded_stays_so_while_one_writes(owen: Screen) -> None:
    further = owen.page.locator("#beside-note summary")
    further.press("Enter")
    folded = owen.page.locator("#beside-note").get_by_text("Safer:").last
    expect(folded).to_be_visible()
    owen.page.get_by_label("Headline").fill("Needles cure scars")
    further.focus()
    expect(owen.page.locator("#beside-headline").get_by_text("Take out")).to_be_visible()
    expect(folded).to_be_visible()
    assert further.evaluate("summary => document.activeElement === summary")
    owen.page.get_by_label("Headline").fill("")


def then_what_was_typed_is_saved_but_goes_no_further(owen: Screen, address: str) -> None:
    owen.page.get_by_role("button", name="Save", exact=True).last.click()
    owen.page.wait_for_url(f"{owen.home}{address}")
    owen.page.get_by_role("button", name="Submit for review").click()
    told = owen.page.get_by_role("alert")
    expect(told).to_contain_text("cannot be submitted yet: 2 things have to be mended.")
    expect(told).to_contain_text("Our serum cures acne.")
    expect(told).to_contain_text(CARRIED)
    is_sound_at_both_widths(owen)


def when_the_sentence_is_mended_and_the_other_linked(owen: Screen, address: str) -> None:
    owen.open(f"{address}words/")
    owen.page.get_by_label("Note", exact=True).fill("We are on the second floor.")
    owen.page.get_by_role("button", name="Save and choose evidence").click()
    owen.page.wait_for_url(re.compile(r"/desk/statements/\d+/"))
    expect(owen.page.get_by_role("radio").first).to_be_checked()
    is_sound_at_both_widths(owen)
    owen.page.get_by_role("button", name="Link the sentence to this claim").focus()
    owen.page.keyboard.press("Enter")
    owen.says("The sentence rests on the claim")
    expect(owen.page.get_by_text("Rests on a claim", exact=True)).to_be_visible()
    is_sound_at_both_widths(owen)


def then_it_can_be_submitted(owen: Screen, address: str) -> None:
    owen.open(address)
    owen.page.get_by_role("button", name="Submit for review").click()
    owen.says("waits for the medical director")
    owen.open(f"/treatments/{TREATMENT}/?edition={address.strip('/').rpartition('/')[2]}")
    owen.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    expect(owen.page.locator("#questions").get_by_text(CARRIED)).to_be_visible()
    owen.is_sound()
