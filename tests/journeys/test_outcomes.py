"""The owner looks at what became of everybody treated, shows it on the page, and a visitor reads it on a phone."""

import os

import pytest

from vesicle.results.tests.cohorts import LATER, crowd
from vesicle.treatment.tests.situations import Path


def picture(screen, name, part="body"):
    """Keep a picture of a part of the screen where somebody asked for one."""
    if folder := os.environ.get("VESICLE_TEST_PICTURES"):
        screen.page.locator(part).first.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.django_db(transaction=True)
def test_from_the_curve_to_the_public_page(alderbrook, calendar, desk, phone):
    treated = Path(alderbrook, alderbrook.cast.pia).treated()
    owner = desk("owen")
    owner.open("/desk/results/outcomes/")
    owner.says("Nothing measured after this treatment yet")
    owner.is_sound()
    crowd(treated, 46, providers=("noor", "iris"), comes=0.9)
    calendar.moment += LATER
    owner.open("/desk/results/outcomes/?what=device%3AOM-CORNEO%7Ccheek")
    owner.says("47 people treated")
    owner.is_sound()
    picture(owner, "outcomes")
    owner.press("Show this result on the page")
    owner.says("The page of this treatment shows this result")
    phone.open("/treatments/exosome-therapy/")
    phone.says("What we measured here")
    phone.is_sound()
    picture(phone, "own-result", ".panel-block")
    owner.press("Take it off the page")
    owner.says("shows no result of yours")
