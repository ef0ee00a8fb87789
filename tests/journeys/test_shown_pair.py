"""The owner shows a pair of photographs, a visitor sees it, and the patient takes it down with one answer."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from vesicle.results.showing.tests.situations import ALT, photographed
from vesicle.results.tests.drawings import taken, upload
from vesicle.treatment.tests.situations import Path

EXOSOMES = "/treatments/exosome-therapy/"


def picture(screen, name, part="body"):
    """Keep a picture of a part of the screen where somebody asked for one."""
    if folder := os.environ.get("VESICLE_TEST_PICTURES"):
        screen.page.locator(part).first.scroll_into_view_if_needed()
        screen.page.wait_for_timeout(300)
        screen.page.locator(part).first.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.django_db(transaction=True)
def test_from_the_choice_to_the_page_and_down_again(
    alderbrook, calendar, desk, phone, settings, tmp_path, client, as_patient
):
    settings.PHOTO_ROOT = tmp_path
    pia = Path(alderbrook, alderbrook.cast.pia).treated()
    pia.agree_to_photographs()
    pia.agree_to_photographs("public")
    photographed(pia, upload=lambda week: upload(taken(1) if week is None else taken(2, roll=2.0)))
    calendar.moment += timedelta(weeks=13)

    owner = desk("owen")
    owner.open("/desk/results/shown/")
    owner.shows("Before and after")
    owner.press("Look at Exosome therapy")
    owner.shows("Show a pair")
    drawn = owner.page.locator("[data-crop] svg")
    expect(drawn).to_be_visible()
    box = drawn.bounding_box()
    owner.page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.5)
    owner.page.mouse.down()
    owner.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8, steps=5)
    owner.page.mouse.up()
    expect(owner.page.locator('input[name="part"][value="own"]')).to_be_checked()
    assert owner.page.get_by_label("Width, %").input_value() in ("79", "80", "81")
    picture(owner, "pair-choose")
    owner.choose("part", "below-eyes")
    assert owner.page.get_by_label("From the top, %").input_value() == "41"
    owner.write("What the first photograph shows", ALT["alt_before"])
    owner.write("What the second photograph shows", ALT["alt_after"])
    owner.press("Look at it first")
    owner.shows("As the page will show it")
    picture(owner, "pair-preview")
    for width in (390, 1440):
        owner.page.set_viewport_size({"width": width, "height": 900})
        owner.is_sound()
    picture(owner, "pair-preview-wide")
    owner.press("Show it on the page")
    owner.says("The page shows the pair from now on")
    for width in (390, 1440):
        owner.page.set_viewport_size({"width": width, "height": 900})
        owner.is_sound()
    picture(owner, "pairs")

    phone.open(EXOSOMES)
    figure = phone.page.locator(".before-after")
    expect(figure).to_contain_text("12 weeks after one session")
    for width in (390, 1440):
        phone.page.set_viewport_size({"width": width, "height": 900})
        phone.is_sound()
        picture(phone, f"pair-{width}", ".before-after")
    image = figure.get_by_alt_text(ALT["alt_after"])
    image.scroll_into_view_if_needed()
    assert image.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") >= 360
    shown = image.get_attribute("src")

    as_patient(client, pia.patient)
    phone.page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": phone.home}]
    )
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.open("/my/")
    phone.press("See where")
    phone.shows("Shown in public now")
    picture(phone, "pair-patient")
    phone.choose("use_clinical", "yes")
    phone.choose("use_teaching", "no")
    phone.choose("use_public", "no")
    phone.press("Save my choices")
    phone.says("Your choices about photographs are saved")

    phone.page.context.clear_cookies()
    phone.open(EXOSOMES)
    expect(phone.page.locator(".before-after")).to_have_count(0)
    answer = phone.page.request.get(f"{phone.home}{shown}")
    assert (answer.status, answer.headers["cache-control"]) == (410, "no-store")
    owner.open("/desk/results/shown/")
    owner.says("Came off the page")
    owner.is_sound()
    picture(owner, "pair-came-down")
    owner.press("I have read this")
    expect(owner.page.get_by_text("Came off the page")).to_have_count(0)
