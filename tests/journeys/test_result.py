"""The result's page: what photographs show, on a desk and on a phone, without a fault that axe can find."""

import os
from urllib.parse import urlsplit

import pytest

from vesicle.aftercare.letters import plan_link
from vesicle.core import clock
from vesicle.results.tests.test_photo_courses import photographed
from vesicle.treatment.tests.situations import Path


def pictured(screen, name):
    """Keep a picture of the screen where somebody asked for one."""
    if folder := os.environ.get("SCREENS"):
        screen.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_nurse_reads_what_the_photographs_show(alderbrook, desk):
    treated = Path(alderbrook, alderbrook.cast.pia).treated()
    encounter = photographed(treated)
    screen = desk("noor")
    screen.open(f"/desk/results/{encounter.pk}/")
    screen.says("14 % fewer, more than measurement noise")
    screen.is_sound()
    slider = screen.page.get_by_label("Move to compare before and after").first
    slider.focus()
    screen.page.keyboard.press("ArrowRight")
    assert slider.input_value() == "51"
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.is_sound()
    pictured(screen, "result")


@pytest.mark.django_db(transaction=True)
def test_a_spanish_patient_reads_it_on_a_phone_and_a_large_screen(alderbrook, phone):
    treated = Path(alderbrook, alderbrook.cast.pia).treated()
    encounter = photographed(treated)
    type(encounter.patient).objects.filter(pk=encounter.patient_id).update(language="es")
    page = urlsplit(plan_link(by=treated.nurse, encounter=encounter, now=clock.now(), page="results")).path
    for width in (390, 1440):
        phone.page.set_viewport_size({"width": width, "height": 900})
        phone.open(page)
        phone.says("14 % menos, más que el error de medición")
        phone.is_sound()
        pictured(phone, f"result-es-{width}")
