"""The result's page: what photographs show, on a desk and on a phone, without a fault that axe can find."""

import os

from vesicle.results.tests.test_photo_courses import photographed
from vesicle.treatment.tests.situations import Path


def test_a_nurse_reads_what_the_photographs_show(alderbrook, desk):
    treated = Path(alderbrook, alderbrook.cast.pia).treated()
    encounter = photographed(treated)
    screen = desk("noor")
    screen.open(f"/desk/results/{encounter.pk}/")
    screen.says("14 % less, more than measurement noise")
    screen.is_sound()
    slider = screen.page.get_by_label("Move to compare before and after").first
    slider.focus()
    screen.page.keyboard.press("ArrowRight")
    assert slider.input_value() == "51"
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.is_sound()
    if folder := os.environ.get("SCREENS"):
        screen.page.screenshot(path=f"{folder}/result.png", full_page=True)
