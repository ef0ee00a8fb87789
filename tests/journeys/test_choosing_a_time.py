"""Choosing a time on a phone: suggested ones first, by wish, in Spanish; and what happens when too many are kept."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import Screen

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = "microneedling/standard"


def test_a_few_good_times_come_first_and_one_kept_too_many_is_swapped(alderbrook: Any, phone: Screen) -> None:
    from vesicle.candidacy.services import token_for
    from vesicle.treatment.tests.situations import Path

    path = Path(alderbrook, alderbrook.cast.pia, option=PLAIN).cleared()
    token = token_for(by=path.me, screening=path.screening)
    times = f"/book/times/?option={PLAIN}&location=portland&areas=full-face&screening={token}"

    phone.open(times)
    phone.shows("Choose a time")
    suggested = phone.page.get_by_role("region", name="Suggested times")
    assert 1 <= suggested.get_by_role("button").count() <= 4
    phone.is_sound()
    _picture(phone, "times")
    phone.page.select_option("#id_part", "afternoon")
    phone.press("Show", exact=True)
    expect(phone.page.get_by_role("region", name="Suggested times")).to_contain_text("as you wished")

    phone.press("Español")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Elegir una hora")
    expect(phone.page.get_by_role("region", name="Horas que le proponemos")).to_contain_text("como usted deseaba")
    phone.is_sound()
    _picture(phone, "horas")

    for _ in range(4):
        phone.open(times)
        phone.page.locator("section.suggested button").first.click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Ya tiene varias horas guardadas")
    phone.troubles.clear()  # the browser notes the 429, which is what was asked for
    phone.is_sound()
    _picture(phone, "demasiadas")
    phone.page.get_by_role("button", name="Devolver").first.click()
    phone.shows("¿Quién viene?")
    phone.open("/book/nowhere/")
    _picture(phone, "404")
    phone.troubles.clear()


def _picture(phone: Screen, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        phone.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
